"""Sends answers beside the other keeping parts: the publishers, the archive and the rules lent to desk/answering."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from core.document import Group
from core.ports import Measured, Publisher
from core.tasks import end
from core.time import Clock, now
from core.types import Parent
from desk.answering.allowing import ByChain
from desk.answering.barred import Answered
from desk.answering.sending import Sender
from desk.entry.rights import with_roles
from klankbord import registry
from klankbord.configuration import Configuration, beside, settings_of
from klankbord.keeping.persisting import persist
from klankbord.lending import Report, tools
from klankbord.rulebook import FileRules
from klankbord.stores import Stores
from picture.mention import labels_of

NAME = "answers"
EVERY = 1.0
"""Seconds between looks for what is to be sent."""
MEETS = 300.0
"""Seconds until a source that did not say what it takes is asked again."""


@asynccontextmanager
async def open_publishers(
    configuration: Configuration, stores: Stores, report: Report, measured: Measured
) -> AsyncIterator[Mapping[str, Publisher]]:
    """Each configured one by name, as long as this is open; in a demonstration none is. Nothing is asked of their sources yet."""
    async with AsyncExitStack() as stack:
        opened: dict[str, Publisher] = {}
        for part in () if configuration.page.stand_ins else configuration.publishers:
            settings = beside(settings_of("publish", part), configuration.folder)
            built = registry.load("publish", part.use).build(settings, tools(stores.folder.cache, report, measured))
            opened[part.name] = await stack.enter_async_context(built)
        yield opened


@asynccontextmanager
async def meeting(publishers: Mapping[str, Publisher], report: Report, *, every: float = MEETS) -> AsyncIterator[None]:
    """As long as this is open each source is asked what it takes, until it says so; before, what is usual there is what is known."""
    running = [asyncio.create_task(_meet(name, one, report, every)) for name, one in publishers.items()]
    try:
        yield
    finally:
        await end(running)


async def _meet(name: str, publisher: Publisher, report: Report, every: float) -> None:
    met = asyncio.Event()

    async def meet() -> None:
        await publisher.meet()
        met.set()

    await persist(meet, met, report, name=name, broken="how long an answer may be is not known", every=every)


def allowing_of(configuration: Configuration, rules: FileRules, publishers: Mapping[str, Publisher]) -> ByChain:
    """Who may answer, by the roles of this configuration and the playbook in force."""
    return ByChain(publishers, rules.in_force, with_roles(configuration.sign_in.rights))


class Answers:
    """Everything that sending needs of this data folder."""

    def __init__(
        self,
        configuration: Configuration,
        stores: Stores,
        publishers: Mapping[str, Publisher],
        measured: Measured,
        *,
        clock: Clock = now,
    ) -> None:
        self._archive = stores.archive
        self.sender = Sender(
            stores.desk,
            publishers,
            looks=self._look,
            allowing=allowing_of(configuration, FileRules(configuration.playbook), publishers),
            erased=stores.erased,
            clock=clock,
            random=Random(),
            measured=measured,
        )

    async def _look(self, mention: str) -> Answered | None:
        found = (await self._archive.several([mention])).get(mention)
        if found is None:
            return None
        said = found.enriched.mention
        return Answered(parent=Parent.of(said), topics=labels_of(found, Group.TOPIC), marks=tuple(said.marks))


def by_source(publishers: Mapping[str, Publisher]) -> Mapping[str, str]:
    """The name of the first that answers at each source."""
    return {one.source: name for name, one in reversed([*publishers.items()])}


async def keep_answers(answers: Answers, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). The archive beside it goes on."""
    await persist(answers.sender.once, stop, report, name=NAME, broken="answers wait", every=EVERY)
