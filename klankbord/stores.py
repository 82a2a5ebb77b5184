"""Opens what is kept: log, archive and erasures, wired together for the keeper and for the commands that ask or erase."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from core.ports import Archive, Item, Log, Sink
from core.topics import DEAD, ENRICHED, MENTIONS
from core.types import Deletion, Failure, Scope
from klankbord import registry
from klankbord.configuration import Configuration, settings_of
from klankbord.erasures import Erasures
from klankbord.folder import Folder
from klankbord.understanding import Report, tools
from playbook.matching import highlights, matches
from stream.sqlite import open_log


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Everything that is kept of one data folder."""

    folder: Folder
    log: Log
    archive: Archive
    erased: Erasures


@asynccontextmanager
async def open_stores(configuration: Configuration, report: Report) -> AsyncIterator[Stores]:
    """Log and archive of the configuration's data folder, for reading and writing beside a running klankbord."""
    folder = Folder(configuration.data)
    folder.make()
    erased = Erasures(folder.erased, folder.secret())
    part = configuration.sinks[0]
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(folder.log))
        archive = await stack.enter_async_context(
            registry.load("sinks", part.use).build(
                settings_of("sinks", part, path=folder.archive),
                tools(folder.cache, report),
                erased=erased,
                matches=matches,
                spans=highlights,
            )
        )
        yield Stores(folder=folder, log=log, archive=archive, erased=erased)


class Forgetting:
    """A sink after which deleted text leaves the log too, so that it is alive nowhere."""

    def __init__(self, sink: Sink, log: Log) -> None:
        self._sink, self._log = sink, log
        self.name, self.takes_history, self.takes_drills = sink.name, sink.takes_history, sink.takes_drills

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        refused = await self._sink.write(batch)
        gone = [item.target for item in batch if isinstance(item, Deletion) and not item.reversible]
        for topic in (MENTIONS, ENRICHED, DEAD) if gone else ():
            await self._log.forget(topic, gone)
        return refused
