"""Shares: how the mentions of a filter divide over the values of a field."""

from collections.abc import Sequence

import msgspec

from core.document import Filter, Group
from core.ports import ArchiveReader

MOST_VOICES = 1000


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a field with its mentions and their share in the whole, 0 to 1."""

    name: str
    mentions: int
    share: float


async def shares_by(archive: ArchiveReader, where: Filter, *, by: Group, size: int, total: int) -> tuple[Share, ...]:
    """The `size` most frequent values. Of a finding that has one label, see picture.divided. `total` is the count of the filter, of which each is a share.

    Share of voice is told otherwise: one mention can count for several monitors, so those are shares of the sum over all
    of them, whatever `size` is.
    """
    if by is Group.MONITOR:
        return shares(await archive.terms(where, by=by, size=MOST_VOICES))[:size]
    return shares(await archive.terms(where, by=by, size=size), of=total)


def shares(terms: Sequence[tuple[str, int]], *, of: int | None = None) -> tuple[Share, ...]:
    """Counts as shares of `of`, or of their own sum."""
    whole = of if of is not None else sum(count for _, count in terms)
    return tuple(Share(name=name, mentions=count, share=count / whole if whole else 0.0) for name, count in terms)
