"""Opens what is kept: log, archive, desk and erasures, wired together for the keeper and for the commands that ask or erase."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from core.ports import Archive, Log, Sink
from desk.store.database import Database, open_desk
from klankbord import registry
from klankbord.configuration import Configuration, beside, read, settings_of
from klankbord.folder import Folder
from klankbord.lending import Report, tools
from klankbord.logs import open_log
from klankbord.options import hush
from klankbord.privacy.erasures import Erasures
from playbook.highlighting import highlights
from playbook.matching import matches

Answer = TypeVar("Answer")


class ArchiveSink(Archive, Sink, Protocol):
    """An archive is also the first sink of the pipeline."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Everything that is kept of one data folder."""

    folder: Folder
    log: Log
    archive: ArchiveSink
    desk: Database
    erased: Erasures
    sending: tuple[str, ...] = ()
    """Names of the sinks that send."""
    sinks: tuple[str, ...] = ()
    """Names of all sinks: Configuration.sink_names."""


@asynccontextmanager
async def open_stores(configuration: Configuration, report: Report, *, patience: float = 0.0) -> AsyncIterator[Stores]:
    """Log, archive and desk database of the configuration, for reading and writing beside a running klankbord.

    The archive is the first of the configured sinks. Without `patience` (seconds) an engine that is away is not waited for.
    """
    folder = Folder(configuration.data)
    folder.make()
    erased = Erasures(folder.erased, folder.secret())
    part = configuration.sinks[0]
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(configuration, report, patience=patience))
        archive = await stack.enter_async_context(
            registry.load("sinks", part.use).build(
                beside(
                    settings_of("sinks", part, path=folder.archive, patience=f"{patience:.0f}s"), configuration.folder
                ),
                tools(folder.cache, report),
                erased=erased,
                matches=matches,
                spans=highlights,
            )
        )
        desk = await stack.enter_async_context(open_desk_alone(configuration, report, patience=patience))
        yield Stores(
            folder=folder,
            log=log,
            archive=archive,
            desk=desk,
            erased=erased,
            sending=tuple(part.name for part in configuration.sending),
            sinks=configuration.sink_names,
        )


@asynccontextmanager
async def open_desk_alone(
    configuration: Configuration, report: Report, *, patience: float = 0.0, bring_up: bool = True
) -> AsyncIterator[Database]:
    """The desk database without the others, for what asks nothing of them."""
    folder = Folder(configuration.data)
    folder.make()
    settings = beside(configuration.desk, configuration.folder)
    async with open_desk(settings, folder.desk, report=report, patience=patience, bring_up=bring_up) as desk:
        yield desk


def ask_desk(config: Path, question: Callable[[Database], Awaitable[Answer]], *, bring_up: bool = True) -> Answer:
    """What the desk database of the configuration in that file answers to a command; Stop without `bring_up` where it is of an earlier release."""

    async def asked() -> Answer:
        async with open_desk_alone(read(config), hush, bring_up=bring_up) as desk:
            return await question(desk)

    return asyncio.run(asked())
