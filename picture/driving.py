"""What drives a stretch of arrivals: which messages, topics, authors and sources make the difference."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import Filter, Group, Order, Stored
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


class Driver(msgspec.Struct, frozen=True):
    """A topic, a source or an author (by id): its mentions in the stretch and in the one it is held against."""

    name: str
    now: int
    before: int

    @property
    def more(self) -> int:
        return self.now - self.before


class Driving(msgspec.Struct, frozen=True, kw_only=True):
    """Ids and figures, never a text.

    messages  mention ids, most heard first: by the reach of all that say the same, then by how many do; one of each text
    topics, authors, sources   those that grew, by how much
    since     when the stretch began that it is held against: the same one a week before where that was heard, else the one right before
    """

    messages: tuple[str, ...]
    topics: tuple[Driver, ...]
    authors: tuple[Driver, ...]
    sources: tuple[Driver, ...]
    since: datetime


async def driving(archive: ArchiveReader, where: Filter, *, since: datetime, until: datetime, size: int = 8) -> Driving:
    """What arrived promptly in [since, until) of the filter, whatever times of publication that names."""
    now = _arrived(where, since, until)
    began = since - _WEEK
    if not await archive.count(_arrived(where, began, until - _WEEK)):
        began = since - (until - since)
    then = _arrived(where, began, began + (until - since))
    listed = [
        drivers(
            await archive.terms(now, by=group, size=_LISTED), dict(await archive.terms(then, by=group, size=_LISTED))
        )[:size]
        for group in (Group.TOPIC, Group.AUTHOR, Group.SOURCE)
    ]
    read = [(await archive.search(now, order=order, size=_READ)).mentions for order in (Order.REACH, Order.NEWEST)]
    topics, authors, sources = listed
    messages = most_heard([one for found in read for one in found])[:size]
    return Driving(messages=messages, topics=topics, authors=authors, sources=sources, since=began)


def _arrived(where: Filter, since: datetime, until: datetime) -> Filter:
    return news(where, since=since - MILLISECOND, until=until - MILLISECOND, late=PROMPT)


def drivers(now: Sequence[tuple[str, int]], before: Mapping[str, int]) -> tuple[Driver, ...]:
    """Those that grew, the most first, ties by name."""
    found = (Driver(name, count, before.get(name, 0)) for name, count in now)
    return tuple(sorted((one for one in found if one.more > 0), key=lambda one: (-one.more, one.name)))


def most_heard(found: Sequence[Stored]) -> tuple[str, ...]:
    """One mention id for each text, the first published; by followers of all who say it, then by how many do, then by id."""
    mentions = {one.enriched.mention.id: one.enriched.mention for one in found}
    alike: dict[str, list[Mention]] = {}
    for mention in mentions.values():
        shared = mentions.get(mention.repost_of or "", mention)
        alike.setdefault(_text(shared), []).append(mention)
    return tuple(_first(group) for group in sorted(alike.values(), key=_heard))


def _heard(group: Sequence[Mention]) -> tuple[int, int, str]:
    reach = sum(one.author.followers or 0 for one in {one.author.id: one for one in group}.values())
    return -reach, -len(group), _first(group)


def _first(group: Sequence[Mention]) -> str:
    return min(group, key=lambda one: (one.created_at, one.id)).id


def _text(mention: Mention) -> str:
    """What tells two texts apart; a share without a text of its own is one of what it shares."""
    return " ".join(tokens(mention.text)) or mention.repost_of or mention.id
