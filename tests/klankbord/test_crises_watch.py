"""The watch for crises over real stores: four ordinary days, then what only looks like a crisis, and what is one."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from core.codec import encode
from core.errors import Retry
from core.ports import Held, Measured
from core.telemetry import Gauge
from core.time import BUCKET, bucket_of, start_of
from core.topics import JUDGEMENTS
from core.types import Author, Coverage, Enriched, Finding, Mark, Mention, Mute, Routing
from desk.crisis import acts
from desk.crisis.evidence import read
from desk.entry.who import Who
from desk.store import alarms, crises
from klankbord import configuration
from klankbord.keeping.crises import Watching
from klankbord.stores import open_stores
from picture.replayed import replay
from picture.watching import Asked
from tests.klankbord.program import Program, file_source

NOW = start_of(bucket_of(datetime(2026, 3, 4, 13, 0, tzinfo=UTC)))
ORDINARY = timedelta(days=4)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ZONE = ZoneInfo("Europe/Amsterdam")
MANY = 400
PAST = (Mark.HISTORY,)
MONITORS = """monitors:
  merk: {query: noorderlijn}
  ander: {query: zuiderlijn}
crisis: {}
"""


def said(name: str, at: datetime, *, monitor: str = "merk", **fields) -> Enriched:
    author = Author(id=f"file:author-of-{name}", followers=fields.pop("followers", 100))
    feeling = fields.pop("feeling", "neutral")
    mention = Mention(
        id=f"file:{name}",
        source=fields.pop("source", "file"),
        author=author,
        text=fields.pop("text", f"noorderlijn {name}"),
        created_at=at,
        seen_at=at,
        **fields,
    )
    findings = (Finding(name="sentiment", model="m", labels=(feeling,)),)
    return Enriched(mention=mention, findings=findings, routing=Routing(monitors=(monitor,)))


class House:
    """Stores with a clock of their own, and who watches over them."""

    def __init__(self, program, read, stores) -> None:
        self.program, self.read, self.stores, self.moment = program, read, stores, NOW
        self.measured = Measured(timer=self.seconds)
        self.watching = self.another()

    def seconds(self) -> float:
        return self.moment.timestamp()

    def another(self) -> Watching:
        return Watching(self.read, self.stores, self.measured, clock=lambda: self.moment)

    async def arrives(self, held: Sequence[Held]) -> None:
        assert not await self.stores.archive.restore(held)

    async def hear(self, number: int, *, at: datetime, late: timedelta = MINUTE / 6, **fields) -> list[str]:
        """So many arrive within the minute from `at` on, each published so long before; their ids."""
        name = f"{at.isoformat()}-{late}-{fields.get('monitor', '')}-{len(fields)}"
        step = MINUTE / (number + 1)
        came = [at + place * step for place in range(number)]
        found = [said(f"{name}-{place}", one - late, **fields) for place, one in enumerate(came)]
        await self.arrives([Held(enriched=one, arrived_at=when) for one, when in zip(found, came, strict=True)])
        return [one.mention.id for one in found]

    async def level(self, after: timedelta = timedelta(0), monitor: str = "merk") -> str:
        self.moment += after
        await self.watching.look()
        return (await self.stands())[monitor].level

    async def stands(self) -> dict[str, alarms.Alarm]:
        return {one.monitor: one for one in await alarms.every(self.stores.desk)}


@asynccontextmanager
async def opened(folder, **more):
    program = Program(folder, file_source("in.jsonl", keep="36500d"), **more)
    (folder / "playbook.yaml").write_text(MONITORS)
    read = configuration.read(program.config)
    async with open_stores(read, lambda _: None) as stores:
        yield House(program, read, stores)


def ordinary(until: datetime, *, days: timedelta = ORDINARY, each: int = 2, **fields) -> list[Held]:
    """So many and one more in turn in each bucket of the days before."""
    found = []
    for number in range(bucket_of(until - days), bucket_of(until)):
        for place in range(each + number % 2):
            came = start_of(number) + place * MINUTE
            one = said(f"{number}-{place}-{fields.get('monitor', '')}", came - MINUTE / 6, **fields)
            found.append(Held(enriched=one, arrived_at=came))
    return found


@pytest.fixture
async def house(tmp_path):
    async with opened(tmp_path) as one:
        await one.arrives(ordinary(NOW))
        yield one


async def test_an_ordinary_day_is_calm_and_a_monitor_that_nobody_heard_learns(house):
    assert await house.level(BUCKET) == "calm"
    assert (await house.stands())["ander"].level == "learning"
    assert house.measured.values[Gauge.ALARM, ("merk",)] == 0


async def test_a_crisis_is_an_alarm_before_its_bucket_ends_and_says_why(house):
    await house.level(2 * MINUTE)
    await house.hear(MANY, at=NOW + 2 * MINUTE, feeling="negative")
    assert await house.level(MINUTE) == "alarm"
    told = (await house.stands())["merk"]
    assert told.seen >= MANY > 10 * told.expected > 0
    assert told.odds > 1000
    assert told.since == NOW
    assert house.measured.values[Gauge.ALARM, ("merk",)] == 2


async def test_late_messages_history_and_drills_are_no_crisis(house):
    await house.hear(MANY, at=NOW, late=timedelta(hours=2))
    await house.hear(MANY, at=NOW, marks=(Mark.HISTORY,))
    await house.hear(MANY, at=NOW, marks=(Mark.DRILL,), text="noorderlijn")
    assert await house.level(2 * MINUTE) == "calm"


async def test_a_drill_counts_what_is_part_of_it_and_leaves_the_watch_list_alone(house):
    await house.level(MINUTE)
    drill = Watching(house.read, house.stores, house.measured, clock=lambda: house.moment, drill="d1")
    await drill.look()
    await house.hear(MANY, at=NOW + MINUTE, marks=(Mark.DRILL,))
    house.moment += MINUTE
    await drill.look()
    (crisis,) = await crises.listed(house.stores.desk)
    assert crisis.drill == "d1"
    (frozen,) = await crises.evidence(house.stores.desk, crisis.id)
    assert MANY in read(frozen.document).counts
    assert await house.level() == "calm"
    assert len(await crises.listed(house.stores.desk)) == 1


async def test_the_end_of_a_drill_has_its_evidence_after_its_own_watch_is_gone(house):
    drill = Watching(house.read, house.stores, house.measured, clock=lambda: house.moment, drill="d1")
    await drill.look()
    await house.hear(MANY, at=NOW, marks=(Mark.DRILL,))
    house.moment += MINUTE
    await drill.look()
    (crisis,) = await crises.listed(house.stores.desk)
    await acts.stand_down(house.stores.desk, Who(), crisis.id, "over", saw=crisis.version, at=house.moment)
    assert await house.level(MINUTE) == "calm"
    assert [read(one.document).total for one in await crises.evidence(house.stores.desk, crisis.id)] == [MANY, MANY]


async def test_what_two_monitors_heard_is_one_message_of_the_evidence(house):
    await house.arrives(ordinary(NOW, monitor="ander", text="zuiderlijn"))
    heard = [said(f"both-{place}", NOW, feeling="negative") for place in range(MANY)]
    both = [msgspec.structs.replace(one, routing=Routing(monitors=("merk", "ander"))) for one in heard]
    await house.arrives([Held(enriched=one, arrived_at=NOW + MINUTE / 2) for one in both])
    assert await house.level(MINUTE) == "alarm"
    (crisis,) = await crises.listed(house.stores.desk)
    (frozen,) = await crises.evidence(house.stores.desk, crisis.id)
    evidence = read(frozen.document)
    assert (set(evidence.monitors), evidence.total, evidence.negative) == ({"ander", "merk"}, MANY, MANY)
    assert sum(evidence.counts) == 2 * MANY


async def test_a_source_that_returns_from_a_gap_is_not_judged_for_as_long_as_it_may_be_late(house):
    gap = Coverage(
        source="file", stream="file/in", cursor_to="1", since=NOW - 4 * BUCKET, until=NOW + MINUTE, gap="was away"
    )
    assert not await house.stores.archive.write([gap])
    await house.hear(MANY, at=NOW + MINUTE)
    assert await house.level(2 * MINUTE) == "calm"
    for _ in range(3):
        assert await house.level(BUCKET) == "calm"
    await house.hear(5 * MANY, at=house.moment + 2 * BUCKET)
    assert await house.level(2 * BUCKET + MINUTE) == "alarm"


async def test_what_is_caught_up_with_without_a_gap_is_not_judged_either(house):
    await house.hear(MANY, at=NOW, late=BUCKET + MINUTE)
    assert await house.level(2 * MINUTE) == "calm"


async def test_whoever_starts_anew_sees_the_same(house):
    await house.level(2 * MINUTE)
    await house.hear(MANY, at=NOW + 2 * MINUTE)
    await house.level(MINUTE)
    before = await house.stands()
    house.watching = house.another()
    await house.level()
    assert await house.stands() == before


async def test_what_rang_while_nobody_looked_is_an_alarm_for_whoever_looks_next(house):
    await house.level()
    await house.hear(MANY, at=NOW + 2 * MINUTE)
    house.watching = house.another()
    await house.level(12 * BUCKET)
    (crisis,) = await crises.listed(house.stores.desk)
    assert crisis.since == NOW


async def test_two_who_look_say_the_same(house):
    await house.hear(MANY, at=NOW)
    await house.level(MINUTE)
    before = await house.stands()
    await house.another().look()
    assert await house.stands() == before


async def test_an_alarm_opens_one_crisis_with_its_evidence_however_often_and_by_whom_it_is_seen(house):
    await house.level(2 * MINUTE)
    (loudest, *_) = await house.hear(MANY, at=NOW + 2 * MINUTE, feeling="negative", text="noorderlijn staat stil")
    house.moment += MINUTE
    await house.another().look()
    for _ in range(3):
        await house.level(MINUTE)
    (crisis,) = await crises.listed(house.stores.desk)
    assert (crisis.since, crisis.state, crisis.drill) == (NOW, "open", None)
    (frozen,) = await crises.evidence(house.stores.desk, crisis.id)
    evidence = read(frozen.document)
    assert evidence.counts == (MANY,)
    assert 1 < evidence.expected[0] < 5
    assert evidence.negative == MANY
    assert [(one.id, one.count) for one in evidence.messages] == [(loudest, MANY)]


async def test_a_crash_before_the_list_says_how_far_it_looked_opens_nothing_twice(house, monkeypatch):
    await house.level()
    await house.hear(MANY, at=NOW + MINUTE)

    async def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(alarms, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            await house.level(2 * MINUTE)
    assert (await house.stands())["merk"].level == "calm"
    house.watching = house.another()
    assert await house.level(MINUTE) == "alarm"
    assert len(await crises.listed(house.stores.desk)) == 1


async def test_a_desk_that_is_away_is_told_of_the_alarm_once_it_is_back(house, monkeypatch):
    await house.level()
    await house.hear(MANY, at=NOW)

    async def away(*_, **__):
        raise Retry("the desk database does not answer")

    with monkeypatch.context() as patched:
        patched.setattr("klankbord.keeping.crises.alarmed", away)
        with pytest.raises(Retry):
            await house.level(BUCKET + 2 * MINUTE)
    await house.level(8 * BUCKET)
    (crisis,) = await crises.listed(house.stores.desk)
    assert crisis.since == NOW


async def test_once_it_is_quiet_for_long_the_crisis_is_in_a_lull_and_what_returns_belongs_to_it(house):
    await house.hear(MANY, at=NOW)
    await house.level(MINUTE)
    later = ordinary(NOW + 10 * HOUR, days=timedelta(hours=10) - BUCKET)
    await house.arrives(later)
    await house.level(HOUR)
    await house.level(7 * HOUR)
    (crisis,) = await crises.listed(house.stores.desk)
    assert crisis.state == "lull"
    await house.hear(5 * MANY, at=house.moment)
    await house.level(MINUTE)
    (again,) = await crises.listed(house.stores.desk)
    assert (again.id, again.state) == (crisis.id, "open")


async def test_without_a_plan_nobody_is_called(house):
    (house.read.folder / "playbook.yaml").write_text(MONITORS.replace("crisis: {}", ""))
    await house.hear(MANY, at=NOW)
    assert await house.level(MINUTE) == "alarm"
    assert not await crises.listed(house.stores.desk)


class Away:
    """An archive that does not answer while `away`."""

    def __init__(self, archive) -> None:
        self._archive, self.away = archive, False

    def __getattr__(self, name):
        if self.away:
            raise Retry("the archive does not answer")
        return getattr(self._archive, name)


async def test_an_archive_that_is_away_at_the_peak_is_waited_for_and_caught_up_with(house):
    archive = Away(house.stores.archive)
    house.watching = Watching(
        house.read, replace(house.stores, archive=archive), house.measured, clock=lambda: house.moment
    )
    await house.level(MINUTE)
    archive.away = True
    await house.hear(MANY, at=NOW + MINUTE)
    for _ in range(10):
        with pytest.raises(Retry):
            await house.level(MINUTE)
    archive.away = False
    assert await house.level(MINUTE) == "alarm"
    assert (await house.stands())["merk"].since == NOW
    assert len(await crises.listed(house.stores.desk)) == 1


async def test_what_is_muted_afterwards_is_no_crisis_any_more(house):
    found = await house.hear(MANY, at=NOW, text="noorderlijn geeft gratis kaartjes weg")
    assert await house.level(BUCKET + 2 * MINUTE) == "alarm"
    mute = Mute(by="ruth", at=house.moment, word="gratis")
    assert not await house.stores.archive.write([mute])
    await house.stores.log.append(JUDGEMENTS, [("gratis", encode(mute))])
    assert await house.level(MINUTE) == "calm"
    assert await house.stores.archive.get(found[0])


async def test_made_anew_it_says_no_less_of_the_last_whole_bucket(house):
    await house.hear(MANY, at=NOW)
    assert await house.level(BUCKET + 2 * MINUTE) == "alarm"
    mute = Mute(by="ruth", at=house.moment, word="nothing of this")
    await house.stores.log.append(JUDGEMENTS, [("nothing", encode(mute))])
    assert await house.level(MINUTE) == "alarm"
    assert house.measured.values[Gauge.ALARM, ("merk",)] == 2
    assert len(await crises.listed(house.stores.desk)) == 1


async def test_history_that_comes_while_it_watches_teaches_at_the_next_look(tmp_path):
    async with opened(tmp_path) as house:
        assert await house.level(MINUTE) == "learning"
        past = ordinary(NOW, marks=PAST)
        await house.arrives([Held(enriched=one.enriched, arrived_at=house.moment + MINUTE / 2) for one in past])
        await house.hear(MANY, at=house.moment + MINUTE / 2)
        assert await house.level(MINUTE) == "alarm"


async def test_history_still_teaches_once_live_messages_came(tmp_path):
    async with opened(tmp_path) as house:
        past = ordinary(NOW, marks=PAST)
        await house.arrives([Held(enriched=one.enriched, arrived_at=NOW) for one in past])
        await house.arrives(ordinary(NOW + 2 * HOUR, days=2 * HOUR, each=20))
        assert await house.level(2 * HOUR + MINUTE) != "learning"
        assert await house.another().look() is None
        assert (await house.stands())["merk"].level != "learning"


async def test_a_monitor_that_was_saved_just_now_learns(house):
    saved = NOW.isoformat()
    monitors = f"monitors:\n  merk: {{query: noorderlijn, saved_at: {saved}}}\n"
    (house.read.folder / "playbook.yaml").write_text(monitors)
    assert await house.level(2 * MINUTE) == "learning"
    assert (await house.stands()).keys() == {"merk"}


async def test_a_campaign_of_the_calendar_is_expected(house):
    plan = f"crisis: {{calendar: [{{says: actie, from: {NOW:%Y-%m-%d}, until: {NOW:%Y-%m-%d}, times: 40}}]}}"
    (house.read.folder / "playbook.yaml").write_text(MONITORS.replace("crisis: {}", plan))
    await house.hear(MANY // 2, at=NOW)
    assert await house.level(MINUTE) == "calm"


async def test_history_teaches_what_is_usual(tmp_path):
    async with opened(tmp_path) as house:
        await house.arrives([Held(enriched=one.enriched, arrived_at=NOW) for one in ordinary(NOW, marks=PAST)])
        assert await house.level(MINUTE) == "calm"
        await house.hear(MANY, at=NOW + MINUTE)
        assert await house.level(MINUTE) == "alarm"


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
async def test_a_change_of_the_clock_is_no_crisis_and_hides_none(tmp_path, night):
    change = datetime.fromisoformat(f"{night}T01:00Z")
    async with opened(tmp_path) as house:
        # By day as many again: an hour that is compared with another one would be told.
        day = [one for one in ordinary(change + 12 * HOUR) if 7 <= one.arrived_at.astimezone(ZONE).hour < 23]
        more = [said(f"day-{place}", one.arrived_at) for place, one in enumerate(day)]
        again = [Held(enriched=one, arrived_at=one.mention.created_at) for one in more]
        await house.arrives([*ordinary(change + 12 * HOUR), *again])
        house.moment = change + 8 * HOUR
        found = await replayed(house, change - 2 * HOUR, change + 8 * HOUR)
        assert {one.level for one in found} == {"calm"}
        await house.hear(MANY, at=change + MINUTE)
        assert "alarm" in {one.level for one in await replayed(house, change, change + HOUR)}


async def replayed(house, since, until):
    stretch = {"since": bucket_of(since), "until": bucket_of(until)}
    parts = replay(house.stores.archive, Asked(monitors={"merk": None}), zone=ZONE, **stretch)
    return [verdict async for part in parts for verdict in part.said["merk"]]
