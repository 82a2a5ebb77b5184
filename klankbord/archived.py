"""What is archived of an account."""

from collections.abc import Sequence

from core.document import Filter
from core.ports import ArchiveReader
from core.query import Field, FieldName


async def written_by(archive: ArchiveReader, author: str) -> Sequence[str]:
    """Ids of all that this author wrote, as far as it is archived: what is muted or judged irrelevant too."""
    by = Field(name=FieldName.AUTHOR, value=author.casefold())
    where = Filter(query=by, irrelevant=True, muted=True, drills=True)
    return [
        one.enriched.mention.id
        async for chunk in archive.scan(where)
        for one in chunk
        if one.enriched.mention.author.id == author
    ]
