"""The keeping parts: sinks write what the stream made, the page answers from the archive; one process, or one each."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, timedelta
from random import Random

import apsw

from core.errors import Misconfigured, Retry
from core.ports import Measured, Sink
from core.tasks import happens
from core.telemetry import Count
from core.time import now
from core.topics import COVERAGE, DEAD, ENRICHED, EVENTS, JUDGEMENTS, MENTIONS, REPLAYED, replay
from desk.store import erasing, people
from klankbord.configuration import CASES, CUSTOMERS, DESK, EMERGING, Configuration
from klankbord.drills.keeping import keep_drills
from klankbord.health.standings import Standings
from klankbord.health.watched import ARCHIVE, DATABASE, LOG, Ask, Watched, looking
from klankbord.keeping.alerts import watch
from klankbord.keeping.annotated import keep_annotated
from klankbord.keeping.answering import Answers, by_source, keep_answers, open_publishers
from klankbord.keeping.backlog import keep_backlog
from klankbord.keeping.case_documents import keep_case_documents
from klankbord.keeping.cases import Cases, keep_cases
from klankbord.keeping.crises import Watching, keep_crises
from klankbord.keeping.crisis_clocks import Clocks, keep_clocks
from klankbord.keeping.customers import keep_customers
from klankbord.keeping.desk import DeskSink, forgets
from klankbord.keeping.emerging import Emerging, keep_emerging
from klankbord.keeping.lookalikes import keep_lookalikes
from klankbord.keeping.maturing import keep_maturity
from klankbord.keeping.notices import keep_notices
from klankbord.keeping.practices import keep_practices
from klankbord.keeping.sending import send
from klankbord.keeping.touching import Touching
from klankbord.lending import Report
from klankbord.logs import PATIENCE
from klankbord.outward import leaves_of
from klankbord.privacy import forgetting
from klankbord.privacy.joining import any_may_join
from klankbord.privacy.scrub import scrub
from klankbord.serving.page import open_page
from klankbord.stores import Stores, open_stores
from playbook.playbook import load
from playbook.queries import parse
from sinks._deliver import deliver

HOUSEKEEPING_EVERY = 600.0
SCRUB_EVERY = 3600.0
GROWN_EVERY = 1.0
KEEP_DEAD = timedelta(days=30)
ARCHIVED = (ENRICHED, JUDGEMENTS, COVERAGE)
SAVED_LATELY = timedelta(hours=1)
STREAM = "stream"


async def work(configuration: Configuration, stop: asyncio.Event, report: Report, watched: Watched) -> None:
    """Both parts in one process, so that the page knows at once when the archive grew."""
    watched.awaits(LOG, ARCHIVE, DATABASE)
    async with (
        open_stores(configuration, report, patience=PATIENCE) as stores,
        looking(watched, _engines(stores, watched.measured)),
        open_page(configuration, stores, watched.measured, report),
    ):
        await _keep(configuration, stores, watched.measured, stop, report)


async def work_sinks(configuration: Configuration, stop: asyncio.Event, report: Report, watched: Watched) -> None:
    """Deliver and keep house, without the page."""
    watched.awaits(LOG, ARCHIVE, DATABASE)
    async with (
        open_stores(configuration, report, patience=PATIENCE) as stores,
        looking(watched, _engines(stores, watched.measured)),
    ):
        await _keep(configuration, stores, watched.measured, stop, report)


async def work_page(configuration: Configuration, stop: asyncio.Event, report: Report, watched: Watched) -> None:
    """Serve the page alone; that the archive grew is seen in how far its group has come."""
    watched.awaits(LOG, ARCHIVE, DATABASE)
    grown = Measured()
    async with (
        open_stores(configuration, report, patience=PATIENCE) as stores,
        looking(watched, _engines(stores, watched.measured)),
        open_page(configuration, stores, watched.measured, report, grown=grown),
    ):
        while not stop.is_set():
            with suppress(Retry):
                done = sum(row.committed for row in await stores.log.state() if row.group == stores.archive.name)
                grown.set(Count.WRITTEN, done, stores.archive.name)
            await happens(stop, within=GROWN_EVERY)


def _engines(stores: Stores, measured: Measured) -> Mapping[str, Ask]:
    """Cheap questions that an engine answers when it can be used."""
    return {
        LOG: lambda: stores.log.count(DEAD),
        ARCHIVE: lambda: stores.archive.get("nothing:0"),
        DATABASE: Standings(stores.desk, (stores.archive.name, *stores.sending), measured),
    }


async def _keep(
    configuration: Configuration, stores: Stores, measured: Measured, stop: asyncio.Event, report: Report
) -> None:
    """Deliver to the archive and keep house until `stop` is set; then wipe what deletions left behind."""
    async with (
        open_publishers(configuration, stores, report, measured) as publishers,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(_deliver(stores, stores.archive, ARCHIVED, measured=measured, stop=stop, report=report))
        desk = DeskSink(configuration, stores)
        group.create_task(_deliver(stores, desk, desk.topics, measured=measured, stop=stop, report=report))
        group.create_task(forgetting.forget(stores.log, stores.erased, stop, sinks=stores.sinks, also=forgets(stores)))
        for part in configuration.sending:
            group.create_task(send(configuration, part, stores, measured=measured, stop=stop, report=report))
        if any_may_join(configuration):
            touching = Touching(stores, leaves=leaves_of(configuration))
            topics, after = (ENRICHED, JUDGEMENTS), stores.archive.name
            group.create_task(
                _deliver(stores, touching, topics, measured=measured, stop=stop, report=report, after=after)
            )
        cases, topics, after = Cases(configuration, stores), (ENRICHED, JUDGEMENTS), stores.archive.name
        group.create_task(_deliver(stores, cases, topics, measured=measured, stop=stop, report=report, after=after))
        group.create_task(keep_cases(cases, stop, report))
        clocks = Clocks(configuration, stores, publishers=by_source(publishers))
        group.create_task(keep_clocks(clocks, stop, report))
        new, topics = Emerging(stores), (ENRICHED, JUDGEMENTS)
        group.create_task(
            _deliver(stores, new, topics, measured=measured, stop=stop, report=report, after=stores.archive.name)
        )
        group.create_task(keep_emerging(new, stop, report))
        group.create_task(keep_customers(configuration, stores, stop, report))
        group.create_task(keep_case_documents(stores, cases.promised, stop, report))
        group.create_task(_keep_house(configuration, stores, stop))
        group.create_task(watch(configuration, stores, stop, report))
        group.create_task(keep_crises(Watching(configuration, stores, measured), stop, report))
        group.create_task(keep_drills(stores, stop, report))
        group.create_task(keep_answers(Answers(configuration, stores, publishers, measured), stop, report))
        group.create_task(keep_notices(configuration, stores, measured, stop, report))
        group.create_task(keep_annotated(stores, configuration.organisation.zone, stop, report))
        if configuration.backlog.use:
            group.create_task(keep_backlog(configuration, stores, measured, stop, report))
        group.create_task(keep_lookalikes(stores, stop, report))
        group.create_task(keep_maturity(configuration, stores, stop, report))
        group.create_task(keep_practices(stores, stop, report))
        group.create_task(_scrub_now_and_then(stores, stop, report))
    await _scrub(stores, report)


async def _deliver(
    stores: Stores,
    sink: Sink,
    topics: Sequence[str],
    *,
    measured: Measured,
    stop: asyncio.Event,
    report: Report,
    after: str | None = None,
) -> None:
    await deliver(
        stores.log,
        sink,
        topics=(*topics, replay(sink.name)),
        stop=stop,
        measured=measured,
        clock=now,
        random=Random(),
        report=report,
        after=after,
    )


async def _keep_house(configuration: Configuration, stores: Stores, stop: asyncio.Event) -> None:
    """Retention: of each source in the archive, and of the log once every reader is done with it."""
    while not stop.is_set():
        with suppress(Retry):  # another program has a file locked: the next round does it
            await _clean(configuration, stores)
        await happens(stop, within=HOUSEKEEPING_EVERY)


async def _clean(configuration: Configuration, stores: Stores) -> None:
    keep_log = configuration.log.keep.total_seconds()
    await _give_history(configuration, stores)
    for source in configuration.sources:
        await stores.archive.expire(source.name, now() - source.keep)
    if configuration.sources:  # what was said of a mention is later than the mention
        await erasing.expire(stores.desk, now() - max(source.keep for source in configuration.sources))
    await people.expire(stores.desk, now(), key=stores.folder.secret())
    await stores.log.retain(MENTIONS, keep_log, [STREAM])
    joining = [CUSTOMERS] if any_may_join(configuration) else []
    readers = [stores.archive.name, EMERGING, CASES, *joining, *stores.sending]
    await stores.log.retain(ENRICHED, keep_log, [*readers, forgetting.GROUP, *([DESK] if joining else [])])
    await stores.log.retain(JUDGEMENTS, keep_log, [*readers, DESK])
    await stores.log.retain(COVERAGE, keep_log, [stores.archive.name])
    await stores.log.retain(EVENTS, keep_log, [])
    for sink in stores.sinks:
        await stores.log.retain(replay(sink), keep_log, [sink])
    for topic in (DEAD, REPLAYED):
        await stores.log.retain(topic, KEEP_DEAD.total_seconds(), [])


async def _give_history(configuration: Configuration, stores: Stores) -> None:
    """Monitors saved lately get what came in under the rules before, while the listener had yet to take them in force."""
    with suppress(Misconfigured):
        for name, monitor in load(configuration.playbook).monitors.items():
            if monitor.saved_at is not None and now() - monitor.saved_at.astimezone(UTC) < SAVED_LATELY:
                await stores.archive.assign(name, parse(monitor.query))


async def _scrub_now_and_then(stores: Stores, stop: asyncio.Event, report: Report) -> None:
    while not await happens(stop, within=SCRUB_EVERY):
        await _scrub(stores, report)


async def _scrub(stores: Stores, report: Report) -> None:
    try:
        await scrub(stores.folder.root)
        if stores.desk.stale:
            await stores.desk.wipe()
    except (apsw.Error, OSError, Retry) as error:
        report(f"what deletions left between other records stays there for now: {error}")
