"""One mention with all that is known of it."""

from collections.abc import Sequence

import msgspec

from core.document import Filter, Order, Stored
from core.findings import BY_NAME, known_of
from core.ports import ArchiveReader
from core.query import Field, FieldName
from core.types import Finding, Judgement

_FROM_AUTHOR = 5


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A mention, what it answers, repeats or quotes where that is stored, and the newest of its author.

    findings   as they count now, a person's word before a model's
    judgements latest first
    """

    stored: Stored
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    related: tuple[tuple[str, str, Stored | None], ...]
    from_author: tuple[Stored, ...]


async def known(archive: ArchiveReader, mention: str) -> Known | None:
    """All that is known of that mention id; None where the archive does not hold it (never heard, deleted, erased)."""
    stored = await archive.get(mention)
    if stored is None:
        return None
    heard = stored.enriched.mention
    author = Field(name=FieldName.AUTHOR, value=(heard.author.handle or heard.author.id).casefold())
    page = await archive.search(
        Filter(query=author, sources=(heard.source,)), order=Order.NEWEST, size=_FROM_AUTHOR + 1
    )
    related = [
        (relation, target, await archive.get(target))
        for relation, target in (
            ("reply_to", heard.reply_to),
            ("repost_of", heard.repost_of),
            ("quote_of", heard.quote_of),
        )
        if target is not None
    ]
    return Known(
        stored=stored,
        findings=stored.enriched.findings,
        judgements=tuple(sorted(stored.judgements, key=lambda judgement: judgement.at, reverse=True)),
        related=tuple(related),
        from_author=tuple(one for one in page.mentions if one.enriched.mention.id != mention)[:_FROM_AUTHOR],
    )


def labels_of(stored: Stored, name: str) -> tuple[str, ...]:
    """What counts for that finding name now: the latest judgement, else the finding; () where there is neither.

    One that counts by a single label and has none is "uncertain".
    """
    latest = latest_judgement(stored.judgements, name)
    finding = known_of(stored.enriched).get(name)
    labels = finding.labels if finding is not None else None
    if latest is not None and latest.labels is not None:
        labels = latest.labels
    return BY_NAME[name].counted(labels) if name in BY_NAME else labels or ()


def latest_judgement(judgements: Sequence[Judgement], name: str) -> Judgement | None:
    """The judgement of that name that counts: the latest, also where it withdraws an earlier one."""
    return max((one for one in judgements if one.name == name), key=lambda one: one.at, default=None)


def is_irrelevant(stored: Stored) -> bool:
    """Whether the latest that a person said of it is that it has nothing to do with the organisation."""
    latest = latest_judgement(stored.judgements, "irrelevant")
    return latest is not None and latest.labels == ("yes",)


def judged_by(stored: Stored, name: str) -> str | None:
    """The person whose judgement of that name counts now, if one does."""
    latest = latest_judgement(stored.judgements, name)
    return latest.by if latest is not None and latest.labels is not None else None
