"""A message through the real program with triage and an organisation: routed, archived, and explained in words."""

import pytest
import yaml

from playbook.hours import DAYS
from tests.klankbord.program import Program, file_source, line, replaced, until

ORGANISATION = {
    "model": "hub-and-spoke",
    "centre": "webcare",
    "units": {"webcare": {"name": {"nl": "Webcare", "en": "Web care"}}, "trains": {"takes": "trein* OR train*"}},
}
CLAIM = "De trein van klank reed niet, mijn advocaat stelt jullie aansprakelijk"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("organisation"), file_source("in.jsonl"))
    rules(program, ORGANISATION)
    program.add("in.jsonl", line(1, CLAIM), line(2, "klank rijdt vandaag"))
    with program.running() as run:
        program.run = run
        program.has(CLAIM, "klank rijdt vandaag")
        yield program


def rules(program, organisation):
    content = {"monitors": {"klank": {"query": "klank"}}, "triage": None, "organisation": organisation}
    replaced(program.folder / "playbook.yaml", content)


def routed(program, text):
    found = until(lambda: [one.enriched for one in program.stored() if one.enriched.mention.text == text])
    return found[0].routing


def test_what_is_heard_is_triaged_and_owned(program):
    routing = routed(program, CLAIM)
    assert routing.path == ("self_harm", "threat", "personal_data", "spam", "legal", "to_legal")
    assert (routing.outcome, routing.severity, routing.team) == ("to_legal", "serious", "trains")
    assert routed(program, "klank rijdt vandaag").team is None


def test_explain_says_why_in_either_language(program):
    mention = next(one.enriched.mention.id for one in program.stored() if one.enriched.mention.text == CLAIM)
    dutch = program.command("explain", mention, "--language", "nl").output
    assert 'Gaat het over aansprakelijkheid, een claim of de rechter? ja, want "advocaat"; "aansprakelijk"' in dutch
    english = program.command("explain", mention).output
    assert "Is somebody threatened? no" in english
    assert "Owned by: trains (model: hub-and-spoke)" in english


def test_explain_of_nothing_says_so(program):
    assert 'there is no mention "x:1" in the archive' in program.command("explain", "x:1").output


def test_an_organisation_that_cannot_work_leaves_the_one_before(program):
    rules(program, {**ORGANISATION, "centre": "webcaer"})
    program.run.hears('organisation.centre: there is no unit "webcaer"; did you mean "webcare"?')
    text = "klank: wat een rechtszaak om die trein"
    program.add("in.jsonl", line(3, text))
    assert routed(program, text).team == "trains"


def test_history_is_tried_under_other_models(program):
    rules(program, ORGANISATION)
    told = program.command("playbook simulate", "--people", "trains=6", "--people", "webcare=5").output
    rows = {line.split("  ")[0]: line.split()[-5:] for line in told.splitlines() if line}
    assert rows["trains"] == ["2", "0", "2", "2", "2"]
    assert rows["webcare"] == ["0", "2", "0", "0", "0"]
    assert "3 mentions of the last 30 days, 1 of which ask for no answer" in told
    assert "Units in which fewer than 5 people answer" in program.command("playbook simulate").output
    assert "known once you say how many answers a unit gives an hour (--answers)" in told


def promised(program):
    """A playbook that promises something for what is about trains."""
    content = {
        "monitors": {"klank": {"query": "klank"}},
        "triage": None,
        "organisation": {
            **ORGANISATION,
            "units": {"webcare": {}, "trains": {"takes": "trein*", "hours": "always", "service": "promised"}},
        },
        "hours": {"always": {"zone": "UTC", "week": {day: ["00:00-24:00"] for day in DAYS}}},
        "service": {"promised": {"serious": {"first_response": "1h", "resolution": "8h"}}},
    }
    other = program.folder / "promised.yaml"
    other.write_text(yaml.safe_dump(content))
    return str(other)


def test_what_would_be_late_is_told_at_a_stated_pace(program):
    told = program.command(
        "playbook simulate",
        "--playbook",
        promised(program),
        "--answers",
        "trains=1",
        "--people",
        "trains=6",
        "--people",
        "webcare=6",
    ).output
    late = told.partition("first answers late")[2]
    assert next(line for line in late.splitlines() if line.startswith("trains")).split()[1:] == [
        "1",
        "0",
        "1",
        "1",
        "1",
    ]


def test_another_rota_is_tried_beside_the_one_in_force_and_a_bad_one_is_told_line_by_line(program):
    program.command("people add", "Anna", "--email", "anna@example.org", "--unit", "trains")
    program.command("people rota add", "anna@example.org", "trains", "2020-01-06", "09:00-09:30")
    rota = program.folder / "night.csv"
    seats = "".join(f"seat {number},trains,mon-sun,00:00-24:00\n" for number in range(6))
    rota.write_text(f"who,unit,days,blocks\n{seats}")
    asked = (
        "--playbook",
        promised(program),
        "--rota",
        str(rota),
        "--pace",
        "20",
        "--model",
        "holistic",
    )
    told = program.command("playbook simulate", *asked, "--smallest", "2").output
    late = told.partition("first answers late")[2].splitlines()
    in_force, other = next(line.split() for line in late if line.startswith("all"))[-2:]
    assert (int(in_force) > 0, other) == (True, "0")  # nobody of the rota in force is on duty any more
    assert "small units together" in told  # the rota in force has one person in each
    rota.write_text("who,unit,days,blocks\nseat 1,trians,mon,09:00-17:00\nseat 2,trains,mon,9-17\n")
    wrong = program.command("playbook simulate", *asked).output
    assert 'line 2: there is no unit "trians"; did you mean "trains"?' in wrong
    assert 'line 3: "9-17" is no block' in wrong


def test_a_person_is_shown_only_by_a_role_that_the_playbook_names(program):
    asked = ("--playbook", promised(program), "--pace", "20", "--model", "holistic", "--per-person")
    assert "names no role for figures person by person" in program.command("playbook simulate", *asked).output


def test_a_head_count_of_no_unit_is_refused(program):
    assert "--people x=3: write a unit and how many, as in trains=6" in (
        program.command("playbook simulate", "--people", "x=3").output
    )


def test_a_change_is_told_with_what_it_would_route_otherwise(program):
    other = program.folder / "other.yaml"
    other.write_text((program.folder / "playbook.yaml").read_text().replace("hub-and-spoke", "centralized"))
    told = program.command("playbook diff", str(program.folder / "playbook.yaml"), str(other)).output
    assert told.startswith(
        "organisation.model: hub-and-spoke -> centralized\n2 of 3 mentions of the last 30 days would go"
    )
    assert "to_legal, serious, trains -> to_legal, serious, webcare" in told


def test_somebody_says_otherwise_and_it_is_counted_at_the_question(program):
    rules(program, ORGANISATION)
    mention = next(one.enriched.mention.id for one in program.stored() if one.enriched.mention.text == CLAIM)
    assert "did you mean" in program.command("playbook override", mention, "restor").output
    assert program.command("playbook override", mention, "restore").output == f"{mention}: restore\n"
    until(lambda: "Somebody said instead: Acknowledge" in program.command("explain", mention).output)
    row = program.command("playbook disagreement").output.splitlines()[1]
    assert row.split() == ["legal", "3", "1", "restore", "1"]
    program.command("playbook override", mention, "-")
    until(lambda: "nobody said otherwise" in program.command("playbook disagreement").output)
