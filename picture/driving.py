"""What drives a stretch of arrivals: which messages, topics, authors and sources make the difference."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import AuthorCount, Filter, Group, Order, Stored
from core.ports import ArchiveReader
from core.time import MILLISECOND
from core.types import Mention
from core.words import tokens
from picture.arrived import news
from picture.arriving import PROMPT

_WEEK = timedelta(weeks=1)
_LISTED = 1000
"""Names of a group that are held against those before."""
_READ = 500
"""Messages of most reach, and as many of the latest, among which those most heard are sought."""
_LOUD = 3
"""Messages more than before, from which on an author drives a stretch however few hear them."""
_COUNTED = (Group.SENTIMENT, Group.TOPIC, Group.SOURCE)


class Driver(msgspec.Struct, frozen=True):
    """A topic, a source or a feeling: its mentions in the stretch and in the one it is held against."""

    name: str
    now: int
    before: int

    @property
    def more(self) -> int:
        return self.now - self.before


class Heard(msgspec.Struct, frozen=True):
    """A mention or an account by its id: so many say the same, or so many are theirs; `reach` followers heard it, those known.

    author  who wrote it, or the account itself
    """

    id: str
    author: str
    source: str
    count: int
    reach: int


class Driving(msgspec.Struct, frozen=True, kw_only=True):
    """Ids and figures, never a text.

    messages  most heard first: by the reach of all that say the same, then by how many do; one of each text
    authors   who said most more than before, then who is heard by most
    feelings, topics, sources   those that grew, by how much
    since     when the stretch began that it is held against: the same one a week before where that was heard, else the one right before
    """

    messages: tuple[Heard, ...]
    authors: tuple[Heard, ...]
    feelings: tuple[Driver, ...]
    topics: tuple[Driver, ...]
    sources: tuple[Driver, ...]
    since: datetime


async def driving(archive: ArchiveReader, where: Filter, *, since: datetime, until: datetime, size: int = 8) -> Driving:
    """What arrived promptly in [since, until) of the filter, whatever times of publication that names."""
    now = _arrived(where, since, until)
    began = since - _WEEK
    if not await archive.count(_arrived(where, began, until - _WEEK)):
        began = since - (until - since)
    then = _arrived(where, began, began + (until - since))
    feelings, topics, sources = [(await _grown(archive, now, then, by))[:size] for by in _COUNTED]
    louder = await _grown(archive, now, then, Group.AUTHOR)
    read = [(await archive.search(now, order=order, size=_READ)).mentions for order in (Order.REACH, Order.NEWEST)]
    return Driving(
        messages=most_heard([one for found in read for one in found])[:size],
        authors=who(louder, await archive.authors(now, size=_LISTED))[:size],
        feelings=feelings,
        topics=topics,
        sources=sources,
        since=began,
    )


def _arrived(where: Filter, since: datetime, until: datetime) -> Filter:
    return news(where, since=since - MILLISECOND, until=until - MILLISECOND, late=PROMPT)


async def _grown(archive: ArchiveReader, now: Filter, then: Filter, by: Group) -> tuple[Driver, ...]:
    before = dict(await archive.terms(then, by=by, size=_LISTED))
    return drivers(await archive.terms(now, by=by, size=_LISTED), before)


def drivers(now: Sequence[tuple[str, int]], before: Mapping[str, int]) -> tuple[Driver, ...]:
    """Those that grew, the most first, ties by name."""
    found = (Driver(name, count, before.get(name, 0)) for name, count in now)
    return tuple(sorted((one for one in found if one.more > 0), key=lambda one: (-one.more, one.name)))


def who(louder: Sequence[Driver], heard: Sequence[AuthorCount]) -> tuple[Heard, ...]:
    """Who said _LOUD messages more than before, then the others in the order of who is heard by most."""
    reach = {one.id: one.followers or 0 for one in heard}
    loud = {one.name: one.now for one in louder if one.more >= _LOUD}
    others = {one.id: one.mentions for one in heard if one.id not in loud}
    return tuple(
        Heard(author, author, author.partition(":")[0], count, reach.get(author, 0))
        for author, count in [*loud.items(), *others.items()]
    )


def most_heard(found: Sequence[Stored]) -> tuple[Heard, ...]:
    """One mention for each text, the first published; by followers of all who say it, then by how many do, then by id."""
    mentions = {one.enriched.mention.id: one.enriched.mention for one in found}
    alike: dict[str, list[Mention]] = {}
    for mention in mentions.values():
        shared = mentions.get(mention.repost_of or "", mention)
        alike.setdefault(_text(shared), []).append(mention)
    return tuple(sorted((_heard(group) for group in alike.values()), key=lambda one: (-one.reach, -one.count, one.id)))


def _heard(group: Sequence[Mention]) -> Heard:
    first = min(group, key=lambda one: (one.created_at, one.id))
    reach = sum(one.author.followers or 0 for one in {one.author.id: one for one in group}.values())
    return Heard(first.id, first.author.id, first.source, len(group), reach)


def _text(mention: Mention) -> str:
    """What tells two texts apart; a share without a text of its own is one of what it shares."""
    return " ".join(tokens(mention.text)) or mention.repost_of or mention.id
