"""What commands that check the rules say of whoever has to act in a crisis."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Retry, Stop
from desk.crisis.able import powerless, unheld
from desk.entry.rights import with_roles
from desk.store import roles
from klankbord.configuration import Configuration
from klankbord.folder import Folder
from klankbord.stores import ask_desk
from playbook.sections import Playbook


def has_desk(read: Configuration) -> bool:
    """Whether there is a desk database to look into."""
    return bool(read.desk.url) or Folder(read.data).desk.exists()


def may_not(read: Configuration, playbook: Playbook, rules: Path) -> Sequence[str]:
    """A sentence for each role that has to act and has not the right to: mistakes of that file, or of the rights."""
    found = powerless(playbook, with_roles(read.sign_in.rights))
    return [f"{rules}: {at}: {sentence}" for at, sentence in found]


def nobody(config: Path, read: Configuration, playbook: Playbook, rules: Path) -> Sequence[str]:
    """A sentence for each role that has to act and that nobody holds; nothing where no desk database is there yet.

    It is looked into as it is: a check changes nothing.
    """
    if playbook.crisis is None or not has_desk(read):
        return []
    try:
        held = ask_desk(config, roles.held, bring_up=False)
    except (Retry, Stop) as error:
        return [f"who holds the roles of the crisis plan was not looked at: {error}"]
    return [f"{rules}: {at}: {said}" for at, said in unheld(playbook, with_roles(read.sign_in.rights), held)]
