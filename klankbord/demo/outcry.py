"""The demo's crisis: once the past is there, the power fails around Utrecht again, and many ask at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from random import Random
from typing import Any

from klankbord.demo.material import parts
from klankbord.demo.messages import Person, Said, Source, Timeline, Wording

MANY = 120
"""So many speak, of whom by far the most ask something."""
FIRST_PERSON = 6_000
"""Numbers of people from there on are theirs."""
FOLLOWERS = (12, 80, 240, 700, 2_400)


def outcry(timeline: Timeline, now: datetime, *, after: int) -> Sequence[Said]:
    """What they say at that moment, numbered from `after` on; the same seed gives the same."""
    random, words = Random(timeline.seed + 11), parts("outcry")
    texts = [(language, text) for language, told in words.items() for text in _texts(told, random)]
    random.shuffle(texts)
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return [
        Said(
            number=after + place,
            source=random.choice((Source.BLUESKY, Source.BLUESKY, Source.MASTODON)),
            at=at,
            author=_person(place, random),
            wording=Wording(text=text, language=language, topic="disruption", sentiment="negative"),
            crisis=True,
        )
        for place, (language, text) in enumerate(texts[:MANY], start=1)
    ]


def _texts(told: dict[str, Any], random: Random) -> Iterator[str]:  # Any: what YAML holds
    for place, wrong, asks in product(told["places"], told["wrong"], told["asks"]):
        yield told["text"].format(place=place, wrong=wrong.format(minutes=random.randint(15, 90)), asks=asks)


def _person(place: int, random: Random) -> Person:
    name = random.choice(parts("people")["first"])
    return Person(
        number=FIRST_PERSON + place,
        handle=f"{name.lower().replace('é', 'e')}_{place}",
        name=name,
        followers=random.choice(FOLLOWERS),
    )
