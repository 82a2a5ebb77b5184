"""History under other rules: load side by side, small units together, what changed in words."""

from msgspec.structs import replace

from core.types import Enriched
from playbook.difference import differences
from playbook.organisation import Model
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, Load, Replay, small_units, told_apart, under
from tests.playbook.test_organisation import COMPLAINT, STREAM, UNITS, mention

RULES = Playbook.model_validate(
    {"triage": None, "organisation": {"model": "centralized", "centre": "webcare", "units": UNITS}}
)
HISTORY = [Enriched(mention=mention(**said), findings=COMPLAINT) for said in STREAM]


def load(model):
    found = Load()
    Replay(under(RULES, model)).add(HISTORY, found)
    return found


def test_the_same_history_is_another_load_under_another_model():
    found = {
        model: (dict(load(model).units), load(model).unowned) for model in (Model.CENTRALIZED, Model.DECENTRALIZED)
    }
    assert found == {
        Model.CENTRALIZED: ({"webcare": 6}, 0),
        Model.DECENTRALIZED: ({"netherlands": 2, "belgium": 2, "tickets": 1}, 1),
    }


def test_units_of_few_people_are_one():
    small = small_units(UNITS, {"netherlands": 5, "belgium": 4, "tickets": 1}, 5)
    assert told_apart(load(Model.DECENTRALIZED).units, small) == {"netherlands": 2, TOGETHER: 3}


def test_what_is_one_line_is_of_enough_people():
    people = {"webcare": 9, "netherlands": 8, "belgium": 6, "trains": 7, "tickets": 2}
    assert small_units(UNITS, people, 5) == {"tickets", "belgium"}
    assert small_units(UNITS, people | {"tickets": 5}, 5) == set()
    assert small_units(UNITS, {}, 5) == set(UNITS)


def test_what_asks_for_no_answer_is_nobodys_load():
    found = Load()
    Replay(RULES).add([replace(HISTORY[0], findings=())], found)
    assert (found.mentions, found.none, dict(found.units)) == (1, 1, {})


def test_changes_are_told_with_their_path():
    before = Playbook.model_validate({"monitors": {"a": {"query": "x"}}, "triage": None})
    after = Playbook.model_validate(
        {
            "triage": {"lists": {"legal": {"nl": ["mediator"]}}, "outcomes": {"restore": {"severity": "critical"}}},
            "goals": {"g": {"says": "x", "owner": "lead", "measure": "mentions", "query": "x", "at_most": 3}},
        }
    )
    assert list(differences(before, after)) == [
        "monitors.a: is gone",
        "triage.lists.legal.nl: with mediator",
        "triage.outcomes.restore.severity: serious -> critical",
        "goals.g: is new: says: x, owner: lead, measure: mentions, query: x, period: month, at_most: 3.0",
    ]


def test_another_order_of_units_is_a_change_and_the_same_playbook_none():
    units = dict(reversed(UNITS.items()))
    other = Playbook.model_validate(
        {"triage": None, "organisation": {"model": "centralized", "centre": "webcare", "units": units}}
    )
    assert list(differences(RULES, RULES)) == []
    assert list(differences(RULES, other)) == [
        "organisation.units: stands in another order: tickets, trains, belgium, netherlands, webcare"
    ]
