"""A customer's document out of its portrait and what the desk knows: pure, so that it is the portrait that was asked for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import asdict, replace

from core.customer import CustomerDocument, Joined
from core.document import Bucket
from picture.portrait import Portrait
from picture.sentiment import Sentiment

SEGMENT, OWNER = "segment", "owner"
"""The facts of other systems that may be shown."""


def document(
    portrait: Portrait | None,
    *,
    customer: str,
    name: str | None,
    accounts: Iterable[Joined],
    facts: Sequence[tuple[str, str]],
    at: datetime,
) -> CustomerDocument:
    """The document as of `at`. `portrait` is None where nothing of the accounts counts, `facts` are names with values."""
    heard = {one.author: one.mentions for one in portrait.accounts} if portrait else {}
    bare = CustomerDocument(
        id=customer,
        name=name,
        counted_at=at,
        accounts=tuple(
            replace(one, mentions=heard.get(one.author, 0)) for one in sorted(accounts, key=lambda one: one.author)
        ),
        segment=_told(facts, SEGMENT),
        owner=_told(facts, OWNER),
    )
    if portrait is None:
        return bare
    return replace(
        bare,
        mentions=portrait.mentions,
        first_at=portrait.first_at,
        last_at=portrait.last_at,
        trend=tuple(Bucket(start=start, counts={"": felt.total} | asdict(felt)) for start, felt in portrait.trend),
        net=_net(felt for _, felt in portrait.trend),
        topics=dict(portrait.topics),
        channels=dict(portrait.channels),
        reach=portrait.reach,
    )


def _told(facts: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for said, value in facts if said == name))


def _net(weeks: Iterable[Sentiment]) -> float | None:
    felt = list(weeks)
    positive, negative = sum(one.positive for one in felt), sum(one.negative for one in felt)
    return Sentiment(positive=positive, negative=negative).net
