"""`klankbord alarm`: the watch list, and what would have been said over a past period."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.klankbord.program import Program, command
from tests.klankbord.test_crises_watch import HOUR, MANY, MINUTE, NOW, ORDINARY, opened, ordinary

MORNING, NOON = f"{NOW - 6 * HOUR:%Y-%m-%dT%H:%M}+00:00", f"{NOW + HOUR:%Y-%m-%dT%H:%M}+00:00"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Four ordinary days and a crisis, at which somebody looked."""
    folder = tmp_path_factory.mktemp("alarm")

    async def filled() -> Program:
        async with opened(folder) as house:
            await house.arrives(ordinary(NOW))
            await house.hear(MANY, at=NOW, feeling="negative")
            await house.level(2 * MINUTE)
            return house.program

    return asyncio.run(filled())


def test_the_list_has_the_gravest_first(told):
    said = told.command("alarm list").output.splitlines()
    assert said[1].split()[:3] == ["merk", "alarm", str(MANY + 5)]
    assert said[2].split()[:2] == ["ander", "learning"]


def test_a_replay_tells_what_would_have_been_said(told):
    said = told.command("alarm replay", "--monitor", "merk", "--since", MORNING, "--until", NOON, "--json").output
    found = json.loads(said)
    (run,) = found["runs"]
    assert (run["monitor"], run["level"], run["since"]) == ("merk", "alarm", f"{NOW:%Y-%m-%dT%H:%M:%SZ}")
    assert run["alarmed"] == f"{NOW + 5 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"
    assert run["times"] > 1
    assert found["learning_hours"] == {"merk": 0}


def test_a_replay_is_a_table_too_and_says_who_was_still_learning(told):
    said = told.command("alarm replay", "--since", MORNING, "--until", NOON).output
    assert any(line.startswith("merk") and "alarm" in line for line in said.splitlines())
    assert "ander: was still learning for 7 of 7 hours" in said


def test_a_replay_of_quiet_days_says_so(told):
    day = f"{NOW - timedelta(days=1):%Y-%m-%dT%H:%M}+00:00"
    assert "nothing was out of the ordinary" in told.command("alarm replay", "--since", day, "--until", MORNING).output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--monitor", "merc"], 'there is no monitor "merc"; did you mean "merk"?'),
        (["--since", "2020-01-01", "--until", "2020-01-02"], "nothing arrived between 2020-01-01"),
        (["--since", "gisteren"], '"gisteren" is no moment'),
        (["--since", NOON, "--until", MORNING], "there is nothing in between"),
        (["--since", "7 jours"], '"7 jours" is no moment'),
        (["--since", "NaN"], '"NaN" is no moment'),
        (["--since", "\udcff"], '"?" is no moment'),
        (["--since", "0001-01-01"], '"0001-01-01" lies outside the years 1900 to 2199'),
        (["--until", "0001-01-01T00:00+14:00"], "lies outside the years 1900 to 2199"),
        (["--since", "9999w"], '"9999w" lies outside the years 1900 to 2199'),
        (["--since", "2199-01-01"], "--since 2199-01-01 lies ahead: nothing arrived yet"),
        (["--monitor", "\x1b[31mmerk"], 'there is no monitor " [31mmerk"'),
    ],
)
def test_a_mistake_is_a_sentence(told, arguments, sentence):
    answer = told.command("alarm replay", *arguments)
    assert answer.exit_code == 1
    assert sentence in answer.output


def test_a_replay_begins_with_what_arrived_first(told):
    long_ago = json.loads(told.command("alarm replay", "--since", "1901-01-01", "--until", NOON, "--json").output)
    since = f"{NOW - ORDINARY:%Y-%m-%dT%H:%M}+00:00"
    assert long_ago == json.loads(told.command("alarm replay", "--since", since, "--until", NOON, "--json").output)


def test_an_unknown_command_is_answered_with_the_nearest():
    answer = command("alarm", "replai")
    assert (answer.exit_code, 'did you mean "replay"?' in answer.output) == (2, True)


def test_nobody_has_looked_yet(tmp_path):
    program = Program(tmp_path)
    assert "nobody has looked yet" in program.command("alarm list").output
    program.rules({})
    answer = program.command("alarm replay")
    assert (answer.exit_code, "the playbook has no monitors" in answer.output) == (1, True)
