"""What is archived of an account."""

from collections.abc import Sequence

from core.document import Filter
from core.ports import ArchiveReader
from core.query import by_accounts


async def written_by(archive: ArchiveReader, author: str, *, hidden: bool = False) -> Sequence[str]:
    """Ids of all that this author wrote, as far as it is archived: what is muted or judged irrelevant too, and what is `hidden`."""
    where = Filter(query=by_accounts([author]), irrelevant=True, muted=True, drills=True, hidden=hidden)
    return [
        one.enriched.mention.id
        async for chunk in archive.scan(where)
        for one in chunk
        if one.enriched.mention.author.id == author
    ]
