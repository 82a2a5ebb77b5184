"""What waits for the desk when the demo goes live: five people ask for an answer, as all of the demo's people speak."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from klankbord.demo.material import parts
from klankbord.demo.messages import Person, Said, Source, Timeline, Wording

FIRST_PERSON = 5_000
"""Numbers of people from there on are theirs."""
WAITS = timedelta(minutes=1)
"""How long the first of them has been waiting, whose promise is the shortest."""


def waiting(timeline: Timeline, now: datetime) -> Sequence[Said]:
    """The five, numbered after the timeline's last; none of them from before its end, which opens no case."""
    told = parts("waiting")["waiting"]
    last = timeline.messages[-1].number
    return [
        Said(
            number=last + place,
            source=Source(one["source"]),
            at=_cut(max(timeline.now, now - WAITS) if place == 1 else now),
            author=Person(
                number=FIRST_PERSON + place, handle=one["handle"], name=one["name"], followers=one["followers"]
            ),
            wording=Wording(
                text=one["text"],
                language=one["language"],
                topic=one["topic"],
                sentiment=one["sentiment"],
                rating=one.get("rating"),
            ),
        )
        for place, one in enumerate(told, start=1)
    ]


def _cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
