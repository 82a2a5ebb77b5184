"""What commands that check the rules say of accounts that are to sound otherwise, and that nothing here answers as."""

from collections.abc import Sequence
from pathlib import Path

from klankbord.configuration import Configuration
from playbook.crossing import unspoken
from playbook.sections import Playbook


def no_brand(read: Configuration, playbook: Playbook, rules: Path) -> Sequence[str]:
    """A sentence for each name under `answers.brands` that is no publisher's of the configuration."""
    names = [publisher.name for publisher in read.publishers]
    return [f"{rules}: {at}: {sentence}" for at, sentence in unspoken(playbook, names)]
