"""Business events as notes beside a chart: each with its kind and title, and nobody's name. Pure."""

from collections.abc import Sequence

from core.document import Annotation
from desk.store.happenings import DRAWN, Happening
from desk.web.words import Words


def noted(told: Sequence[Happening], words: Words | None = None) -> list[Annotation]:
    """Those that stand beside a chart one by one; their kind in the words of a reader, without them as it was sent."""
    return [
        Annotation(
            id=f"happening-{one.source}-{one.key}",
            since=one.since,
            until=one.until,
            text=f"{words(f'happening.{one.kind}') if words else one.kind.value.capitalize()}: {one.title}",
        )
        for one in told
        if one.kind in DRAWN
    ]
