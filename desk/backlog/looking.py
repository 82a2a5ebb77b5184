"""Which items a round looks at, and which of them tell what must not be told any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.document import Stored
from core.ports import ArchiveReader
from desk.store import backlog
from desk.store.backlog import Kept, Known
from desk.store.database import Database
from desk.store.statements import chunks

SLOWLY = 20
"""Quiet items that each round looks at: those that were looked at longest ago."""
GONE_AGAIN = timedelta(days=1)
"""How often an item that was taken away over there is looked for, where it told what must go."""
KNOWN_FOR = timedelta(days=30)
"""How long a topic is known after it rose, though nothing of it stands any more."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """The items of one round by topic: those of `slowly` are quiet, those of `lost` tell of a message that is gone.

    known     the messages that each is known by; `standing` those of them that the archive still shows, as far as it was asked
    """

    kept: Mapping[str, Kept]
    slowly: frozenset[str]
    known: Mapping[str, Sequence[Known]]
    standing: Mapping[str, Sequence[Known]]
    lost: frozenset[str]

    def over(self, now: datetime) -> list[str]:
        """Those of which nothing stands any more, here or over there, and that have been quiet for long."""
        return [
            topic
            for topic in self.slowly
            if not self.standing[topic]
            and _says_nothing(self.kept[topic])
            and self.kept[topic].last_at < now - KNOWN_FOR
        ]


async def looked(database: Database, archive: ArchiveReader, system: str, *, now: datetime, lately: datetime) -> Round:
    """What rose since `lately` is asked of the archive whole, and so are some quiet ones; of the others what they show."""
    watched = await backlog.watched(database, system, lately)
    slowly = await backlog.quiet(database, system, until=lately, gone=now - GONE_AGAIN, most=SLOWLY)
    kept = {**watched, **slowly}
    known = await backlog.members(database, list(kept))
    asked = {
        topic: [each for each in known[topic] if topic in slowly or one.last_at >= lately or each.quoted is not None]
        for topic, one in kept.items()
    }
    there = await _there(archive, [each.mention for those in asked.values() for each in those])
    standing = {topic: [each for each in those if each.mention in there] for topic, those in asked.items()}
    lost = {
        topic
        for topic, one in kept.items()
        if one.native and (len(known[topic]) < one.quoted or len(standing[topic]) < len(asked[topic]))
    }
    return Round(kept=kept, slowly=frozenset(slowly), known=known, standing=standing, lost=frozenset(lost))


async def _there(archive: ArchiveReader, mentions: Sequence[str]) -> Mapping[str, Stored]:
    found: dict[str, Stored] = {}
    for some in chunks(mentions):
        found |= await archive.several(some)
    return found


def _says_nothing(one: Kept) -> bool:
    return one.begun_at is None and (one.native is None or one.state == backlog.GONE or one.quoted == 0)
