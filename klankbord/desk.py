"""The desk database's part in the pipeline: it keeps what people say, and forgets what is deleted."""

from collections.abc import Mapping, Sequence

from core.codec import decode
from core.errors import Reject
from core.ports import Item
from core.topics import JUDGEMENTS
from core.types import Judgement, Mute
from desk.store import erasing
from desk.store.judgements import JudgementSink
from klankbord.forgetting import Also, Gone
from klankbord.stores import Stores

AT_ONCE = 1_000


def judgement_sink(stores: Stores) -> JudgementSink:
    """The sink `desk`, a reader of the log topic `judgements`."""

    async def authors_of(mentions: Sequence[str]) -> Mapping[str, str]:
        found = await stores.archive.several(mentions)
        return {mention: stored.enriched.mention.author.id for mention, stored in found.items()}

    return JudgementSink(stores.desk, authors_of=authors_of, erased=stores.erased)


async def take_in(stores: Stores) -> None:
    """Keep all that was said by now: before the log is left for another one."""
    sink = judgement_sink(stores)
    async with stores.log.reader(JUDGEMENTS, sink.name) as reader:
        while records := await reader.read(AT_ONCE, 0):
            await sink.write([said for record in records if (said := _said(record.value)) is not None])
            await reader.commit(records[-1].offset)


def _said(value: bytes) -> Item | None:
    """None where the record was emptied, or is for the delivery loop to set aside."""
    try:
        message = decode(value) if value else None
    except Reject:
        return None
    return message if isinstance(message, Judgement | Mute) else None


def forgets(stores: Stores) -> Also:
    """What the desk does of what was deleted at its source."""

    async def forget(gone: Gone) -> None:
        await erasing.forget(stores.desk, gone.mentions, gone.authors)

    return forget
