"""Each branch of a flow is proved by a message, or named."""

import pytest

from playbook._rules import Rules
from playbook.facts import by_name
from playbook.flow import Flow
from playbook.reachability import branches, out_of_reach
from playbook.triage import Triage, merged

SHIPPED = Triage.model_validate(merged(None))


def flow(**steps):
    outcomes = {name: {"does": name} for name in ("a", "b", "c")}
    written = {
        name: {"asks": name, "when": when, "then": then, "otherwise": other}
        for name, (when, then, other) in steps.items()
    }
    return Triage.model_validate({"version": "1", "start": "one", "steps": written, "outcomes": outcomes})


def test_every_branch_of_the_shipped_flow_is_taken_by_a_message():
    rules = Rules(SHIPPED.lists)
    walked, proved = Flow(SHIPPED, rules), list(branches(SHIPPED))
    assert {(branch.step, branch.yes) for branch in proved} == {
        (step, yes) for step in SHIPPED.steps for yes in (True, False)
    }
    for branch in proved:
        message = branch.proof
        facts = rules.facts(message.mention, message.mention.language, by_name(message.findings), ())
        assert walked.walk(facts).path[: len(branch.way)] == tuple(step for step, _ in branch.way)


def test_every_outcome_of_the_shipped_flow_is_reached():
    assert list(out_of_reach(SHIPPED)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sentiment:positive OR intent:praise", "sentiment:positive"),
        ("followers>100", "followers>=100 NOT followers:100"),
        ("trein*", '"trein rijdt" OR treinen OR (treintje NEAR/3 laat)'),
        ({"rating_at_most": 3}, {"rating_at_most": 2}),
        ({"account": True}, {"accounts": ["ns"]}),
    ],
)
def test_an_answer_that_was_given_before_is_out_of_reach(first, second):
    assert dict(out_of_reach(flow(one=(first, "a", "two"), two=(second, "b", "c")))) == {
        "steps.two.then": "no message is answered yes here, on the way one -> two",
        "outcomes.b": "no message comes here",
    }


def test_what_was_searched_for_in_vain_is_no_proof_that_there_is_none():
    told = dict(out_of_reach(flow(one=("{Trein}", "a", "two"), two=("{Trein rijdt}", "b", "c"))))
    assert told["steps.two.then"] == "no message was found that is answered yes here, on the way one -> two"


def test_a_step_that_nothing_leads_to_is_named():
    assert dict(out_of_reach(flow(one=("trein", "a", "b"), two=("bus", "c", "a")))) == {
        "steps.two": "no message comes here",
        "outcomes.c": "no message comes here",
    }


def test_what_goes_together_is_within_reach():
    one = '(trein NEAR/3 (laat OR "niet rijdt")) NOT kind:post lang:nl'
    two = "#vertraging @ns followers<50 NOT visibility:public spam:any"
    assert list(out_of_reach(flow(one=(one, "two", "a"), two=(two, "b", "c")))) == []
