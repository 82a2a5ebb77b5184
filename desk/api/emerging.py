"""What emerges, as the page tells it: figures, and words of those texts alone that may leave."""

from urllib.parse import urlencode

from desk.api import answers, told
from desk.api.asker import Asker
from desk.store import emerging
from picture.emerged import Emerging, emerged

MOST = 10


async def now(asker: Asker) -> answers.EmergingAnswer | None:
    """None where nobody has looked yet, or nothing is kept."""
    found = await emerging.now(asker.customers.database) if asker.customers else None
    if found is None:
        return None
    shown = await emerged(asker.archive, found, most=MOST, tells=asker.leaving.texts)
    return answers.EmergingAnswer(at=found.at, learned=found.learned, topics=tuple(_told(asker, one) for one in shown))


def _told(asker: Asker, one: Emerging) -> answers.Emerging:
    return answers.Emerging(
        id=one.id,
        voices=one.voices,
        usual=one.usual,
        growth=one.growth,
        hours=one.hours,
        messages=len(one.mentions),
        accounts=one.authors,
        first_at=one.first.enriched.mention.created_at,
        words=one.words,
        languages=told.shares(one.languages),
        sources=told.shares(one.sources),
        page=f"{asker.page}/emerging?{urlencode({'id': one.id})}",
    )
