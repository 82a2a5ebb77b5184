"""Business events as notes beside a chart. Pure."""

from collections.abc import Sequence

from core.document import Annotation
from desk.store.happenings import DRAWN, Happening
from desk.web.words import Words


def noted(told: Sequence[Happening], words: Words | None = None, *, titles: bool = True) -> list[Annotation]:
    """Those that stand beside a chart one by one: their kind, in the words of a reader or as it was sent, and their title, which
    somebody wrote, unless it is left out.
    """
    return [
        Annotation(
            id=f"happening-{one.source}-{one.key}",
            since=one.since,
            until=one.until,
            text=_told(one, words, titles=titles),
        )
        for one in told
        if one.kind in DRAWN
    ]


def _told(one: Happening, words: Words | None, *, titles: bool) -> str:
    kind = str(words(f"happening.{one.kind}")) if words else one.kind.value.capitalize()
    return f"{kind}: {one.title}" if titles else kind
