"""What a sink that sends is lent, in memory: an archive, a shelf, customers; and what it gave back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from msgspec.structs import replace

from core.document import Stored
from core.outward import Kept, Linked, Outward, Told
from core.ports import Tools
from core.types import Enriched, Failure, Judgement
from tests.sinks.messages import at

KEEP = timedelta(days=400)


@dataclass
class MemoryShelf:
    """A Shelf. `dies` says of the next puts whether the process is killed before anything is stored."""

    rows: dict[str, Kept] = field(default_factory=dict)
    dies: list[bool] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    async def get(self, mentions: Sequence[str]) -> dict[str, Kept]:
        return {mention: self.rows[mention] for mention in mentions if mention in self.rows}

    async def put(self, rows: Sequence[Kept]) -> None:
        if rows and self.dies and self.dies.pop(0):
            raise SystemError("killed")
        for row in rows:
            author = self.rows[row.mention].author if row.mention in self.rows else row.author
            due_at = at(-9999) if self.erased & {row.mention, author} else row.due_at
            self.rows[row.mention] = replace(row, author=author, due_at=due_at)

    async def drop(self, mentions: Sequence[str]) -> None:
        for mention in mentions:
            self.rows.pop(mention, None)

    async def of_author(self, author: str) -> list[Kept]:
        return [row for row in self.rows.values() if row.author == author]

    async def due(self, moment: datetime, most: int) -> list[Kept]:
        waiting = [row for row in self.rows.values() if row.due_at is not None and row.due_at <= moment]
        return sorted(waiting, key=lambda row: row.due_at)[:most]

    def recall(self, mention: str) -> None:
        """Make it due, as an erasure does in another process."""
        self.rows[mention] = replace(self.rows[mention], due_at=at(-9999))


@dataclass
class House:
    """Our side. `say` puts a version into the archive and gives it back, as the log does."""

    archive: dict[str, Stored] = field(default_factory=dict)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    links: dict[str, Linked] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    aside: list[Failure] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    moment: datetime = field(default_factory=lambda: at(600))

    def say(self, enriched: Enriched, *judgements: Judgement) -> Enriched:
        self.archive[enriched.mention.id] = Stored(enriched=enriched, judgements=judgements)
        return enriched

    def link(self, author: str, customer: str, name: str | None = None, **keys: str) -> None:
        self.links[author] = Linked(customer=customer, name=name, keys=keys)

    def outward(self, name: str) -> Outward:
        return Outward(
            name=name,
            source="urn:klankbord:test",
            current=self._current,
            shelf=self.shelf,
            customers=self._customers,
            publish=self._never,
            tell=self._tell,
            set_aside=self._set_aside,
            leaves=lambda enriched: enriched.mention.created_at + KEEP,
            link=lambda mention: f"http://127.0.0.1:8420/mention/{mention}",
        )

    def tools(self, tmp_path) -> Tools:
        return Tools(clock=lambda: self.moment, random=Random(1), cache=tmp_path, report=self.said.append)

    async def _current(self, mentions):
        return {mention: self.archive[mention] for mention in mentions if mention in self.archive}

    async def _customers(self, authors):
        return {author: self.links[author] for author in authors if author in self.links}

    async def _tell(self, told):
        self.told += told

    async def _set_aside(self, failures):
        self.aside += failures

    async def _never(self, entries):
        raise AssertionError("a CRM publishes no events")
