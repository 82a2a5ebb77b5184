"""The sinks after the archive: each delivers with a group of its own, and none that cannot go on holds up another."""

import asyncio

from core.errors import Stop, Unwritable
from core.ports import Measured
from core.tasks import happens
from core.telemetry import Gauge
from core.time import now
from core.topics import ENRICHED, JUDGEMENTS, replay
from klankbord import registry
from klankbord.configuration import Configuration, SinkPart, beside, settings_of
from klankbord.failing import sentence
from klankbord.lending import Report, tools
from klankbord.outward import lend
from klankbord.stores import Stores
from sinks._deliver import deliver

MOST = 500
"""Records of a batch: a receiver is slower than an archive, and what is on its way is done again after a crash."""

AGAIN_AFTER = 300.0
"""Seconds after which a sink that a person has to mend is tried again."""


async def send(
    configuration: Configuration,
    part: SinkPart,
    stores: Stores,
    *,
    measured: Measured,
    stop: asyncio.Event,
    report: Report,
) -> None:
    """Deliver to that sink until `stop` is set. Where a person has to act it is said, and tried again after a while."""
    while not stop.is_set():
        try:
            await _deliver(configuration, part, stores, measured=measured, stop=stop, report=report)
        except* Unwritable:
            raise
        except* Stop as errors:
            measured.set(Gauge.STOPPED, 1, part.name)
            report(
                f"{part.name}: sends nothing for now, and tries again in {AGAIN_AFTER / 60:.0f} minutes: {sentence(errors)}"
            )
            await happens(stop, within=AGAIN_AFTER)


async def _deliver(
    configuration: Configuration,
    part: SinkPart,
    stores: Stores,
    *,
    measured: Measured,
    stop: asyncio.Event,
    report: Report,
) -> None:
    settings = beside(settings_of("sinks", part), configuration.folder)
    lent = tools(stores.folder.cache, report, measured)
    async with registry.load("sinks", part.use).build(
        settings, lent, outward=lend(configuration, stores, part.name, measured=measured)
    ) as sink:
        measured.set(Gauge.STOPPED, 0, part.name)
        await deliver(
            stores.log,
            sink,
            topics=(ENRICHED, JUDGEMENTS, replay(part.name)),
            stop=stop,
            measured=measured,
            clock=now,
            random=lent.random,
            report=report,
            after=stores.archive.name,
            most=MOST,
        )
