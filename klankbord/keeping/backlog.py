"""Keeps rising topics in the configured tracker: desk/backlog wired to the stores. Without `backlog:` nothing of it runs."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from core.backlog import Tracker
from core.errors import Retry
from core.ports import Measured
from core.time import Clock, now
from desk.backlog.composing import Composer
from desk.backlog.keeping import Backlog
from desk.rising_words import own_words
from desk.web import words
from desk.web.formats import Formats
from klankbord import registry
from klankbord.configuration import Configuration, beside, settings_of
from klankbord.keeping.persisting import persist
from klankbord.lending import Report, tools
from klankbord.privacy.leaving import Policies
from klankbord.rulebook import FileRules
from klankbord.stores import Stores

EVERY = 60.0
"""Seconds between looks at what rises."""


def backlog_of(
    configuration: Configuration, stores: Stores, tracker: Tracker, report: Report, *, clock: Clock = now
) -> Backlog:
    """The backlog over that tracker. Items of another tracker or project are another one's."""
    settings, organisation = configuration.backlog, configuration.organisation
    catalogue, rules = words.load(words.first_of(organisation.languages)), FileRules(configuration.playbook)

    def composer(staff: Sequence[str]) -> Composer:
        form, ours = Formats(catalogue, organisation.zone, clock()), own_words(rules.playbook, organisation.name)
        return Composer(catalogue, form, configuration.page.address, Policies(configuration), settings, staff, ours)

    return Backlog(
        database=stores.desk,
        archive=stores.archive,
        tracker=tracker,
        system=settings.system,
        composer=composer,
        clock=clock,
        every=settings.every,
        reopens=settings.reopens,
        report=report,
    )


async def keep_backlog(
    configuration: Configuration, stores: Stores, measured: Measured, stop: asyncio.Event, report: Report
) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). As long as the tracker asks for, nothing is asked of it."""
    time = asyncio.get_running_loop().time
    rests_until = 0.0
    async with AsyncExitStack() as stack:
        kept: list[Backlog] = []

        async def again() -> None:
            nonlocal rests_until
            if time() < rests_until:
                return
            if not kept:
                kept.append(await _opened(configuration, stores, measured, report, stack))
            try:
                await kept[0].once()
            except Retry as error:
                rests_until = time() + (error.after or 0.0)
                raise

        await persist(again, stop, report, name="backlog", broken="rising topics wait in the desk", every=EVERY)


async def _opened(
    configuration: Configuration, stores: Stores, measured: Measured, report: Report, stack: AsyncExitStack
) -> Backlog:
    part = configuration.backlog
    settings = beside(settings_of(registry.TRACKERS, part), configuration.folder)
    module = registry.load(registry.TRACKERS, part.use)
    lent = tools(stores.folder.cache, report, measured)
    tracker = await stack.enter_async_context(module.build(settings, lent))
    return backlog_of(configuration, stores, tracker, report)
