"""What people do to what they said: edits, deletions, accounts that go, hide or come back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from klankbord.demo.messages import AccountChange, Event, Person, Said, Source, Stretch
from klankbord.demo.wording import Writer

EDITED = {Source.BLUESKY: 0.028, Source.MASTODON: 0.05, Source.REVIEWS: 0.03}
DELETED = {Source.BLUESKY: 0.033, Source.MASTODON: 0.02, Source.HACKERNEWS: 0.02}
MARGIN = timedelta(minutes=3)


def second_thoughts(random: Random, writer: Writer, said: Sequence[Said], now: datetime, gap: Stretch) -> list[Said]:
    """The messages with some edited and some deleted, all before `now` and none in the gap, where nobody would hear of it.

    What was copied or passed on stays.
    """
    passed_on = {message.boost_of for message in said} | {message.copy_of for message in said}
    return [
        message
        if message.number in passed_on or message.boost_of is not None or not message.public
        else _heard(message, _changed(random, writer, message, now), gap)
        for message in said
    ]


def _heard(before: Said, after: Said, gap: Stretch) -> Said:
    at = after.edited_at or after.deleted_at
    return before if at and gap.holds(at) else after


def _changed(random: Random, writer: Writer, message: Said, now: datetime) -> Said:
    chance = random.random()
    edits = EDITED.get(message.source, 0) if message.wanted else 0
    if chance < edits:
        at = message.at + timedelta(minutes=random.uniform(2, 90))
        return (
            replace(message, edited_at=_cut(at), edited_text=writer.edited(message.wording))
            if at < now - MARGIN
            else message
        )
    if chance < edits + DELETED.get(message.source, 0):
        at = message.at + timedelta(minutes=random.expovariate(1 / 300) + 2)
        return replace(message, deleted_at=_cut(at)) if at < now - MARGIN else message
    return message


def farewells(random: Random, messages: Sequence[Said], now: datetime, gap: Stretch) -> tuple[AccountChange, ...]:
    """Six accounts: two are deleted, two hide for good, two hide for a day and come back; each after its last message."""
    spoken: dict[int, list[Said]] = defaultdict(list)
    for message in messages:
        if message.source is Source.BLUESKY and not message.author.own:
            spoken[message.author.number].append(message)
    fitting = [
        own[0].author
        for own in spoken.values()
        if 3 <= len(own) <= 9 and gap.until < _last(own) < now - timedelta(days=2) and any(one.wanted for one in own)
    ]
    chosen = random.sample(sorted(fitting, key=lambda person: person.number), 6)
    changes: list[AccountChange] = []
    for person, event in zip(chosen, (Event.DELETED, Event.DELETED, *[Event.DEACTIVATED] * 4), strict=True):
        at = _last(spoken[person.number]) + timedelta(hours=random.uniform(1, 20))
        changes.append(_change(person, at, event))
    changes += [_change(gone.author, gone.at + timedelta(hours=22), Event.REACTIVATED) for gone in changes[4:]]
    return tuple(sorted(changes, key=lambda change: change.at))


def _last(own: Sequence[Said]) -> datetime:
    return max(max(one.at, one.edited_at or one.at, one.deleted_at or one.at) for one in own)


def _change(person: Person, at: datetime, event: Event) -> AccountChange:
    return AccountChange(source=Source.BLUESKY, author=person, at=_cut(at), event=event)


def _cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
