"""`klankbord people`: who may answer, what staff know, said yes to and are trusted with."""

import pytest
import yaml

from core.time import now
from desk.answering.trust import Kind, Mark
from desk.store import people, trust
from tests.klankbord.program import Program
from tests.klankbord.test_people import said

RULES = {
    "topics": {"trains": {"description": "trains"}},
    "triage": {},
    "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}}},
    "answers": {"four_eyes": {"lifts_after": 2}},
}


@pytest.fixture
def program(tmp_path):
    made = Program(tmp_path)
    (made.folder / "playbook.yaml").write_text(yaml.safe_dump(RULES))
    said(made, "add", "Anna", "--email", "anna@klank.example")
    said(made, "accounts add", "mastodon", "klank")
    return made


HERE = ("mastodon", "klank")


def test_who_may_is_told_with_what_is_missing_until_nothing_is(program):
    done = program.command("people accounts may", *HERE, "anna@klank.example")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "No role that works on cases there. Ask who keeps the staff for one.",
        "No right to answer on klank (Mastodon). Ask who keeps the staff for it.",
    ]
    said(program, "role", "anna@klank.example", "agent", "--unit", "webcare")
    said(program, "accounts give", *HERE, "anna@klank.example", "--until", "2999-12-31")
    assert "may answer there" in said(program, "accounts may", *HERE, "anna@klank.example")
    shown = said(program, "accounts may", *HERE)
    assert "Anna" in shown
    assert "2999-12-31" in shown
    said(program, "accounts take", *HERE, "anna@klank.example")
    assert "nobody may answer there" in said(program, "accounts may", *HERE)
    assert "was not given the right" in said(program, "accounts take", *HERE, "anna@klank.example", code=1)


def test_a_role_is_given_it_and_what_names_nothing_is_told_with_the_nearest(program):
    said(program, "role", "anna@klank.example", "agent", "--unit", "webcare")
    said(program, "accounts give", *HERE, "--role", "agent", "--unit", "webcare")
    assert "by a role" in said(program, "accounts may", *HERE)
    assert 'did you mean "agent"?' in said(program, "accounts give", *HERE, "--role", "agnt", code=1)
    assert 'did you mean "webcare"?' in said(
        program, "accounts give", *HERE, "--role", "agent", "--unit", "web", code=1
    )
    assert 'did you mean "mastodon klank"?' in said(
        program, "accounts give", "mastodon", "klnk", "--role", "agent", code=1
    )
    assert "name a person or a role" in said(program, "accounts give", *HERE, code=1)
    assert "is no day" in said(program, "accounts give", *HERE, "--role", "agent", "--until", "soon", code=1)


def test_who_left_is_not_given_it(program):
    said(program, "leave", "anna@klank.example")
    assert "does not work here any more" in said(program, "accounts give", *HERE, "anna@klank.example", code=1)


def test_whom_a_question_can_be_offered_to(program):
    asked = ("trains", "--unit", "webcare")
    assert "nobody who may answer for webcare" in said(program, "knows", *asked, code=1)
    said(program, "role", "anna@klank.example", "agent")
    said(program, "accounts give", *HERE, "--role", "agent")
    assert said(program, "skills", "anna@klank.example", "--add", "Trains", "--add", "refunds") == "refunds\ntrains\n"
    assert said(program, "skills", "anna@klank.example", "--remove", "Refunds") == "trains\n"
    said(program, "consent", "anna@klank.example", "asked")
    assert said(program, "knows", *asked) == "Anna: knows about trains and can be asked.\n"
    said(program, "consent", "anna@klank.example", "asked", "--withdraw")
    assert "had not said yes" in said(program, "consent", "anna@klank.example", "asked", "--withdraw", code=1)
    assert 'did you mean "trains"?' in said(program, "knows", "train", "--unit", "webcare", code=1)


def test_trust_is_told_with_what_made_it_so(program):
    before = said(program, "trust", "anna@klank.example")
    assert [line.partition(":")[0] for line in before.splitlines()] == ["no topic", "trains"]
    assert before.count("Somebody else has to approve") == 2

    async def approved(stores):
        anna = await people.named(stores.desk, "anna@klank.example")
        async with stores.desk.writing() as connection:
            for number in "12":
                told = {"person": anna.id, "topic": "trains", "answer": number, "by": "bert", "at": now()}
                await trust.mark(connection, Mark(kind=Kind.APPROVED, **told))

    program.ask(approved)
    shown = said(program, "trust", "anna@klank.example")
    assert "trains: Nobody else has to approve, since " in shown
    assert "approved as it stood, 2 in a row" in shown


def test_trust_asks_nobody_where_the_playbook_asks_it_of_nobody(program):
    rules = RULES | {"answers": {"four_eyes": {"asked": False}}}
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump(rules))
    assert "omebody else has to" not in said(program, "trust", "anna@klank.example")
