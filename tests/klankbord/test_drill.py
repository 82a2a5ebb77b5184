"""Drills beside the real program: played, told of, scored; never a case, an event or a real alarm; and what ends them."""

import json
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml

from core.document import Filter
from core.errors import Retry, Stop
from core.ports import Held
from core.time import now
from core.topics import EVENTS
from core.types import Mark
from desk.crisis import acting, acts, ringing, saying
from desk.crisis.evidence import Figures
from desk.crisis.planned import Plan
from desk.store import alarms, cases, crises, drills
from desk.store.cases import Asked
from desk.store.crises import Happened
from desk.store.crises import State as Stands
from desk.store.drills import State
from klankbord import configuration
from klankbord.drills.beginning import Wish, begin
from klankbord.drills.ending import KEEP, UNSEEN, tidy
from klankbord.drills.script import mention, name_for, script
from klankbord.stores import open_stores
from playbook.playbook import load
from playbook.queries import parse
from playbook.scenario import find, read
from tests.desk.cases.book import agent
from tests.klankbord.program import Program, Run, command, file_source, until
from tests.klankbord.test_crises_watch import Away, ordinary
from tests.klankbord.test_notified import SECRET, receiver

PATIENCE = 600.0
FEMKE, RUBEN = agent("femke"), agent("ruben", role="lead")
SOON = {"detect": "8m", "notify": "6m", "acknowledge": "7m", "claim": "8m", "statement": "9m"}
SCENARIO = {
    "says": "ours",
    "phases": [{"lasts": "20s", "times": 1000, "mix": {"negative": 1}, "texts": "start"}],
    "texts": {
        "start": {"negative": {"nl": ["{organisation} rijdt niet, mijn advocaat stelt {organisation} aansprakelijk"]}}
    },
    "injects": [{"at": "1s", "says": "the press calls"}],
}


def made(folder, **more):
    program = Program(folder, file_source("in.jsonl"), **more)
    content = {
        "monitors": {"merk": {"query": "noorderlijn"}},
        "triage": None,
        "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}}},
        "crisis": {"drill": SOON},
    }
    (folder / "playbook.yaml").write_text(yaml.safe_dump(content))
    (folder / "own.yaml").write_text(yaml.safe_dump(SCENARIO))
    return program


@pytest.fixture
def program(tmp_path):
    return made(tmp_path)


@asynccontextmanager
async def stores_of(program):
    async with open_stores(configuration.read(program.config), lambda _: None) as stores:
        yield stores


@contextmanager
def played(program):
    """The player in a process of its own."""
    arguments = ("drill", str(program.folder / "own.yaml"), "--json", "-c", str(program.config))
    command_line = [sys.executable, "-m", "klankbord", *arguments]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as player:
        try:
            yield player
        finally:
            player.kill()


async def answered(stores):
    """What people do in the crisis of a drill, once there is one and somebody was told."""
    crisis = next(iter(await crises.listed(stores.desk, running=True, drills=True)), None)
    if crisis is None:
        return None
    desk, of = stores.desk, crisis.id

    async def done(act, *told, **more):
        seen = await crises.get(desk, of)
        outcome = await act(desk, *told, **more | {"saw": seen.version}, at=now())
        assert isinstance(outcome, acting.Done), outcome

    assert isinstance(await acts.acknowledge(desk, FEMKE, of, at=now()), acting.Done)
    await done(acts.take, FEMKE, of)
    await done(saying.draft, FEMKE, of, "nl", "We weten ervan", approves="lead")
    await done(saying.approve, RUBEN, of, "nl", 1, approves="lead")
    return crisis.id


def test_a_drill_is_played_beside_what_is_live_told_of_as_one_and_scored(tmp_path):
    with receiver(lambda: None) as (url, told):
        channel = {"name": "tooling", "use": "webhook", "url": url, "secrets": [SECRET], "allow_private": ["127.0.0.1"]}
        program = made(
            tmp_path,
            sinks=[{"use": "sqlite"}, {"use": "events"}],
            notices={"window": "1s", "channels": [channel], "send": [{"unit": "webcare", "channels": ["tooling"]}]},
        )
        program.ask(lambda stores: stores.archive.restore(ordinary(now())))
        with Run(program) as run:
            until(lambda: "the page: http" in run.said(), within=PATIENCE)
            with played(program) as player:
                until(lambda: told or player.poll() is not None, within=PATIENCE)
                crisis = program.ask(answered)
                said, errors = player.communicate(timeout=PATIENCE)
                assert player.returncode == 0, errors
                nothing_real(program, told)
    found = json.loads(said)
    lines = {line["measure"]: line for line in found["score"]["lines"]}
    assert {name: line["verdict"] for name, line in lines.items()} == dict.fromkeys(SOON, "met")
    assert (found["state"], found["score"]["said"] > 50) == ("finished", True)
    ended = program.ask(lambda stores: crises.get(stores.desk, crisis))
    assert (ended.state, ended.drill) == (Stands.ENDED, found["id"])
    events = program.ask(lambda stores: crises.events(stores.desk, crisis))
    assert "from outside: the press calls" in [event.detail for event in events if event.kind is Happened.NOTED]
    report = program.command("drill report")
    assert "it is evidence that the plan was practised" in report.output
    assert "own" in program.command("drill list").output


