"""How long it took from first sight of messages until a sink's other side had them."""

from collections.abc import Iterable
from datetime import datetime

from core.ports import Measured
from core.telemetry import Duration
from core.types import Mention


def arrived(measured: Measured, sink: str, mentions: Iterable[Mention], at: datetime) -> None:
    """These have arrived with that sink's other side. Only what is heard live tells: history and drills came when they came."""
    seconds = [(at - mention.seen_at).total_seconds() for mention in mentions if not mention.marks]
    measured.observe(Duration.ARRIVAL, sink, seconds=seconds)
