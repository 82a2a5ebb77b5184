"""The pyramid: layers from below, filled as far as they are met, and locked while one below does not hold."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desk.maturity.pyramid import Kind, Size, layers
from playbook.maturity import Answer, Evidence, assess, levels

SIZE = Size(wide=100, tip=20, high=100, gap=2)
MET = Evidence(answer=Answer.MET)
NAMES = [name for level in levels() for name in level.needs]


def every(*places):
    return {name: MET for place in places for name in levels()[place].needs}


def area(corners):
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


def test_a_level_waits_for_the_lowest_that_does_not_hold():
    drawn = layers(assess(every(0, 2) | {"rota": MET}).levels, SIZE)
    assert [one.kind for one in drawn] == [Kind.HOLDS, Kind.CLIMBS, Kind.WAITS, Kind.LOCKED, Kind.LOCKED]
    assert [one.below and one.below.level.level for one in drawn] == [None, None, "safety", "safety", "safety"]


def test_where_all_hold_nothing_is_locked():
    assert {one.kind for one in layers(assess(every(*range(5))).levels, SIZE)} == {Kind.HOLDS}


answers = st.sampled_from(Answer).map(lambda answer: Evidence(answer=answer))


@given(st.dictionaries(st.sampled_from(NAMES), answers))
def test_layers_lie_on_one_another_and_each_part_is_as_large_as_its_answers(evidence):
    drawn = layers(assess(evidence).levels, SIZE)
    for one in drawn:
        for part in one.parts:
            share = sum(each.evidence.answer is part.answer for each in one.stand.needs) / len(one.stand.needs)
            assert abs(area(part.corners) / area(one.corners) - share) < 1e-6
        assert abs(sum(area(part.corners) for part in one.parts) - area(one.corners)) < 1e-6
    for lower, upper in pairwise(drawn):
        assert min(y for _, y in lower.corners) > max(y for _, y in upper.corners)
        assert lower.kind is not Kind.LOCKED or upper.kind in {Kind.LOCKED, Kind.WAITS}
