"""What runs beside a CRM sink: it looks again at what is due, and asks what people changed on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from msgspec.structs import replace

from core.errors import Denied, KlankbordError
from core.outward import Kept, Outward, Told
from core.ports import Tools
from core.tasks import end
from core.telemetry import Count, Gauge
from sinks._backoff import pause
from sinks._crm import CrmSink
from sinks._crm_port import Crm
from sinks._crm_settings import Sending
from sinks._crm_words import cut

CURSOR = "changes"
"""The row that holds from where to ask: no mention's id, which has a colon."""

MOST_FACT = 200
"""Characters of a fact's value."""


class Position(msgspec.Struct, frozen=True):
    """From where to ask what changed."""

    cursor: str


@asynccontextmanager
async def kept_true(crm: Crm, settings: Sending, tools: Tools, outward: Outward) -> AsyncIterator[CrmSink]:
    """The sink over that system, with what runs beside it as long as the block lasts."""
    sink = CrmSink(crm, settings, outward, tools.clock, tools.measured)
    beside = asyncio.create_task(_beside(sink, tools), name=f"{sink.name}: beside")
    try:
        yield sink
    finally:
        await end([beside])


async def _beside(sink: CrmSink, tools: Tools) -> None:
    """Round after round until it is cancelled; what stands in the way is said once, and tried again."""
    failed, wait = 0, sink.settings.every.total_seconds()
    while True:
        await asyncio.sleep(wait)
        wait = sink.settings.every.total_seconds()
        try:
            await once(sink)
        except Exception as error:  # noqa: BLE001 - whatever the other side answers must not end looking again
            tools.measured.add(Count.RETRIED, sink.name)
            tools.measured.set(Gauge.DENIED, isinstance(error, Denied), sink.name)
            if not failed:
                why = str(error) if isinstance(error, (KlankbordError, OSError)) else type(error).__name__
                tools.report(f"{sink.name}: what is due and what changed there has to wait: {why}")
            wait = max(wait, pause(failed, tools.random, getattr(error, "after", None)))
            failed += 1
        else:
            if failed:
                tools.measured.set(Gauge.DENIED, 0, sink.name)
                tools.report(f"{sink.name}: what is due and what changed there is looked at again.")
            failed = 0


async def once(sink: CrmSink) -> None:
    """One round: all that is due, then all that changed. Raises what the other side does."""
    await sink.look_again()
    while await listen(sink.crm, sink.outward):
        pass


async def listen(crm: Crm, outward: Outward) -> bool:
    """Ask what changed, store it, then where to go on; whether there is more. Only of mentions that were sent."""
    row = (await outward.shelf.get([CURSOR])).get(CURSOR)
    since = None if row is None else msgspec.json.decode(row.value, type=Position).cursor
    changes = await crm.changes(since)
    sent = await outward.shelf.get([told.mention for told in changes.told if told.mention is not None])
    if known := [_short(told) for told in changes.told if told.mention is None or told.mention in sent]:
        await outward.tell(known)
    if changes.cursor != since:
        value = msgspec.json.encode(Position(changes.cursor))
        await outward.shelf.put([Kept(mention=CURSOR, author="", value=value)])
    return changes.more


def _short(told: Told) -> Told:
    facts = {name: None if value is None else cut(value, MOST_FACT) for name, value in told.facts.items()}
    return replace(told, facts=facts)
