"""What is promised, by whom, and what is wrong with promises, ladders, goals and roles."""

import pytest
import yaml

from core.errors import Misconfigured
from playbook._values import Severity
from playbook.playbook import load
from playbook.sections import Playbook
from playbook.service import deadlines
from playbook.sound import unsound
from tests.playbook.test_hours import AT_OFFICE, at
from tests.playbook.test_organisation import routed
from tests.playbook.test_sound import EXAMPLE

UNITS = {"model": "centralized", "centre": "web", "units": {"web": {"service": "promised", "hours": "office"}}}
SERVICE = {"promised": {"serious": {"first_response": "1h", "resolution": "8h"}}}
HOURS = {"office": AT_OFFICE.model_dump(mode="json") | {"week": {"monday": ["09:00-17:00"]}, "other": {}}}


def mistakes(tmp_path, **content):
    path = tmp_path / "playbook.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(Misconfigured) as raised:
        load(path)
    return [mistake.removeprefix(f"{path}: ") for mistake in raised.value.mistakes]


def test_what_is_due_is_what_the_owner_promised_for_that_severity():
    playbook = Playbook.model_validate({"triage": None, "organisation": UNITS, "service": SERVICE, "hours": HOURS})
    assert routed(playbook, {"text": "waar blijft mijn geld"}).due == "promised"
    assert routed(playbook, {"text": "hallo", "own_account": "us"}, ()).due is None


def test_deadlines_are_in_business_hours():
    promise = load(EXAMPLE).service["promised"].of(Severity.CRITICAL)
    assert deadlines(at("2026-03-06T17:00"), promise, AT_OFFICE) == (at("2026-03-06T17:15"), at("2026-03-09T12:30"))


def test_names_of_nothing_are_named(tmp_path):
    units = {
        "model": "centralized",
        "centre": "web",
        "units": {"web": {"service": "promisd", "hours": "x", "ladder": "y"}},
    }
    told = mistakes(
        tmp_path,
        triage=None,
        organisation=units,
        service={"promised": {"minor": {"first_response": "1h", "resolution": "8h", "hours": "z"}}},
        ladders={"web": [{"to": "agnt"}]},
        goals={"g": {"says": "x", "owner": "boss", "measure": "mentions", "query": "x", "at_most": 3}},
        trainings={"t": {"name": "x", "roles": ["laed"]}},
    )
    assert told == [
        'organisation.units.web.hours: there is no calendar "x"; there is no calendar at all',
        'organisation.units.web.service: there is no service level "promisd"; did you mean "promised"?',
        'organisation.units.web.ladder: there is no ladder "y"; valid are web',
        'service.promised.minor.hours: there is no calendar "z"; there is no calendar at all',
        'goals.g.owner: there is no role "boss"; valid are agent, analyst, hr, lead',
        'trainings.t.roles: there is no role "laed"; did you mean "lead"?',
        'ladders.web[0].to: there is no role "agnt"; did you mean "agent"?',
    ]


def test_a_promise_needs_hours_to_run_in(tmp_path):
    units = {"model": "centralized", "centre": "web", "units": {"web": {"service": "promised"}}}
    assert mistakes(tmp_path, triage=None, organisation=units, service=SERVICE) == [
        "organisation.units.web.hours: is missing: promised promises something in business hours"
    ]


def test_a_goal_has_a_target(tmp_path):
    goal = {"says": "x", "owner": "lead", "measure": "mentions", "query": "x"}
    assert mistakes(tmp_path, goals={"g": goal}) == ["goals.g: has no target; give at_least or at_most"]


@pytest.mark.parametrize(
    ("rungs", "path", "told"),
    [
        ([("agent", "5m"), ("lead", "5m")], "ladders.l[1].within", "leads nowhere: nobody is asked after lead"),
        ([("agent", None), ("lead", None)], "ladders.l[0]", "ends here: without `within` lead is never asked"),
        ([("agent", "5m"), ("agent", None)], "ladders.l[1].to", "agent stands on the ladder already"),
    ],
)
def test_a_ladder_that_ends_nowhere_is_named(rungs, path, told):
    ladder = [{"to": role, "within": within} for role, within in rungs]
    assert list(unsound(Playbook.model_validate({"ladders": {"l": ladder}}))) == [(path, told)]
