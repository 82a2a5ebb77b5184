"""What a sink that sends is lent, a real shelf, and in memory an archive and customers; and what it gave back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from core.document import Stored
from core.outward import Kept, Linked, Outward, Told
from core.ports import Measured, Tools
from core.types import Enriched, Failure, Judgement
from desk.store.database import Database
from desk.store.shelf import DeskShelf, recall, relinked
from tests.desk.store.made import opened_desk
from tests.sinks.messages import at

KEEP = timedelta(days=400)
SINK = "crm"


class MortalShelf(DeskShelf):
    """The real one. `dies` says of its next puts whether the process is killed before anything is stored."""

    def __init__(self, desk: Database) -> None:
        super().__init__(desk, SINK, erased=lambda _: False)
        self.desk = desk
        self.dies: list[bool] = []

    async def put(self, rows: Sequence[Kept]) -> None:
        if rows and self.dies and self.dies.pop(0):
            raise SystemError("killed")
        await super().put(rows)

    async def all(self) -> set[str]:
        """The mentions that have a row."""
        return {row.mention for row in await self.due(at(9_999_999), 9_999)}

    async def recall(self, mention: str) -> None:
        """Make it due, as an erasure does in another process."""
        assert await recall(self.desk, mentions=[mention], sinks=[SINK]) == 1


@dataclass
class House:
    """Our side. `say` puts a version into the archive and gives it back, as the log does."""

    shelf: MortalShelf
    archive: dict[str, Stored] = field(default_factory=dict)
    links: dict[str, Linked] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    aside: list[Failure] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    moment: datetime = field(default_factory=lambda: at(600))
    measured: Measured = field(default_factory=Measured)

    def say(self, enriched: Enriched, *judgements: Judgement) -> Enriched:
        self.archive[enriched.mention.id] = Stored(enriched=enriched, judgements=judgements)
        return enriched

    def link(self, author: str, customer: str, name: str | None = None, **keys: str) -> None:
        self.links[author] = Linked(customer=customer, name=name, keys=keys)

    async def relink(self, *authors: str) -> None:
        """Let the sinks that follow know that these accounts' customer changed, as the desk does."""
        async with self.shelf.desk.writing() as connection:
            await relinked(connection, authors, self.moment)

    def outward(self) -> Outward:
        return Outward(
            name=SINK,
            source="urn:klankbord:test",
            current=self._current,
            shelf=self.shelf,
            customers=self._customers,
            written_by=self._written_by,
            publish=self._never,
            tell=self._tell,
            set_aside=self._set_aside,
            leaves=lambda enriched: enriched.mention.created_at + KEEP,
            link=lambda mention: f"http://127.0.0.1:8420/mention/{mention}",
            secrets=self._never,
        )

    def tools(self, tmp_path) -> Tools:
        return Tools(
            clock=lambda: self.moment,
            random=Random(1),
            cache=tmp_path,
            report=self.said.append,
            measured=self.measured,
        )

    async def _current(self, mentions):
        return {mention: self.archive[mention] for mention in mentions if mention in self.archive}

    async def _customers(self, authors):
        return {author: self.links[author] for author in authors if author in self.links}

    async def _written_by(self, author):
        found = [one.enriched.mention for one in self.archive.values()]
        return [mention.id for mention in found if mention.author.id == author]

    async def _tell(self, told):
        self.told += told

    async def _set_aside(self, failures):
        self.aside += failures

    async def _never(self, _):
        raise AssertionError("a CRM publishes and signs no events")


@asynccontextmanager
async def opened_house(folder: Path) -> AsyncIterator[House]:
    """A house with a desk database of its own."""
    async with opened_desk(folder) as desk:
        yield House(MortalShelf(desk))
