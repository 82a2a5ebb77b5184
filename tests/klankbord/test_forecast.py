"""`klankbord forecast` on a real archive: days, parts of days, blocks of a rota, people, and why there is none."""

import re
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import yaml

from core.time import now
from core.types import Enriched
from klankbord.commands.forecast import Found, _tell
from picture.forecast import History, outlook
from picture.forecast.history import WEEK
from playbook.triage import Triage, shipped
from tests.desk.talk import talk
from tests.klankbord.program import Program


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path, monitors={"Noorderlijn": "noorderlijn", "Stil": "stil"})


def fill(program, *, lacking=(), **more):
    """Weeks of talk; of those hours nothing is collected."""
    items = [one for one in talk(now(), **more) if not lacking or heard(one, lacking)]
    for start in range(0, len(items), 2000):
        assert not program.ask(lambda stores, part=items[start : start + 2000]: stores.archive.write(part))


def heard(one, lacking):
    return isinstance(one, Enriched) and one.mention.created_at.hour not in lacking


def rows(said, first):
    return [line.split() for line in said.splitlines() if line.split()[:1] == [first]]


def test_days_and_parts_of_days_are_told(program):
    fill(program)
    said = program.command("forecast", "Noorderlijn").stdout
    assert said.startswith("Noorderlijn: 72 hours from ")
    ((_, middle, low, high, error, compared),) = rows(said, "1-24")
    assert int(low) < int(middle) < int(high)
    assert float(error) < 1
    assert int(compared) > 400
    assert re.search(r"of 2[01] earlier forecasts, a day apart", said)
    starts = [line.split()[2] for line in said.splitlines() if line.split()[2:3] in (["00:00"], ["08:00"], ["16:00"])]
    assert len(starts) in (8, 9)
    assert "people" not in said


def test_people_follow_from_what_has_to_be_answered_and_the_pace(program):
    owed = next(name for name, one in Triage.model_validate(shipped()).outcomes.items() if one.answer)
    playbook = program.folder / "playbook.yaml"
    playbook.write_text(
        yaml.safe_dump({"monitors": {"Noorderlijn": {"query": "noorderlijn"}}, "triage": {"base": "shipped"}})
    )
    fill(program, outcome=owed)
    anna = program.command("people add", "Anna", "--email", "anna@klank.example").stdout.strip()
    program.command("people rota add", anna, "webcare", "mon-sun", "09:00-17:00")
    said = program.command("forecast", "Noorderlijn", "--pace", "2", "--unit", "webcare").stdout
    blocks = [line.split() for line in said.splitlines() if line.split()[2:3] == ["09:00"]]
    assert len(blocks) in (2, 3)
    for block in blocks:
        middle, _, high, people, busy = (int(one) for one in block[6:])
        assert people in (-(-(middle + one) // 16) for one in (-0.5, 0.5))
        assert people <= busy <= high // 16 + 1
    assert "had to be answered (100.0%), and one person gives 2 answers an hour" in said
    wrong = program.command("forecast", "Noorderlijn", "--unit", "webcar")
    assert 'no block of the rota is of a unit "webcar"; did you mean "webcare"?' in wrong.stderr


def test_why_there_is_none(program):
    assert program.command("forecast", "Stil").stdout == (
        "no forecast of Stil: three weeks of hours that were collected as a whole are needed\n"
    )
    fill(program, weeks=3.5)
    said = program.command("forecast", "Noorderlijn").stdout
    assert "no forecast of Noorderlijn: forecasts of a week have to be compared first" in said
    assert rows(said, "25-48")[0][1:4] == ["-", "-", "-"]


def test_what_is_never_collected_is_left_out_and_said(program):
    """No night in Amsterdam: what is not told is no empty table.

    Eight weeks, so that enough hours are compared whenever the test runs; seven hours of each day, more than a total may lack.
    """
    fill(program, weeks=8, lacking=(20, 21, 22, 23, 0, 1, 2))
    playbook = program.folder / "playbook.yaml"
    playbook.write_text(
        yaml.safe_dump({"monitors": {"Noorderlijn": {"query": "noorderlijn"}}, "triage": {"base": "shipped"}})
    )
    anna = program.command("people add", "Anna", "--email", "anna@klank.example").stdout.strip()
    program.command("people rota add", anna, "webcare", "mon-sun", "20:00-04:00")
    said = program.command("forecast", "Noorderlijn", "--unit", "webcare", "--pace", "2").stdout
    assert re.search(r"(\d) of \1 stretches are left out: too little was collected", said)
    assert "if busy" not in said
    assert rows(said, "1-24")[0][1:4] == ["-", "-", "-"]


@pytest.mark.parametrize("pace", ["nan", "inf", "0", "1e-320", "1001"])
def test_a_pace_that_nobody_has_is_refused(program, pace):
    said = program.command("forecast", "Noorderlijn", "--pace", pace)
    assert said.exit_code == 1
    assert "one person gives between 0.1 and 1000 answers an hour" in said.stderr


def test_an_error_that_is_no_number_is_a_dash(capsys):
    silent = outlook(History.of(0, np.zeros(8 * WEEK), ZoneInfo("UTC")))
    unlike = silent.score._replace(mase=(0.5, np.nan, np.inf), covered=np.nan)
    _tell(Found(silent._replace(score=unlike), (), None), "Stil", ZoneInfo("UTC"))
    said = capsys.readouterr().out
    assert [rows(said, days)[0][4] for days in ("1-24", "25-48", "49-72")] == ["0.50", "-", "-"]
    assert "nan" not in said


def test_what_cannot_be_asked_is_said_with_the_nearest_name(program):
    assert (
        'there is no monitor "Noorderlij"; did you mean "Noorderlijn"?'
        in program.command("forecast", "Noorderlij").stderr
    )
    unknown = program.command("forecast", "Stil", "--unit", "webcare")
    assert (unknown.exit_code, 'is of a unit "webcare"; there is none yet' in unknown.stderr) == (1, True)
    assert "has no `triage:`" in program.command("forecast", "Noorderlijn", "--pace", "4").stderr