def nothing_real(program, told):
    """Whatever was said is marked; no case, no event, no real alarm came of it, once every reader has read all of it."""
    until(lambda: not behind(program) and not behind(program), within=PATIENCE)
    stored = [one.enriched.mention for one in program.stored() if one.enriched.mention.source == "drill"]
    assert len(stored) > 50
    assert {one.marks for one in stored} == {(Mark.DRILL,)}
    assert program.ask(lambda stores: stores.archive.count(Filter(sources=("drill",)))) == 0
    assert not program.ask(lambda stores: cases.listed(stores.desk, Asked(states=())))
    assert not program.ask(lambda stores: crises.listed(stores.desk, drills=False))
    assert {one.level for one in program.ask(lambda stores: alarms.every(stores.desk))} <= {"calm", "learning"}
    assert not program.ask(lambda stores: stores.log.tail(EVENTS, 100))
    assert all(body["crisis"]["drill"] for _, body in told)


def behind(program):
    """Whether some reader is, by a look at one after the other: what one passes on to another meanwhile shows in a second look."""
    return any(row.lag for row in program.ask(lambda stores: stores.log.state()))


async def begun(stores):
    at = now()
    lasts = timedelta(hours=1)
    return await drills.begin(stores.desk, scenario="own", monitor="merk", by="eva", at=at, until=at + lasts)


def figures(at):
    return [Figures(monitor="merk", at=at, since=at - timedelta(minutes=5), window=5, seen=90, expected=2.0, odds=5e6)]


async def rung(program, stores, *, drill=None):
    """A crisis of that drill, or a real one."""
    plan = Plan(load(program.folder / "playbook.yaml"))
    return await ringing.alarmed(stores.desk, figures(now()), plan, now(), drill=drill)


async def test_there_is_one_drill_at_a_time(program):
    async with stores_of(program) as stores:
        first = await begun(stores)
        assert await begun(stores) is None
        assert await drills.end(stores.desk, first.id, State.FINISHED, at=now())
        assert (await begun(stores)).number > first.number


async def test_a_player_that_was_killed_is_missed_and_its_crisis_stood_down(program):
    async with stores_of(program) as stores:
        drill = await begun(stores)
        crisis = await rung(program, stores, drill=drill.id)
        await tidy(stores, drill.seen_at + UNSEEN)
        assert (await drills.get(stores.desk, drill.id)).state is State.PLAYING
        await tidy(stores, drill.seen_at + 2 * UNSEEN)
        await tidy(stores, drill.seen_at + 3 * UNSEEN)
        ended = await drills.get(stores.desk, drill.id)
        assert (ended.state, ended.reason) == (State.CALLED_OFF, "its player stopped")
        stood = await crises.get(stores.desk, crisis.id)
        assert (stood.state, stood.reason) == (Stands.ENDED, "the drill was called off: its player stopped")
        assert not await drills.seen(stores.desk, drill.id, at=now(), document="")


async def test_a_real_crisis_calls_the_drill_off_and_goes_on(program):
    async with stores_of(program) as stores:
        drill = await begun(stores)
        practised, real = await rung(program, stores, drill=drill.id), await rung(program, stores)
        await tidy(stores, now())
        assert (await drills.get(stores.desk, drill.id)).reason == f"crisis {real.number} is real"
        assert not (await crises.get(stores.desk, practised.id)).running
        assert (await crises.get(stores.desk, real.id)).running


async def test_what_was_said_goes_a_day_after_the_drill(program):
    async with stores_of(program) as stores:
        drill = await begun(stores)
        line = script(read(program.folder / "own.yaml"), usual=1, organisation="noorderlijn", seed=1)[0]
        one = mention(line, drill.id, 1, now())
        held = ordinary(now())[-1]
        enriched = type(held.enriched)(mention=one, routing=held.enriched.routing)
        assert not await stores.archive.restore([held, Held(enriched=enriched, arrived_at=now())])
        await drills.end(stores.desk, drill.id, State.FINISHED, at=now())
        await tidy(stores, now())
        assert await stores.archive.get(one.id)
        await tidy(stores, now() + KEEP)
        assert await stores.archive.get(one.id) is None
        assert await stores.archive.get(held.enriched.mention.id)
        assert (await drills.get(stores.desk, drill.id)).purged


