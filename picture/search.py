"""Search: one page of mentions, and the words that matched in them."""

from collections.abc import Sequence

import msgspec

from core.document import Filter, Order, Page, Stored
from core.ports import ArchiveReader


class Piece(msgspec.Struct, frozen=True):
    """A run of a mention's text that matched the search, or did not."""

    text: str
    matched: bool


async def search(
    archive: ArchiveReader, where: Filter, *, order: Order = Order.NEWEST, size: int = 50, after: str | None = None
) -> Page:
    """One page; `total` is of the whole filter, the same that an overview counts and an export holds."""
    return await archive.search(where, order=order, size=size, after=after)


def pieces(stored: Stored) -> list[Piece]:
    """The text cut at its highlights, in order; joined again it is the text."""
    return cut(stored.enriched.mention.text, stored.highlights)


def cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Text cut at [start, end) spans; those that overlap are one, those outside the text are left out."""
    found: list[Piece] = []
    place = 0
    for start, end in sorted(spans):
        begin, finish = max(start, place), min(end, len(text))
        if begin >= finish:
            continue
        if begin > place:
            found.append(Piece(text[place:begin], False))
        found.append(Piece(text[begin:finish], True))
        place = finish
    if place < len(text):
        found.append(Piece(text[place:], False))
    return found
