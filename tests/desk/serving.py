"""A real page on a real archive, served from a thread of its own so that a browser can look at it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from aiohttp import web

from core.ports import Archive, CustomerDocuments, Measured, Tools, TopicState
from core.types import Judgement, Mute
from desk.api.application import Parts
from desk.entry.settings import SignInSettings
from desk.ports import Organisation, Saved, Status, Topics
from desk.scim.application import Staff
from desk.store import annotations
from desk.store.database import Database
from desk.store.judgements import JudgementSink
from desk.store.sealing import Seal
from desk.summaries.parts import Summaries
from desk.web.application import make_app
from desk.web.kept import Kept, Written
from desk.web.serve import one_time_url, serve
from picture.trial import Trial, collected_since, try_out
from playbook import queries
from playbook.highlighting import highlights
from playbook.matching import matches
from playbook.sections import Playbook
from sinks import sqlite
from tests.desk import corpus
from tests.desk.holding import holding
from tests.desk.store.made import opened_desk

Answer = TypeVar("Answer")


class Monitors:
    """Monitors in memory, tried out and saved on the real archive."""

    def __init__(self, archive: Archive, now: Callable[[], datetime]) -> None:
        self._archive, self._now = archive, now
        self.saved = {
            "Noorderlijn": "noorderlijn OR @noorderlijn OR #noorderlijn",
            "Storingen en vertraging": 'storing* OR vertrag* OR "signal failure"',
            "Utrecht": "noorderlijn AND utrecht",
        }

    def names(self) -> Sequence[str]:
        return list(self.saved)

    def query(self, name: str) -> str:
        return self.saved.get(name, "")

    async def try_out(self, query: str) -> Trial:
        return await try_out(self._archive, queries.parse(query), now=self._now())

    async def save(self, name: str, query: str) -> Saved:
        tagged = await self._archive.assign(name, queries.parse(query))
        self.saved[name] = query
        return Saved(tagged=tagged, collected_since=await collected_since(self._archive, until=self._now()))


class Leaving:
    """Words of what is public may leave, and no author."""

    admits_closed = True

    def texts(self, stored: object) -> bool:
        return True

    def authors(self, stored: object) -> bool:
        return False

    def accounts_of(self, source: str) -> bool:
        return False


ADDRESS = "https://kijk.noorderlijn.example"


def kept(
    desk: Database,
    *,
    joins: tuple[str, ...] = ("bluesky", "mastodon"),
    sends_mail: bool = True,
    address: str = ADDRESS,
    documents: CustomerDocuments | None = None,
    named: Topics | None = None,
    for_staff: bool = False,
    stand_ins: Mapping[str, str] | None = None,
) -> Kept:
    """What the page keeps in that database; accounts of the sources in `joins` may become part of a customer."""
    return Kept(
        database=desk,
        seal=Seal(b"a secret of the tests"),
        sends_mail=sends_mail,
        leaving=Leaving(),
        may_join=lambda author: author.partition(":")[0] in joins,
        never_join=frozenset({"reddit"}),
        documents=documents,
        topics=named,
        address=address,
        for_staff=for_staff,
        stand_ins=stand_ins or {},
    )


@asynccontextmanager
async def opened(path: Path, now: Callable[[], datetime] = lambda: corpus.NOW) -> AsyncIterator[Archive]:
    tools = Tools(clock=now, random=Random(1), cache=path.parent, report=lambda _line: None)
    settings = sqlite.Settings(path=path)
    async with sqlite.build(settings, tools, erased=lambda _: False, matches=matches, spans=highlights) as archive:
        yield archive


async def fill(archive: Archive, items: Sequence[object]) -> None:
    for start in range(0, len(items), 2000):
        refused = await archive.write(items[start : start + 2000])
        assert not refused, refused[0]


async def _nobody_known(_mentions: Sequence[str]) -> dict[str, str]:
    return {}


def application(
    archive: Archive,
    *,
    ribbon: str = "Noorderlijn is an invented organisation",
    now=lambda: corpus.NOW,
    password: str = "",
    sources_in: str = "",
    measured: Measured | None = None,
    api: Parts | None = None,
    kept: Kept | None = None,
    summaries: Summaries | None = None,
    staff: Staff | None = None,
    sign_in: SignInSettings | None = None,
) -> web.Application:
    written = [0]

    async def judge(said: Sequence[Judgement | Mute]) -> None:
        await fill(archive, list(said))
        if kept is not None:  # as the reader of the log does
            await JudgementSink(kept.database, authors_of=_nobody_known, erased=lambda _: False).write(said)
        written[0] += 1

    async def status() -> Status:
        rows = (
            TopicState(
                topic="mentions",
                group="stream",
                end=4012,
                committed=4009,
                lag=3,
                oldest_at=int(now().timestamp() * 1000) - 900,
            ),
            TopicState(topic="enriched", group="archive", end=4009, committed=4009, lag=0),
        )
        return Status(topics=rows, dead=2)

    return make_app(
        archive=archive,
        judge=judge,
        monitors=Monitors(archive, now),
        parse_query=partial(queries.parse, search=True),
        organisation=Organisation(name="Noorderlijn", zone=corpus.ZONE, ribbon={"en": ribbon}, sources_in=sources_in),
        password=password,
        clock=now,
        secret=b"a secret of the tests",
        status=status,
        topics=corpus.TOPICS,
        measured=measured,
        api=api,
        kept=kept,
        summaries=summaries,
        staff=staff,
        sign_in=sign_in,
    )


@dataclass
class Served:
    """A running page: its address, its archive, a way to run coroutines where they live, and what dashboards were told of."""

    url: str
    app: web.Application
    archive: Archive
    desk: Database
    loop: asyncio.AbstractEventLoop
    noted: list[str]

    def link(self) -> str:
        return one_time_url(self.app, self.url)

    def do(self, work: Awaitable[Answer]) -> Answer:
        async def done() -> Answer:
            return await work

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(20)


@contextmanager
def serving(
    path: Path,
    items: Sequence[object],
    *,
    summaries: Callable[[Database], Summaries] | None = None,
    named: Topics | None = None,
    rules: Playbook | None = None,
    keeping: Callable[[Kept, Archive], Kept] = lambda kept, _: kept,
    **options: object,
) -> Iterator[Served]:
    """The page over an archive that holds these items, until the block ends."""
    ready: list[Served] = []
    noted: list[str] = []

    async def annotated() -> None:
        noted[:] = [one.text for one in await annotations.every(ready[0].desk)]

    started, over = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with (
            opened(path) as archive,
            opened_desk(path.parent) as desk,
            holding(path.with_name("held"), archive, desk) as held,
        ):
            await fill(archive, items)
            made = summaries(desk) if summaries else None
            shown = replace(kept(desk, named=named), annotated=annotated, rules=Written(playbook=rules or Playbook()))
            shown = replace(shown, held=held)
            app = application(archive, kept=keeping(shown, archive), summaries=made, **options)
            async with serve(app) as url:
                ready.append(Served(url, app, archive, desk, asyncio.get_running_loop(), noted))
                started.set()
                await over.wait()

    thread = threading.Thread(target=lambda: (asyncio.run(run()), started.set()), daemon=True)
    thread.start()
    started.wait(300)
    yield ready[0]
    ready[0].loop.call_soon_threadsafe(over.set)
    thread.join(10)


def everything() -> list[object]:
    return [*corpus.mentions(), *corpus.hostile(), *corpus.coverage()]
