"""What the program lends each component; kept light, for the keeper needs no encoder."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from core.ports import Tools
from core.time import now

Report = Callable[[str], None]


def tools(cache: Path, report: Report) -> Tools:
    """The clock, a random source, a folder for what can be made again, and a way to say something."""
    return Tools(clock=now, random=Random(), cache=cache, report=report)
