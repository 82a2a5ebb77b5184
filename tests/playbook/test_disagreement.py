"""A person's other outcome is counted at the question that led away from it."""

import pytest
from msgspec.structs import replace

from core.types import Enriched, Finding
from playbook.disagreement import OUTCOME, Disagreement, disagreement
from playbook.sections import Playbook
from playbook.simulate import Replay
from tests.playbook.test_organisation import COMPLAINT, mention

RULES = Playbook.model_validate({"triage": None})


def said(outcome, text="waar blijft mijn geld"):
    """A complaint, triaged, of which somebody said that outcome."""
    record = Enriched(mention=mention(text=text), findings=COMPLAINT)
    judged = (Finding(name=OUTCOME, model="judgement", labels=(outcome,)),) if outcome else ()
    return replace(record, routing=Replay(RULES).routing(record), findings=COMPLAINT + judged)


def counted(*records):
    found = Disagreement()
    disagreement(RULES.triage, records, found)
    return found


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        ("respond", "dissatisfied"),
        ("correct", "wrong_facts"),
        ("monitor", "venting"),
        ("concur", "positive"),
        ("care", "self_harm"),
    ],
)
def test_the_answer_that_led_away_is_named(outcome, step):
    assert counted(said(outcome)).instead == {step: {outcome: 1}}


def test_agreeing_or_saying_nothing_is_no_disagreement():
    found = counted(said("restore"), said(None))
    assert (found.instead, found.asked["dissatisfied"]) == ({}, 2)


def test_what_the_flow_cannot_come_to_from_there_is_told_apart():
    assert counted(said("gone")).elsewhere == 1
