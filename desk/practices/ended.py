"""How a case went: whether it stayed closed, what we answered, and what its author said next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import Stored
from core.findings import NEGATIVE
from core.ports import ArchiveReader
from desk.store import each_case
from desk.store.cases import Case, Event, Happened, Message, State
from desk.store.database import Database
from desk.store.practices import Outcome

STAYS = timedelta(days=7)
"""A case that was closed for so long, and not opened again, stays so."""
PRAISE = "praise"
_CLOSING = (Happened.CLOSED, Happened.HANDLED_ELSEWHERE, Happened.SPAM)


class Went(msgspec.Struct, frozen=True, kw_only=True):
    """How one went.

    asked, answered  its first message and our first answer, as far as they are archived still
    outcome          None while it is not known
    stays_at         from when on it is known to stay closed; None while it is open
    """

    case: Case
    asked: Stored | None = None
    answered: Stored | None = None
    outcome: Outcome | None = None
    stays_at: datetime | None = None

    @property
    def well(self) -> bool:
        return self.outcome in (Outcome.SOLVED, Outcome.THANKED)


async def went(database: Database, archive: ArchiveReader, found: Sequence[Case], at: datetime) -> list[Went]:
    """Of each of these, in the same order, as it is known at that moment."""
    ids = [one.id for one in found]
    messages, events = await each_case.messages(database, ids), await each_case.events(database, ids)
    wanted = [one.mention for each in messages.values() for one in each]
    stored = await archive.several(list(dict.fromkeys(wanted)))
    return [_went(one, messages[one.id], events[one.id], stored, at) for one in found]


def _went(
    case: Case, messages: Sequence[Message], events: Sequence[Event], stored: Mapping[str, Stored], at: datetime
) -> Went:
    ours = next((one for one in messages if one.own), None)
    then = next((one for one in messages if ours and not one.own and one.at > ours.at), None)
    said = stored.get(then.mention) if then else None
    closed = case.state is State.CLOSED and case.closed_at is not None
    stays_at = case.closed_at + STAYS if closed and case.closed_at else None
    return Went(
        case=case,
        asked=stored.get(case.first_message),
        answered=stored.get(ours.mention) if ours else None,
        outcome=_outcome(events, said, stays_at, at),
        stays_at=stays_at,
    )


def _outcome(events: Sequence[Event], said: Stored | None, stays_at: datetime | None, at: datetime) -> Outcome | None:
    if _came_back(events):
        return Outcome.REOPENED
    if stays_at is None:
        return None
    tone, intent = (_labels(said, name) if said else () for name in ("sentiment", "intent"))
    if NEGATIVE in tone and PRAISE not in intent:
        return Outcome.UNHAPPY
    if at < stays_at:
        return None
    return Outcome.THANKED if PRAISE in intent else Outcome.SOLVED


def _came_back(events: Sequence[Event]) -> bool:
    """Whether it was opened again within STAYS after it was closed."""
    closed_at: datetime | None = None
    for one in events:
        if one.kind in _CLOSING:
            closed_at = one.at
        elif one.kind is Happened.REOPENED and closed_at is not None and one.at - closed_at < STAYS:
            return True
    return False


def _labels(stored: Stored, name: str) -> tuple[str, ...]:
    finding = stored.enriched.finding(name)
    return finding.labels if finding else ()