def wish(program, **more):
    return Wish(**{"scenario": read(program.folder / "own.yaml"), "name": "own", "by": "eva"} | more)


async def refused(program, stores, **more):
    """Why it does not begin."""
    with pytest.raises(Stop) as told:
        await begin(
            configuration.read(program.config),
            load(program.folder / "playbook.yaml"),
            stores,
            wish(program, **more),
            now(),
        )
    return str(told.value)


async def test_a_drill_that_could_not_be_heard_does_not_begin(program):
    async with stores_of(program) as stores:
        assert 'did you mean "merk"?' in await refused(program, stores, monitor="mrek")
        assert "klankbord run does not run" in await refused(program, stores)
        program.rules({"merk": "noorderlijn"})
        assert "no crisis plan" in await refused(program, stores)
        assert not await drills.listed(stores.desk)


async def test_none_begins_while_one_plays_or_a_crisis_is_real(program):
    async with stores_of(program) as stores:
        with stores.folder.locked():
            drill = await begun(stores)
            assert f"drill {drill.number} plays" in await refused(program, stores)
            await drills.end(stores.desk, drill.id, State.FINISHED, at=now())
            real = await rung(program, stores)
            assert f"crisis {real.number} is real" in await refused(program, stores)


async def test_none_begins_while_a_monitor_rings(program):
    async with stores_of(program) as stores:
        with stores.folder.locked():
            await alarms.put(stores.desk, [alarms.Alarm(monitor="merk", level="alarm", looked_at=now())])
            assert 'the monitor "merk" rings' in await refused(program, stores)
            assert not await drills.listed(stores.desk)


async def test_an_archive_that_is_away_leaves_no_drill_behind(program):
    async with stores_of(program) as stores:
        with stores.folder.locked():
            archive = Away(stores.archive)
            archive.away = True
            with pytest.raises(Retry):
                await refused(program, replace(stores, archive=archive))
            assert not await drills.listed(stores.desk)


async def test_the_texts_call_us_what_the_monitor_hears():
    scenario = find("ns-outage")
    for query, name in (
        ("noorderlijn* OR @noorderlijn", "noorderlijn"),
        ("Klank", "Klank"),
        ("klank AND lang:fr", None),
    ):
        assert name_for(parse(query), scenario, "Klank", at=now()) == name


def test_the_same_seed_plays_the_same_and_pace_follows_what_is_usual():
    one = find("ns-outage").within(timedelta(minutes=30))
    said = [script(one, usual=usual, organisation="Klank", seed=7) for usual in (1, 1, 2)]
    assert said[0] == said[1]
    assert len(said[2]) == pytest.approx(2 * len(said[0]), abs=4)
    assert all(earlier.after <= later.after for earlier, later in zip(said[0], said[0][1:], strict=False))
    assert said[0][-1].after < one.lasts


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nope.yaml",), "nope.yaml: no such file"),
        ((".",), 'there is no scenario "."; valid are crowdstrike,'),
        (("tab.yaml",), "tab.yaml, line 2, column 1: "),
        (("\udcff",), 'there is no scenario "?"'),
        (("ns-outage", "--minutes", "NaN"), "Invalid value for '--minutes'"),
        (("ns-outage", "--minutes", "1441"), "1441 is not in the range 1<=x<=1440"),
        (("report", "0"), "0 is not in the range"),
        (("show", "ns-outtage"), 'did you mean "ns-outage"'),
    ],
)
def test_a_mistake_is_told_as_wrong_use(program, monkeypatch, arguments, sentence):
    monkeypatch.chdir(program.folder)
    (program.folder / "tab.yaml").write_text("says: x\n\tphases: y\n")
    wrong = command("drill", *arguments)
    assert (wrong.exit_code, sentence in wrong.output) == (2, True), wrong.output


def test_a_monitor_is_told_without_the_signs_that_move_a_terminal(program):
    wrong = program.command("drill ns-outage", "--monitor", "\x1b[31mmrek")
    assert (wrong.exit_code, 'there is no monitor " [31mmrek"' in wrong.output) == (1, True)


def test_a_scenario_is_shown_and_an_unknown_one_answered_with_the_nearest(program):
    shown = command("drill", "show", "ns-outage")
    assert "from outside: The press calls" in shown.output
    assert "ns-outage" in program.command("drill list").output
    wrong = program.command("drill ns-outtage")
    assert (wrong.exit_code, 'did you mean "ns-outage"' in wrong.output) == (2, True)
    assert "no drill was played yet" in program.command("drill report").output
