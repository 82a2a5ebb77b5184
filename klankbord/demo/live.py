"""After the past: people go on speaking, one every few seconds, until the demo is stopped."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random

from core.time import Clock
from klankbord.demo import rhythm
from klankbord.demo.messages import Said, Source, Timeline
from klankbord.demo.stage import people
from klankbord.demo.timeline import Teller

PACE = 4.0
CHANGED = 0.03
REMEMBERED = 300


async def messages(
    timeline: Timeline, clock: Clock, *, pace: float = PACE, after: int = 0
) -> AsyncIterator[tuple[Said, bool]]:
    """Message after message, each when it is said, about `pace` seconds apart; True marks a change to an earlier one.

    What is said follows from the timeline's seed and `after`, the last number said in an earlier play; when and, with the
    hour, where follows the clock.
    """
    random = Random(timeline.seed + 1 + after)
    gone = {change.author.number for change in timeline.accounts}
    teller = Teller(random, [person for person in people(timeline) if not person.own and person.number not in gone])
    before, own = list(timeline.messages[-REMEMBERED:]), list[Said]()
    for number in count(max(after, timeline.messages[-1].number) + 1):
        await asyncio.sleep(rhythm.pause(random, pace, clock()))
        if own and random.random() < CHANGED and (changed := _changed(random, teller, own, clock)):
            yield changed, True
        said = teller.say(number, clock() - timedelta(milliseconds=600), None, before=before)
        before = [*before[-REMEMBERED:], said]
        if said.source in (Source.BLUESKY, Source.MASTODON) and said.boost_of is None:
            own = [*own[-REMEMBERED:], said]
        yield said, False


def _changed(random: Random, teller: Teller, own: list[Said], clock: Clock) -> Said | None:
    """One of the last live messages, edited or deleted; it is not changed again."""
    said = own.pop(random.randrange(len(own)))
    at = clock() - timedelta(milliseconds=300)
    if random.random() < 0.5:
        return replace(said, deleted_at=at)
    return replace(said, edited_at=at, edited_text=teller.writer.edited(said.wording)) if said.wanted else None
