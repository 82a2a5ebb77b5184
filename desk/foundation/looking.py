"""Looks through what arrived for accounts that resemble the organisation's own; of anybody else nothing is kept."""

from datetime import UTC, datetime, timedelta

from core.document import Filter
from core.ports import ArchiveReader, Erased
from desk.foundation.lookalikes import resembles
from desk.store import accounts
from desk.store.accounts import Lookalike
from desk.store.database import Database

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(minutes=5)
"""What arrived so shortly before the last look is looked at again: an archive shows it a moment after."""


async def look(desk: Database, archive: ArchiveReader, at: datetime, *, erased: Erased) -> int:
    """Look at what arrived since the last look; how many accounts are newly listed.

    An account that came into the inventory lately is searched for in all that is archived.
    """
    own = await accounts.every(desk)
    if not any(one.official for one in own):
        return 0
    since = min(one.looked_at or BEGIN for one in own)
    seen: set[str] = set()
    found: list[Lookalike] = []
    where = Filter(arrived=(max(since - OVERLAP, BEGIN), at), irrelevant=True, muted=True)
    registered = {(one.source, one.handle) for one in own if not one.official}
    official = [one for one in own if one.official]
    async for some in archive.scan(where):
        for mention in (stored.enriched.mention for stored in some):
            author = mention.author
            if author.id in seen:
                continue
            seen.add(author.id)
            if (mention.source, (author.handle or "").lower()) in registered or erased(author.id):
                continue
            like = resembles(mention.source, author.handle, author.name, official)
            if like is not None:
                found.append(
                    Lookalike(
                        author=author.id,
                        account=like[0],
                        why=like[1],
                        seen_at=mention.created_at,
                        handle=author.handle,
                        name=author.name,
                    )
                )
    return await accounts.looked(desk, found, [one.id for one in own], at)
