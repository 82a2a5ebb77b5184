"""What a message does to the cases: pure rules.

1. What belongs to a case already changes it where it is newer, or a person says otherwise of it: it may become more severe, never less.
2. What its author writes while a case of the same conversation is not closed belongs to that.
3. So does what was published, or first seen, after the case was closed and within the playbook's `reopened_within` of that, which
   opens it again. Not what is no live traffic, nor where it was closed as spam: then only what has to be answered counts.
4. Else a message opens a case where somebody has to answer it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from core.findings import SEVERITIES
from desk.store.cases import Case, Message, Mood, State

SPAM = "spam"
"""Why a case was closed that nobody opens again by writing."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An author's message, as it is archived now.

    thread   the conversation it belongs to, where no case knows better
    at       when it was published; `order` its version (core.order)
    answers  whether somebody has to answer it, by what triage or a person says; `live` whether it is neither history nor a drill
    monitors that it matched; `arrived` when it was first seen, where that is known
    topics   that it is about; `mood` how its author sounds
    """

    mention: str
    author: str
    thread: str
    source: str
    at: datetime
    order: int
    outcome: str
    answers: bool
    live: bool = True
    severity: str = SEVERITIES[0]
    unit: str | None = None
    edited_at: datetime | None = None
    tells: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()
    arrived: datetime | None = None
    topics: tuple[str, ...] = ()
    mood: Mood | None = None

    @property
    def message(self) -> Message:
        """What a case keeps of it."""
        return Message(
            mention=self.mention,
            at=self.at,
            own=False,
            order=self.order,
            edited_at=self.edited_at,
            severity=self.severity,
            topics=self.topics,
            mood=self.mood,
        )


class Does(StrEnum):
    """What a message does."""

    NOTHING = "nothing"
    OPENS = "opens"
    ATTACHES = "attaches"
    REOPENS = "reopens"
    CHANGES = "changes"


def decide(heard: Heard, known: Message | None, last: Case | None, within: timedelta) -> Does:
    """What it does, given what its case knows of it already, and the last case of its author in this conversation."""
    if known is not None:
        judged = heard.order == known.order and heard.message != known
        return Does.CHANGES if judged or heard.order > known.order else Does.NOTHING
    if last is not None and last.state is not State.CLOSED:
        return Does.ATTACHES
    if last is not None and last.reason != SPAM and last.closed_at and _follows(heard, last.closed_at, within):
        return Does.REOPENS
    return Does.OPENS if heard.answers else Does.NOTHING


def _follows(heard: Heard, closed_at: datetime, within: timedelta) -> bool:
    """Whether its author wrote it since then, as far as was known there: what was written before may be seen later, unless as an edit."""
    seen_since = heard.arrived is not None and heard.arrived > closed_at and heard.edited_at is None
    return heard.live and (heard.at > closed_at or seen_since) and heard.at <= closed_at + within


def rises(case: Case, severity: str) -> bool:
    """Whether that is more severe than the case is."""
    return _rank(severity) > _rank(case.severity)


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
