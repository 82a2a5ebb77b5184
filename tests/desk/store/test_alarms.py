"""The watch list in the desk database: the later look stays, whoever of several looked."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from desk.store import alarms
from desk.store.alarms import Alarm

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MERK = Alarm(
    monitor="merk",
    level="alarm",
    looked_at=NOW,
    since=NOW - timedelta(minutes=10),
    window=15,
    seen=84,
    expected=3.5,
    odds=12_345.6,
    weighed=("negative",),
)
CALM = Alarm(monitor="ander", level="calm", looked_at=NOW)


async def test_how_monitors_stand_is_read_as_it_was_told_the_gravest_first(desk):
    assert await alarms.every(desk) == []
    watch = replace(MERK, monitor="aap", level="watch", odds=99.0)
    rarer = replace(watch, monitor="noot", odds=100.0)
    await alarms.put(desk, [CALM, watch, rarer, MERK])
    assert await alarms.every(desk) == [MERK, rarer, watch, CALM]
    assert MERK.times == 24
    assert CALM.times is None


async def test_a_look_that_was_overtaken_changes_nothing(desk):
    await alarms.put(desk, [MERK])
    await alarms.put(desk, [replace(MERK, level="calm", looked_at=NOW - timedelta(seconds=1))])
    assert await alarms.every(desk) == [MERK]
    later = replace(MERK, level="watch", looked_at=NOW + timedelta(seconds=1))
    await alarms.put(desk, [later])
    assert await alarms.every(desk) == [later]


async def test_a_monitor_that_is_not_watched_any_more_leaves(desk):
    await alarms.put(desk, [MERK, CALM])
    await alarms.put(desk, [CALM])
    assert await alarms.every(desk) == [CALM]
    await alarms.put(desk, [])
    assert await alarms.every(desk) == []
