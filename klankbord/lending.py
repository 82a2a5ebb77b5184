"""What each process starts with and lends its components; kept light, for the keeper needs no encoder."""

import gc
from collections.abc import Callable
from pathlib import Path
from random import Random

from core.ports import Measured, Tools
from core.time import now

Report = Callable[[str], None]


def collect_less() -> None:
    """Look for reference cycles less often: messages are never part of one, and a stream of them would set it off always.

    Measured: a tenth of the CPU time a message.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def tools(cache: Path, report: Report, measured: Measured | None = None) -> Tools:
    """The clock, a random source, a folder for what can be made again, a way to say something and one to measure."""
    return Tools(clock=now, random=Random(), cache=cache, report=report, measured=measured or Measured())
