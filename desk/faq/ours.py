"""What our accounts wrote and what of it answers a message."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.document import Filter
from core.ports import ArchiveReader
from core.query import And, Field, FieldName, Or
from core.types import Mention
from desk.cases.hearing import OwnAccounts
from desk.store.accounts import Account
from playbook.accounts import plain

ANSWERED_WITHIN = timedelta(days=14)
"""How long after the stretch an answer still counts."""


class Answer(NamedTuple):
    """When a message was answered, and the id of what answered it."""

    at: datetime
    mention: str


def written_by(inventory: Sequence[Account], named: Collection[str], asked: Filter) -> Filter | None:
    """What our accounts wrote, or others of their names: a little more than is ours, what is muted too. None where no account is ours."""
    at = [(one.source, plain(one.handle)) for one in inventory if one.official]
    if asked.until is None or (not at and not named):
        return None
    authors = [Field(name=FieldName.AUTHOR, value=name) for name in sorted(named)]
    pairs = [
        And(parts=(Field(name=FieldName.SOURCE, value=source), Field(name=FieldName.AUTHOR, value=handle)))
        for source, handle in at
    ]
    query = Or(parts=(*pairs, *authors))
    return Filter(since=asked.since, until=asked.until + ANSWERED_WITHIN, query=query, muted=True)


async def answers_of(
    archive: ArchiveReader, where: Filter | None, ours: OwnAccounts, *, most: int
) -> tuple[frozenset[str], Mapping[str, Answer]]:
    """Our accounts as authors, and our latest answer to each message, of about the first `most` that we wrote."""
    authors, found, read = set[str](), dict[str, Answer](), 0
    if where is None:
        return frozenset(), found
    async for chunk in archive.scan(where):
        for mention in (one.enriched.mention for one in chunk):
            if ours.wrote(mention):
                authors.add(mention.author.id)
                _take(mention, found)
        read += len(chunk)
        if read >= most:
            break
    return frozenset(authors), found


def _take(mention: Mention, found: dict[str, Answer]) -> None:
    if mention.reply_to is None:
        return
    before = found.get(mention.reply_to)
    if before is None or before.at <= mention.created_at:
        found[mention.reply_to] = Answer(mention.created_at, mention.id)
