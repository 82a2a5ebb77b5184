"""What is best done next for a customer: the first rule that holds, never without its reasons, and nothing on what is not known."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Misconfigured
from playbook._customer_rules import CONDITIONS, holds, span
from playbook.customer_conditions import CustomerWhen
from playbook.customer_facts import Known, Trend
from playbook.next_best_action import Action, decide, passed, shipped, unknown
from playbook.playbook import load
from playbook.sections import Playbook

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROOT = Path(__file__).parents[2]

_times = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=90))
_labels = {
    "severity": ("minor", "serious", "critical"),
    "sentiment": ("positive", "neutral", "negative", "uncertain"),
    "intent": ("complaint", "question", "praise", "uncertain"),
    "trend": tuple(one.value for one in Trend),
    "segment": ("gold", "silver"),
}
_several = {name: st.lists(st.sampled_from(of), min_size=1, unique=True).map(tuple) for name, of in _labels.items()}
_net = st.floats(-1, 1)
_asked = {name: _several[name] for name in _labels} | {
    name: st.booleans() if name in ("case", "overdue", "crisis")
    else _net if name.startswith("net_")
    else st.integers(1, 100) if name == "mentions_at_least"
    else _times
    for name in CustomerWhen.model_fields if name not in _labels
}  # fmt: skip
_whens = st.fixed_dictionaries({}, optional=_asked).filter(bool)
_known = st.builds(
    Known,
    case=st.none() | st.booleans(),
    severity=st.none() | st.sampled_from(_labels["severity"]),
    due=st.none() | st.timedeltas(min_value=-90 * DAY, max_value=90 * DAY),
    crisis=st.none() | st.booleans(),
    **{name: st.none() | _times for name in ("waits", "answered", "silent")},
    **{name: st.none() | _several[name] for name in ("sentiment", "intent", "segment")},
    trend=st.none() | st.sampled_from(Trend),
    net=st.none() | _net,
    mentions=st.none() | st.integers(0, 100),
)


def rules(*whens):
    return tuple(
        Action.model_validate({"name": f"rule_{place}", "when": when, "say": f"do {place}"})
        for place, when in enumerate(whens)
    )


@given(st.lists(st.lists(_whens, min_size=1, max_size=3), max_size=4), _known, st.sampled_from(["nl", "en"]))
def test_whatever_is_decided_is_explained_by_each_condition_of_the_rule_that_holds(whens, known, language):
    actions = rules(*whens)
    decided, before = decide(actions, known, language), list(passed(actions, known, language))
    for one in before:
        assert all(one.against)
    if decided is None:
        assert len(before) == len(actions)
        return
    action = actions[len(before)]
    held = [when for when in action.when if all(holds(name, asked, known) for name, asked in when.given())]
    assert decided.name == action.name
    assert len(decided.because) == len(list(held[0].given())) > 0
    assert all(sentence and "None" not in sentence for sentence in decided.because)


@given(_whens, _known)
def test_nothing_holds_on_what_is_not_known(when, known):
    (action,) = rules(when)
    bare = msgspec.structs.replace(known, **{CONDITIONS[name].fact: None for name, _ in action.when[0].given()})
    assert decide([action], bare, "en") is None
    assert all(unknown(name, bare) for name in when)


def test_every_condition_that_can_be_written_is_decided_and_said_in_both_languages():
    assert set(CONDITIONS) == set(CustomerWhen.model_fields)
    assert {frozenset(one.says) for one in CONDITIONS.values()} == {frozenset({"nl", "en"})}
    assert {one.fact for one in CONDITIONS.values()} == set(Known.__struct_fields__)


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (Known(case=True, crisis=True, due=-HOUR), "crisis"),
        (Known(case=True, crisis=False, due=-HOUR), "overdue"),
        (Known(case=True, crisis=False, due=HOUR / 2), "due_soon"),
        (Known(case=True, due=4 * HOUR, severity="serious", waits=HOUR), "grave"),
        (Known(case=True, due=4 * HOUR), "open"),
        (Known(case=False, intent=("praise",), waits=HOUR, silent=HOUR), "thank"),
        (Known(case=False, intent=("question",), waits=3 * HOUR, silent=3 * HOUR), "unanswered"),
        (Known(case=False, trend=Trend.FALLING, silent=3 * DAY), "falling"),
        (Known(case=False, sentiment=("negative",), answered=3 * DAY), "follow_up"),
        (Known(case=False, intent=("praise",), silent=HOUR), None),  # it was answered
        (Known(), None),
    ],
)
def test_the_rules_that_ship(known, name):
    decided = decide(shipped(), known, "nl")
    assert (decided and decided.name) == name


def test_what_is_said_is_what_is_known():
    actions = rules({"overdue": True, "segment": ["gold"]})
    known = Known(due=-2 * HOUR, segment=("gold", "north"))
    assert decide(actions, known, "en").because == (
        "what is promised is 2 hours late",
        "another system names the segment gold, north",
    )
    assert decide(actions, known, "nl").because[0] == "wat is toegezegd is 2 uur te laat"


@pytest.mark.parametrize(
    ("time", "said"), [(timedelta(0), "0 minuten"), (DAY, "1 dag"), (47 * HOUR, "1 dag"), (-90 * DAY, "90 dagen")]
)
def test_a_stretch_of_time_is_said_in_its_largest_unit(time, said):
    assert span(time, "nl") == said


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("{name: a, when: {overdu: true}, say: x}", "overdue"),
        ("{name: a, when: {trend: fallin}, say: x}", 'did you mean "falling"?'),
        ("{name: a, when: {severity: [seriou]}, say: x}", 'did you mean "serious"?'),
        ("{name: a, when: {intent: prais}, say: x}", 'did you mean "praise"?'),
        ("{name: a, when: {segment: 3}, say: x}", "segment"),
        ("{name: a, when: {}, say: x}", "asks nothing"),
        ("{name: a, when: [], say: x}", "when"),
        ("{name: a, when: {waits_at_least: 0h}, say: x}", "no time at all"),
        ("{name: a, when: {case: true}, say: x, link: cas}", 'did you mean "case"?'),
        ("{name: a, when: {case: true}, say: x}, {name: a, when: {case: true}, say: x}", 'a rule "a" already'),
    ],
)
def test_a_mistake_is_named_with_its_path_and_what_is_near(tmp_path, rule, sentence):
    path = tmp_path / "playbook.yaml"
    path.write_text(f"next_best_action: [{rule}]\n")
    with pytest.raises(Misconfigured) as refused:
        load(path)
    (mistake,) = refused.value.mistakes
    assert str(path) in mistake
    assert "next_best_action" in mistake
    assert sentence in mistake


def test_a_playbook_without_the_section_has_the_rules_that_ship_and_the_version_that_it_had():
    assert Playbook().actions() == shipped()
    assert Playbook(next_best_action=()).actions() == ()
    assert Playbook(next_best_action=shipped()).version != Playbook().version
