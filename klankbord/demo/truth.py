"""What must be in the archive once the 28 days have arrived, counted from the timeline alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from klankbord.demo.messages import Event, Said, Source, Stretch, Timeline
from klankbord.demo.native import hackernews
from klankbord.demo.native.identity import native_id, shown_at, shown_text

BROKEN = dict.fromkeys(Source, 1) | {Source.BLUESKY: 2}
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """One message as it must be found: its latest text, its time, and the labels its writer meant."""

    text: str
    at: datetime
    language: str
    sentiment: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The demo's ground truth.

    found    (source, native id) to what must be there, and nothing else may
    kept     of those, how many a source
    languages  of those, how many a language, as intended
    edited   of those, how many with a text that took another's place
    deleted  messages taken back, by their authors or with their accounts; none of them may be found
    private  messages for followers only, `unwanted` those no monitor asks for: dropped when heard
    dead     inputs no reader can take, by source
    crisis   how many are in each hour of the crisis, which is `crisis_time`
    gap      the stretch that `gap_source` was off: not collected, which is not zero
    """

    now: datetime
    found: Mapping[tuple[str, str], Meant]
    kept: Mapping[str, int]
    languages: Mapping[str, int]
    edited: int
    deleted: frozenset[tuple[str, str]]
    private: int
    unwanted: int
    dead: Mapping[str, int]
    crisis: tuple[int, ...]
    crisis_time: Stretch
    gap: Stretch
    gap_source: str


def expected(timeline: Timeline) -> Truth:
    """The truth of a timeline."""
    items = hackernews.numbered(timeline)
    gone = _gone(timeline)
    kept = [message for message in timeline.messages if message.wanted and message.public]
    staying = [message for message in kept if message.number not in gone]
    found = {(str(message.source), native_id(message, items)): _meant(message) for message in staying}
    return Truth(
        now=timeline.now,
        found=found,
        kept=Counter(source for source, _ in found),
        languages=Counter(meant.language for meant in found.values()),
        edited=sum(message.edited_at is not None for message in staying),
        deleted=frozenset(
            (str(message.source), native_id(message, items)) for message in kept if message.number in gone
        ),
        private=sum(not message.public for message in timeline.messages),
        unwanted=sum(not message.wanted for message in timeline.messages),
        dead={str(source): count for source, count in BROKEN.items() if count},
        crisis=_hours(found, timeline.crisis),
        crisis_time=timeline.crisis,
        gap=timeline.gap,
        gap_source=str(timeline.gap_source),
    )


def _meant(message: Said) -> Meant:
    wording = message.wording
    return Meant(
        text=shown_text(message),
        at=shown_at(message),
        language=wording.language,
        sentiment=wording.sentiment,
        topic=wording.topic,
    )


def _gone(timeline: Timeline) -> frozenset[int]:
    """Numbers of messages that were taken back, or whose account was deleted or is hidden at the end."""
    last = {change.author.number: change.event for change in timeline.accounts}
    hidden = {number for number, event in last.items() if event is not Event.REACTIVATED}
    return frozenset(
        message.number
        for message in timeline.messages
        if message.deleted_at or (message.source is Source.BLUESKY and message.author.number in hidden)
    )


def _hours(found: Mapping[tuple[str, str], Meant], crisis: Stretch) -> tuple[int, ...]:
    count = int((crisis.until - crisis.since) / HOUR)
    by_hour = Counter(int((meant.at - crisis.since) / HOUR) for meant in found.values() if crisis.holds(meant.at))
    return tuple(by_hour[hour] for hour in range(count))
