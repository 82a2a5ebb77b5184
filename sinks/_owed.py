"""What a receiver of events was told of one mention, and what it is owed now. Pure.

A row on the shelf says which version it has. What it is owed follows from that and from what is true now: so it does not
matter how often, in which order or after which crash the sink was told that something changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec.structs import replace

from core.document import Stored
from core.outward import ERASED, Kept, Linked, version
from core.time import from_milliseconds, milliseconds
from core.types import Enriched, Mention
from sinks._event import Event, Removed, changed, removed


class Owed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`value` of a row. Times are in ms since 1970.

    told    the version that the receiver has; "" where it may have one, for the end of its sending was not seen; None where
            it has nothing of the mention
    gone    how often it was told that the mention is gone, so that each time is an event of its own
    gone_at when it was first seen that the mention is gone, which the receiver has yet to be told
    hidden  whether what is gone may come back, its account being deactivated; None where that was not told yet. Unless
            it is over for good the row outlives what the receiver has: what comes back is an event of its own
    until   the end of the mention's keep time
    tries   that failed in a row, since `since`: a mention that fails waits, and what comes later waits with it
    """

    told: str | None = None
    gone: int = 0
    gone_at: int | None = None
    hidden: bool | None = None
    until: int | None = None
    tries: int = 0
    since: int | None = None


_owed = msgspec.json.Decoder(Owed).decode
_encode = msgspec.json.Encoder().encode


def owed(row: Kept) -> Owed:
    return _owed(row.value)


def has(row: Kept, *, refused: bool) -> Owed:
    """What a row says after a try that failed; the receiver that `refused` it has nothing of what it only may have had."""
    state = owed(row)
    return replace(state, told=None) if refused and not state.told else state


def row_of(mention: str, author: str, state: Owed, due_at: datetime | None) -> Kept:
    return Kept(mention=mention, author=author, value=_encode(state), due_at=due_at)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How a sink makes an event of a mention.

    source  of its events
    link    the address of a mention on the page
    takes   whether the sink wants that mention at all, by its marks
    leaves  when its keep time ends
    """

    source: str
    link: Callable[[str], str]
    takes: Callable[[Enriched], bool]
    leaves: Callable[[Enriched], datetime]


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is to be done of one mention.

    event   to be sent, if there is one
    before  its row while that is sent, where it has to say from then on that the receiver may have something
    after   its row when that was taken; None where none is left
    first   the mention, where the receiver is told of it for the first time
    """

    event: Event | None
    after: Kept | None
    before: Kept | None = None
    first: Mention | None = None


def asked(row: Kept | None, mention: str, author: str, at: datetime, *, hidden: bool | None = None) -> Kept:
    """The row of a mention of which the sink was told that it may have changed: due now, or when a failing one is anyway."""
    state = owed(row) if row else Owed()
    state = state if hidden is None else replace(state, hidden=hidden)
    waiting = row.due_at if row and state.tries else at
    return row_of(mention, row.author if row else author, state, waiting)


def due(row: Kept, stored: Stored | None, now: datetime, telling: Telling, customer: Linked | None = None) -> Due:
    """What this row owes, when that is what is archived now of its mention (None: nothing that may leave)."""
    state = owed(row)
    if stored is None:
        return _gone(row, state, now, telling.source)
    if state.told is None and not telling.takes(stored.enriched):
        return Due(event=None, after=None)
    current, leaves = version(stored), telling.leaves(stored.enriched)
    done = Owed(told=current, gone=state.gone, until=milliseconds(leaves))
    after = row_of(row.mention, stored.enriched.mention.author.id, done, leaves)
    if state.told == current:
        return Due(event=None, after=after)
    link = telling.link(row.mention)
    event = changed(stored, source=telling.source, link=link, customer=customer, again=state.gone)
    begun = replace(state, told="", until=milliseconds(leaves))
    before = row_of(row.mention, row.author, begun, row.due_at) if state.told is None else None
    first = None if state.told or state.gone else stored.enriched.mention
    return Due(event=event, after=after, before=before, first=first)


def _gone(row: Kept, state: Owed, now: datetime, source: str) -> Due:
    ended = None if state.until is None else from_milliseconds(state.until)
    lasts = ended is not None and now < ended and state.hidden is not False and row.due_at != ERASED
    if state.told is None:
        return Due(event=None, after=row_of(row.mention, row.author, state, ended) if lasts else None)
    left = Owed(gone=state.gone + 1, hidden=state.hidden, until=state.until)
    after = row_of(row.mention, row.author, left, ended) if lasts else None
    at = now if state.gone_at is None else from_milliseconds(state.gone_at)
    return Due(event=removed(row.mention, state.told, at, source=source, again=state.gone), after=after)


def failed(row: Kept, event: Event, now: datetime, due_at: datetime, *, refused: bool) -> Kept:
    """The row after a try that failed: the next is at `due_at`."""
    state = has(row, refused=refused)
    gone_at = milliseconds(event.time) if isinstance(event, Removed) else None
    tried = replace(
        state, tries=state.tries + 1, since=milliseconds(now) if state.since is None else state.since, gone_at=gone_at
    )
    return row_of(row.mention, row.author, tried, due_at)
