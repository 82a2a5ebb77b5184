"""The listening part: connectors publish what they hear to the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from core.codec import decode
from core.errors import Reject, Stop
from core.ports import Connector, Log, Measured, Tools
from core.tasks import end, happens
from core.telemetry import Gauge
from core.time import now
from core.topics import MENTIONS
from core.types import Message
from ingest._admit import Admission
from ingest._memory import open_memory
from ingest._runner import run as run_source
from klankbord import registry
from klankbord.configuration import Configuration, Source, settings_of
from klankbord.failing import telling
from klankbord.folder import Folder
from klankbord.health import limits
from klankbord.health.heard import Heard
from klankbord.health.lags import Lags
from klankbord.health.watched import EVERY, LOG, Watched, looking
from klankbord.lending import Report, tools
from klankbord.logs import PATIENCE, open_log
from klankbord.privacy.erasures import Erasures
from klankbord.privacy.joining import policy_of
from klankbord.readers import Readers
from klankbord.rules import RULES_EVERY, Rules

AT_ONCE = 500
RECALLED = 10_000
"""Records of the log: more than all sources together have on their way between the log and the memory."""


@dataclass(kw_only=True)
class _Listener:
    """Everything the listening tasks share."""

    configuration: Configuration
    log: Log
    rules: Rules
    admission: Admission
    tools: Tools
    measured: Measured
    stop: asyncio.Event

    async def hear(self, source: Source) -> Stop | None:
        """Run one source until stopped; a Stop of it is told and returned, the others go on."""
        known = {"zone": self.configuration.organisation.time_zone, "folder": self.configuration.folder}
        settings = settings_of("ingest", source, **known)
        async with AsyncExitStack() as stack:
            try:
                building = registry.load("ingest", source.use).build(settings, self.tools)
                connector = await stack.enter_async_context(building)
            except Stop as stop:
                self.tools.report(f"{source.name} ends: {stop}")
                self.measured.set(Gauge.ENDED, 1, source.name)
                return stop
            try:
                await self._read(source, connector)
            except Stop as stop:  # told by the runner
                return stop
        if not self.stop.is_set():  # read to its end: its silence says nothing from now on
            for name in (Gauge.LAST_SEEN, Gauge.ANSWERED, Gauge.USUAL_GAP):
                self.measured.forget(name, source.name)
        return None

    async def _read(self, source: Source, connector: Connector) -> None:
        await run_source(
            connector,
            source=source.name,
            log=self.log,
            admit=self.admission,
            policy=policy_of(source, self.configuration.organisation.languages),
            clock=now,
            random=self.tools.random,
            measured=self.measured,
            report=self.tools.report,
            stop=self.stop,
        )

    async def follow_rules(self) -> None:
        """Take a changed playbook in force."""
        while not self.stop.is_set():
            self.rules.refresh()
            await happens(self.stop, within=RULES_EVERY)


async def listen(configuration: Configuration, stop: asyncio.Event, report: Report, watched: Watched) -> None:
    """Listen until `stop` is set, then finish what is in flight.

    Raises the Stop of a source that needs a person, after the others have ended; ends by itself when all have.
    """
    folder = Folder(configuration.data)
    rules = Rules(configuration.playbook, report)
    measured = watched.measured
    watched.awaits(LOG)
    given = tools(folder.cache, report, measured)
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(configuration, report, patience=PATIENCE))
        await stack.enter_async_context(looking(watched, {LOG: Lags(log, Readers(configuration), measured, now)}))
        fresh = not await log.tail(MENTIONS, 1) and not any(row.end for row in await log.state())
        memory = await stack.enter_async_context(open_memory(folder.memory, fresh=fresh))
        erased = Erasures(folder.erased, folder.secret())
        admission = Admission(memory, wanted=rules.wanted, erased=erased)
        await recall(admission, log)
        listener = _Listener(
            configuration=configuration,
            log=log,
            rules=rules,
            admission=admission,
            tools=given,
            measured=measured,
            stop=stop,
        )
        await stack.enter_async_context(_measuring(configuration, folder, measured))
        await _run(listener)


@asynccontextmanager
async def _measuring(configuration: Configuration, folder: Folder, measured: Measured) -> AsyncIterator[None]:
    """As long as this is open, what no component measures is looked at now and again: sources, disk, what runs out."""
    heard = Heard(configuration.sources, measured, folder.cache / "rhythm.json")

    async def look() -> None:
        limits.tokens(configuration, measured)
        files = limits.files(configuration)
        while True:
            heard.note()
            with suppress(OSError):
                limits.disk(folder.root, measured)
            limits.certificates(files, measured)
            await asyncio.sleep(EVERY)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        await end([task])
        heard.note()
        heard.keep()


async def recall(admission: Admission, log: Log) -> None:
    """What an earlier run published last may have ended before it was remembered; a deletion of it has to find it."""
    records = await log.tail(MENTIONS, RECALLED)
    for start in range(0, len(records), AT_ONCE):
        messages = [_message(record.value) for record in records[start : start + AT_ONCE]]
        await admission.recall([message for message in messages if message])


def _message(value: bytes) -> Message | None:
    try:
        return decode(value)
    except Reject:
        return None  # the stream sets it aside


async def _run(listener: _Listener) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(listener.follow_rules())
            sources = [group.create_task(listener.hear(source)) for source in listener.configuration.sources]
            group.create_task(_end_with_sources(listener, sources))
    except BaseExceptionGroup as failures:
        failure = telling(failures)
        raise failure from failure.__cause__
    for source in sources:
        if stopped := source.result():
            raise stopped


async def _end_with_sources(listener: _Listener, sources: list[asyncio.Task[Stop | None]]) -> None:
    """When every source ended because a person must act, there is nothing left to listen to."""
    ended = await asyncio.gather(*sources)
    if sources and all(ended):
        listener.stop.set()
