"""Levels count only while those below hold; what has no evidence is unknown, never met."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.maturity import Answer, Evidence, Thresholds, assess, counted, levels, levels_of, numbered
from playbook.sections import Playbook

MET, UNMET = Evidence(answer=Answer.MET), Evidence(answer=Answer.UNMET)


def every(*names):
    """All needs of these levels met."""
    return {need: MET for level in levels() if level.level in names for need in level.needs}


def test_without_evidence_nothing_is_met():
    found = assess({})
    assert {stand.answer for stand in found.levels} == {Answer.UNKNOWN}
    assert (found.score, [stand.holds for stand in found.levels]) == (0, [False] * 5)
    assert found.next.name == "goals_owned"


def test_a_level_that_is_met_waits_for_the_one_below():
    found = assess(every("foundation", "safety") | {"trained": UNMET})
    assert [stand.answer for stand in found.levels[:2]] == [Answer.UNMET, Answer.MET]
    assert [stand.holds for stand in found.levels] == [False] * 5
    assert (found.score, found.next.name) == (5 / 6, "trained")


def test_what_is_not_met_comes_before_what_is_not_known():
    evidence = every("foundation") | {"rota": UNMET}
    found = assess(evidence)
    assert (found.levels[0].holds, found.score, found.next.name) == (True, 1.0, "rota")
    assert assess(evidence | {"rota": MET}).next.name == "workflows"


def test_everything_met_is_five_and_has_no_next_step():
    found = assess(every(*(level.level for level in levels())))
    assert (found.score, found.next) == (5.0, None)


@pytest.mark.parametrize(("some", "all_", "answer"), [(19, 20, "met"), (18, 20, "unmet"), (0, 0, "unknown")])
def test_enough_is_so_many_in_a_hundred(some, all_, answer):
    need = levels()[0].needs["policy_acknowledged"]
    assert counted(need, some, all_).answer == answer


def test_each_need_has_its_words_in_both_languages_and_an_owner_there_is():
    known = Playbook().all_roles()
    for level in levels():
        for need in level.needs.values():
            assert set(need.asks) == set(need.next) == set(need.lacks) == {"nl", "en"}
            assert need.owner in known


answers = st.sampled_from(Answer)
names = [name for level in levels() for name in level.needs]


@given(st.dictionaries(st.sampled_from(names), answers.map(lambda answer: Evidence(answer=answer))))
def test_a_level_never_counts_while_one_below_does_not_hold_and_unknown_never_counts(evidence):
    found = assess(evidence)
    holds = [stand.holds for stand in found.levels]
    assert holds == sorted(holds, reverse=True)
    for stand in found.levels:
        assert stand.met == sum(evidence.get(name) == MET for name in stand.level.needs)
        assert not stand.holds or all(evidence.get(name) == MET for name in stand.level.needs)
    assert sum(holds) <= found.score < sum(holds) + 1 or found.score == 5 == sum(holds)
    assert (found.next is None) == all(holds)


@given(
    st.dictionaries(st.sampled_from(names), answers.map(lambda answer: Evidence(answer=answer))), st.sampled_from(names)
)
def test_what_comes_to_be_met_never_takes_from_the_score(evidence, name):
    assert assess(evidence | {name: MET}).score >= assess(evidence).score
    assert assess(evidence | {name: Evidence()}).score <= assess(evidence | {name: MET}).score


def test_an_organisation_sets_its_own_thresholds():
    own = levels_of(Thresholds(at_least={"policy_acknowledged": 50, "flowing": 2}))
    needs = {name: need for level in own for name, need in level.needs.items()}
    assert counted(needs["policy_acknowledged"], 5, 10).answer is Answer.MET
    assert [numbered(needs["flowing"], count).answer for count in (1, 2)] == [Answer.UNMET, Answer.MET]
    assert counted(needs["trained"], 5, 10).answer is Answer.UNMET
    assert levels()[0].needs["policy_acknowledged"].at_least == 95


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        ({"trainde": 50}, 'no need with a threshold is called trainde; did you mean "trained"?'),
        ({"workflows": 50}, "no need with a threshold is called workflows"),
        ({"trained": 101}, "trained is so many in a hundred; give 100 at most"),
        ({"flowing": 0}, "flowing is a number; give 1 at least"),
    ],
)
def test_a_threshold_of_nothing_is_refused_with_a_sentence(given_, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Playbook.model_validate({"maturity": {"at_least": given_}})
