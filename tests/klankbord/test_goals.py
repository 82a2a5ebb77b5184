"""`klankbord goals` on a real archive: figures against targets, and who answers for each."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from core.time import now
from core.types import Author, Coverage, Enriched, Mention
from tests.klankbord.program import Program


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def rules(program, **goals):
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump({"goals": goals}))


def test_goals_are_shown_with_figures_target_and_owner(program):
    goal = {"says": "Heard", "owner": "lead", "measure": "mentions", "query": "train", "period": "day", "at_least": 2}
    rules(program, heard=goal)
    at = now() - timedelta(days=1)
    author = Author(id="x:a")
    said = [
        Enriched(mention=Mention(id=f"x:{n}", source="x", author=author, text="train", created_at=at, seen_at=at))
        for n in range(3)
    ]
    since = at - timedelta(days=3)
    covered = Coverage(source="x", stream="x", cursor_to="1", since=since, until=now())
    program.ask(lambda stores: stores.archive.write([*said, covered]))
    program.command("people add", "Anna")
    anna = program.command("people add", "Bert", "--email", "bert@klank.example").stdout.strip()
    program.command("people role", anna, "lead")
    shown = program.command("goals").stdout
    assert "at least 2 mentions a day; owner: lead (Bert)" in shown
    day = f"{at.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%d}"
    assert [line.split()[1:3] for line in shown.splitlines() if day in line] == [["3", "reached"]]
    assert sum("-  unknown  not collected from end to end" in line for line in shown.splitlines()) >= 9


def test_without_goals_it_says_so(program):
    assert "has no goals" in program.command("goals").stdout
