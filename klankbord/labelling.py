"""`klankbord label`'s other half: which archived mentions are worth a person's judgement, and the judgements."""

from datetime import datetime

import msgspec

from core.document import Filter, Order, Stored
from core.types import Finding
from enrich._encoder import Encoder
from enrich._normalise import normalise
from enrich._picking import doubt, pick
from klankbord.stores import Stores
from picture.mention import latest_judgement

LOOKED_AT = 5_000
"""The newest mentions among which the most useful are looked for."""

DOUBTFUL = 20
"""How many of the most doubtful are compared with one another for each that is asked."""


class Question(msgspec.Struct, frozen=True):
    """A mention to be judged, and what the model says of it."""

    stored: Stored
    finding: Finding

    @property
    def proposed(self) -> str:
        """The most probable label; "" where the model tells none."""
        scores = self.finding.scores or {}
        return next(iter(self.finding.labels), "") or (max(scores, key=scores.__getitem__) if scores else "")


async def questions(
    stores: Stores, encoder: Encoder, finding: str, *, since: datetime, language: str | None, most: int
) -> list[Question]:
    """At most so many, the most useful first: doubtful, unlike one another, of each language; nothing judged before."""
    where = Filter(since=since, copies=False, languages=(language,) if language else ())
    open_to = [
        Question(stored, found)
        for stored in await _newest(stores, where)
        if (found := stored.enriched.finding(finding)) and not _judged(stored, finding)
    ]
    doubtful = sorted(open_to, key=lambda one: -doubt(one.finding))[: DOUBTFUL * most]
    if not doubtful:
        return []
    vectors = encoder.encode([normalise(one.stored.enriched.mention.text) for one in doubtful])
    places = pick(vectors, [doubt(one.finding) for one in doubtful], [_language(one.stored) for one in doubtful], most)
    return [doubtful[place] for place in places]


async def _newest(stores: Stores, where: Filter) -> list[Stored]:
    found: list[Stored] = []
    after = None
    while len(found) < LOOKED_AT:
        page = await stores.archive.search(where, order=Order.NEWEST, size=500, after=after)
        found += page.mentions
        after = page.after
        if after is None:
            break
    return found[:LOOKED_AT]


def _judged(stored: Stored, finding: str) -> bool:
    return latest_judgement(stored.judgements, finding) is not None


def _language(stored: Stored) -> str:
    found = stored.enriched.finding("language")
    return next(iter(found.labels), "") if found else ""
