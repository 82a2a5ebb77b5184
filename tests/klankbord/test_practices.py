"""`klankbord practices`: proposed by one, approved by another, seen and thanked for; and what is similar in the real program's parts."""

import asyncio

import pytest
import yaml

from klankbord.serving.similar import place
from tests.klankbord.program import Program

RULES = {"monitors": {}, "excellence": {"members": ["guide"]}, "roles": {"guide": {"name": "guide"}}}
SAID = ("--language", "nl", "--question", "Hoe krijg ik geld terug?", "--answer", "In de app.", "--unit", "webcare")


@pytest.fixture
def program(tmp_path):
    made = Program(tmp_path)
    (tmp_path / "playbook.yaml").write_text(yaml.safe_dump(RULES))
    for name, role in (("anna", "agent"), ("bert", "lead"), ("gerda", "guide")):
        told(made, "people add", name.title(), "--email", f"{name}@klank.example")
        told(made, "people role", f"{name}@klank.example", role, "--unit", "webcare")
    return made


def told(program, command, *arguments, code=0):
    done = program.command(command, *arguments)
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def by(name):
    return ("--by", f"{name}@klank.example")


def test_one_is_proposed_approved_and_shown(program):
    assert "practice 1 is proposed" in told(program, "practices propose", *SAID, *by("anna"))
    assert "it has no title" in told(program, "practices approve", "1", *by("bert"), code=1)
    named = ("--title", "Geld terug", "--until", "2099-01-31")
    assert "may not do that here" in told(program, "practices approve", "1", *named, *by("anna"), code=1)
    assert "practice 1 is approved" in told(program, "practices approve", "1", *named, *by("gerda"))
    told(program, "practices thank", "1", *by("bert"))
    told(program, "practices comment", "1", "Werkt ook bij ons", *by("bert"))
    assert "Geld terug" in told(program, "practices list", "--words", "app")
    shown = told(program, "practices show", "1")
    assert ("Bert: Werkt ook bij ons" in shown, "thanks 1" in shown, "2099-02-01 00:00" in shown) == (True, True, True)
    told(program, "practices retire", "1", *by("bert"))
    assert "0 approved" in told(program, "practices list")


def test_a_wrong_number_and_somebody_unknown_get_a_sentence(program):
    assert "there is no practice 7" in told(program, "practices show", "7", code=1)
    assert "there is no such practice" in told(program, "practices thank", "7", *by("anna"), code=1)
    assert "nobody here is x@y" in told(program, "practices thank", "7", "--by", "x@y", code=1)


def test_the_encoder_places_a_question_as_it_places_messages():
    first, again, other = asyncio.run(place(["Waar blijft mijn geld?", "Waar blijft  mijn geld?", "Lift stuk"]))
    assert (len(first), first == again, first == other) == (388, True, False)
