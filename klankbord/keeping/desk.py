"""The desk database's part in the pipeline: it keeps what people and services say, and forgets what is deleted."""

from collections.abc import Mapping, Sequence

from core.codec import decode
from core.errors import Reject
from core.ports import Item
from core.topics import ENRICHED, JUDGEMENTS
from core.types import Enriched, Failure, Judgement, Mute
from desk.store import erasing, verified
from desk.store.judgements import JudgementSink
from klankbord.configuration import DESK, Configuration
from klankbord.privacy.forgetting import Also, Gone
from klankbord.privacy.joining import any_may_join, may_join
from klankbord.stores import Stores

AT_ONCE = 1_000


class DeskSink:
    """The sink `desk`: it keeps what people said, and follows what services verified of accounts where any may be joined."""

    name, takes_history, takes_drills, in_flight, tells_arrival = DESK, True, True, 1, True  # no message arrives there

    def __init__(self, configuration: Configuration, stores: Stores) -> None:
        self._said, self._desk = judgement_sink(stores), stores.desk
        self._erased, self._joins = stores.erased, may_join(configuration)
        self.topics = (JUDGEMENTS, ENRICHED) if any_may_join(configuration) else (JUDGEMENTS,)

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        await verified.follow(self._desk, batch, may_join=self._joins, erased=self._erased)
        return await self._said.write(batch)


def judgement_sink(stores: Stores) -> JudgementSink:
    """What keeps what people said."""

    async def authors_of(mentions: Sequence[str]) -> Mapping[str, str]:
        found = await stores.archive.several(mentions)
        return {mention: stored.enriched.mention.author.id for mention, stored in found.items()}

    return JudgementSink(stores.desk, authors_of=authors_of, erased=stores.erased)


async def take_in(configuration: Configuration, stores: Stores) -> None:
    """Keep all that was said by now: before the log is left for another one."""
    sink = DeskSink(configuration, stores)
    for topic in sink.topics:
        async with stores.log.reader(topic, sink.name) as reader:
            while records := await reader.read(AT_ONCE, 0):
                await sink.write([said for record in records if (said := _said(record.value)) is not None])
                await reader.commit(records[-1].offset)


def _said(value: bytes) -> Item | None:
    """None where the record was emptied, or is for the delivery loop to set aside."""
    try:
        message = decode(value) if value else None
    except Reject:
        return None
    return message if isinstance(message, Judgement | Mute | Enriched) else None


def forgets(stores: Stores) -> Also:
    """What the desk does of what was deleted at its source."""

    async def forget(gone: Gone) -> None:
        await erasing.forget(stores.desk, gone.mentions, gone.authors)

    return forget
