"""Looks through what arrived for accounts that resemble the organisation's own; of anybody else nothing is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.document import Filter
from core.ports import ArchiveReader, Erased
from core.types import Mention
from desk.foundation.lookalikes import resembles
from desk.store import accounts
from desk.store.accounts import Account, Lookalike
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
    seen: dict[str, Lookalike | None] = {}
    where = Filter(arrived=(max(since - OVERLAP, BEGIN), at), irrelevant=True, muted=True)
    registered = {(one.source, one.handle) for one in own if not one.official}
    official = [one for one in own if one.official]
    async for some in archive.scan(where):
        for mention in (stored.enriched.mention for stored in some):
            author = mention.author.id
            before = seen.get(author)
            if author in seen and (before is None or mention.created_at <= before.seen_at):
                continue
            staff = (mention.source, (mention.author.handle or "").lower()) in registered
            seen[author] = before if staff or erased(author) else _like(mention, official) or before
    found = [one for one in seen.values() if one is not None]
    return await accounts.looked(desk, found, [one.id for one in own], at)


def _like(mention: Mention, official: Sequence[Account]) -> Lookalike | None:
    """Its author, as of when it was said, where that resembles one of these."""
    author = mention.author
    like = resembles(mention.source, author.handle, author.name, official)
    if like is None:
        return None
    account, why = like
    return Lookalike(
        author=author.id, account=account, why=why, seen_at=mention.created_at, handle=author.handle, name=author.name
    )
