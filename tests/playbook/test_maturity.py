"""Levels count only while those below hold; what has no evidence is unknown, never met."""

import pytest

from playbook.maturity import Answer, Evidence, assess, counted, levels
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
            assert set(need.asks) == set(need.next) == {"nl", "en"}
            assert need.owner in known
