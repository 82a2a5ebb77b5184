"""A sink that cannot go on until a person acts is tried again, and holds up nobody."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from core.errors import Stop, Unwritable
from core.ports import Measured
from core.telemetry import Gauge
from klankbord import registry
from klankbord.configuration import SinkPart
from klankbord.failing import sentence
from klankbord.keeping import sending
from sinks import events
from tests.sinks.fakes import FakeSink
from tests.sinks.house import house, until

PART = SinkPart(use="events", name="partner")


def component(*opening):
    """A sink whose opening raises these, one after another; then it opens."""
    left = list(opening)

    @asynccontextmanager
    async def build(settings, tools, *, outward):
        if left:
            raise left.pop(0)
        yield FakeSink(name=outward.name)

    return SimpleNamespace(Settings=events.Settings, build=build)


async def sent(home, stop, measured, monkeypatch, *opening):
    made = component(*opening)
    monkeypatch.setattr(registry, "load", lambda *_: made)
    monkeypatch.setattr(sending, "AGAIN_AFTER", 0.2)
    given = {"measured": measured, "stop": stop, "report": home.said.append}
    await sending.send(home.configuration, PART, home.stores, **given)


async def test_one_that_a_person_has_to_mend_is_said_and_tried_again(tmp_path, monkeypatch):
    stop, measured = asyncio.Event(), Measured()
    async with house(tmp_path) as home:
        task = asyncio.create_task(sent(home, stop, measured, monkeypatch, Stop("the token was refused")))
        await until(lambda: measured.values.get((Gauge.STOPPED, ("partner",))) == 1)
        await until(lambda: measured.values[(Gauge.STOPPED, ("partner",))] == 0)
        stop.set()
        async with asyncio.timeout(60):
            await task
    assert home.said == ["partner: sends nothing for now, and tries again in 0 minutes: the token was refused"]


async def test_a_full_disk_ends_it(tmp_path, monkeypatch):
    async with house(tmp_path) as home:
        with pytest.raises(ExceptionGroup) as caught:
            await sent(home, asyncio.Event(), Measured(), monkeypatch, Unwritable("the disk is full"))
    assert sentence(caught.value) == "the disk is full"
