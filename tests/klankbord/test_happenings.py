"""Business events from a file, over the real program."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from core.document import Annotation
from klankbord.keeping.annotated import annotate
from tests.klankbord.program import Program, file_source

CONTENT = (
    "key,kind,since,until,title\n"
    "1,outage,2026-11-23 09:00,2026-11-23 11:30,Poortjes\n"
    "2,campaign,2026-11-24 09:00,,Winter\n"
    "3,feest,2026-11-24 09:00,,Jubileum\n"
)


def test_a_file_is_tried_taken_taken_again_listed_and_taken_away(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    file = tmp_path / "events.csv"
    file.write_text(CONTENT)
    tried = program.command("happenings import", str(file), "--dry-run")
    assert tried.exit_code == 0
    assert 'events.csv, line 4: there is no kind "feest"' in tried.stderr
    assert "2 events would be taken, 1 lines are wrong; nothing was changed" in tried.stdout
    assert "no business events" in program.command("happenings list").stdout
    assert "2 events taken, 2 of them new" in program.command("happenings import", str(file)).stdout
    assert "2 events taken, 0 of them new" in program.command("happenings import", str(file)).stdout
    listed = program.command("happenings list").stdout
    assert "2026-11-23 09:00" in listed
    assert "Poortjes" in listed
    assert "taken away" in program.command("happenings remove", "events", "1").stdout
    gone = program.command("happenings remove", "events", "1")
    assert (gone.exit_code, 'there is no event "1" of "events"' in gone.stderr) == (1, True)
    assert "Poortjes" not in program.command("happenings list").stdout


class Dashboards:
    """An archive that dashboards ask by themselves; what was brought there."""

    def __init__(self):
        self.brought, self.counted = [], []

    async def annotate(self, notes, answered=()):
        self.brought, self.counted = list(notes), list(answered)


def test_what_stands_alone_is_brought_to_the_dashboards_and_what_is_counted_is_not(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    file = tmp_path / "events.csv"
    file.write_text(CONTENT + "4,order,2026-11-24 10:00,,Bestelling\n")
    answers = "key,kind,since,title,amount\n" + "".join(
        f"{place},nps,2026-11-2{day},Antwoord,{grade}\n"
        for place, (day, grade) in enumerate([(3, 9), (3, 10), (3, 6), (3, 7), (5, 0)])
    )
    (tmp_path / "answers.csv").write_text(answers)
    for told in (file, tmp_path / "answers.csv"):
        program.command("happenings import", str(told))
    there = Dashboards()

    async def bring(stores):
        await annotate(replace(stores, archive=there), ZoneInfo("Europe/Amsterdam"))

    program.ask(bring)
    assert all(isinstance(one, Annotation) for one in there.brought)
    assert [one.text for one in there.brought] == ["Outage: Poortjes", "Campaign: Winter"]
    days = [(one.at.day, one.answers, one.promoters, one.detractors) for one in there.counted]
    assert days == [(23, 4, 2, 1), (25, 1, 0, 1)]
