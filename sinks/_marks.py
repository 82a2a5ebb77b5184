"""Which mentions a sink takes, by what marks them as no ordinary live traffic."""

from typing import Protocol

from core.types import Enriched, Mark


class Taking(Protocol):
    """See core.ports.Sink."""

    takes_history: bool
    takes_drills: bool


def takes(sink: Taking, enriched: Enriched) -> bool:
    """Whether that sink is given this mention."""
    marks = enriched.mention.marks
    return (sink.takes_history or Mark.HISTORY not in marks) and (sink.takes_drills or Mark.DRILL not in marks)
