"""The rules as pages see them: a file with a mistake, or one that is less sound, leaves those before in force, and says why."""

import os

import pytest
import yaml

from core.errors import Misconfigured
from klankbord.rulebook import FileRules
from klankbord.rules import Rules
from playbook.playbook import load
from tests.playbook.test_hours import OFFICE

GOOD = {
    "triage": None,
    "organisation": {"model": "centralized", "centre": "web", "units": {"web": {"ladder": "web", "hours": "office"}}},
    "ladders": {"web": [{"to": "agent", "within": "10m"}, {"to": "lead"}]},
    "hours": {"office": {"zone": "Europe/Amsterdam", "week": OFFICE}},
}
FAULTS = {
    "an unreachable branch": (
        {"triage": {"steps": {"legal": {"when": "trein NOT trein"}}}},
        "triage.steps.legal.then: no message is answered yes here",
    ),
    "a ladder that ends nowhere": ({"ladders": {"web": [{"to": "agent", "within": "10m"}]}}, "ladders.web[0].within: leads nowhere"),
    "an owner that is no unit": ({"triage": {"outcomes": {"restore": {"to": "wbe"}}}}, 'triage.outcomes.restore.to: there is no unit "wbe"'),
    "a unit that gets nothing": (
        {"organisation": GOOD["organisation"] | {"units": {"web": {}, "law": {}}}},
        "organisation.units.law: claims nothing, and nothing is given to it",
    ),
    "questions in a circle": ({"triage": {"steps": {"legal": {"otherwise": "threat"}}}}, "leads back to itself"),
    "a model without its middle": ({"organisation": GOOD["organisation"] | {"centre": None}}, "organisation.centre: is missing"),
    "hours of nowhere": ({"hours": {"office": {"zone": "Europe/Amsterdm", "week": OFFICE}}}, '"Europe/Amsterdm" is no time zone'),
    "holidays of nowhere": ({"hours": {"office": {"zone": "Europe/Amsterdam", "week": OFFICE, "holidays": "XX"}}}, "hours.office.holidays: "),
    "triage that asks for its own outcome": (
        {"triage": {"steps": {"legal": {"when": "outcome:restore"}}}},
        "asks outcome:, which is known once a message was routed",
    ),
    "a role that is none": ({"ladders": {"web": [{"to": "boss"}]}}, 'there is no role "boss"'),
}  # fmt: skip


class File:
    """A playbook that is written anew, at a time of its own each time."""

    def __init__(self, path):
        self.path, self._writes = path, 0
        self.write(GOOD)

    def write(self, content):
        self._writes += 1
        self.path.write_text(yaml.safe_dump(content))
        os.utime(self.path, (self._writes, self._writes))


@pytest.fixture
def file(tmp_path):
    return File(tmp_path / "playbook.yaml")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_place_and_the_rules_before_stay(file, fault):
    change, sentence = FAULTS[fault]
    rules, told = FileRules(file.path), []
    running = Rules(file.path, told.append)
    before = rules.playbook.version
    file.write(GOOD | change)
    assert (rules.playbook.version, running.refresh(), running.playbook.version) == (before, False, before)
    assert any(sentence in mistake for mistake in rules.mistakes)
    assert "the changed playbook is not used, the one before stays" in told[0]
    assert sentence in told[0]


def test_the_next_good_file_is_in_force(file):
    rules = FileRules(file.path)
    assert not rules.mistakes
    file.write(GOOD | {"ladders": {"web": [{"to": "agent", "within": "10m"}]}})
    assert len(rules.mistakes) == 1
    file.write(GOOD | {"ladders": {"web": [{"to": "lead"}]}})
    assert (len(rules.mistakes), rules.playbook.ladders["web"][0].to) == (0, "lead")


def test_what_was_unsound_from_the_start_keeps_no_change_away(file):
    file.write(GOOD | {"ladders": {"web": [{"to": "agent", "within": "10m"}]}})
    rules = FileRules(file.path)
    assert rules.playbook.ladders["web"][0].to == "agent"
    file.write(GOOD | {"ladders": {"web": [{"to": "agent", "within": "10m"}]}, "monitors": {"us": {"query": "klank"}}})
    assert (list(rules.playbook.monitors), list(rules.mistakes)) == (["us"], [])


def test_a_file_that_was_bad_at_the_start_is_taken_once_it_is_mended(file):
    """There was no sounder one before it."""
    unsound = {"ladders": {"web": [{"to": "agent", "within": "10m"}]}}
    file.write(GOOD | unsound | {"monitor": {}})
    rules = FileRules(file.path)
    assert (len(rules.mistakes), rules.playbook.ladders) == (1, {})
    file.write(GOOD | unsound)
    assert (list(rules.mistakes), rules.playbook.ladders["web"][0].to) == ([], "agent")


def test_all_faults_of_a_file_are_named_at_once(file):
    """The flow itself is not walked while it leads to nothing; all else is looked at."""
    units = {"web": {"ladder": "wbe", "hours": "office"}, "law": {}}
    faulty = GOOD | {
        "triage": {"outcomes": {"restore": {"to": "wbe"}}},
        "organisation": GOOD["organisation"] | {"units": units},
        "ladders": {"web": [{"to": "agent", "within": "10m"}]},
    }
    file.write(faulty)
    with pytest.raises(Misconfigured) as caught:
        load(file.path, sound=True)
    places = [mistake.removeprefix(f"{file.path}: ").partition(": ")[0] for mistake in caught.value.mistakes]
    assert places == [
        "triage.outcomes.restore.to",
        "organisation.units.web.ladder",
        "ladders.web[0].within",
        "organisation.units.law",
    ]
