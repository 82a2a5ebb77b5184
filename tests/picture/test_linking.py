"""Groups of texts: each in one, joined only where all of one are like all of the other on average."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picture.linking import linked


def directions(seed, count, width=6):
    drawn = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@given(seed=st.integers(0, 10_000), count=st.integers(1, 24), least=st.floats(-0.5, 0.9))
@settings(max_examples=60, deadline=None)
def test_each_is_in_one_group_and_no_two_groups_are_alike(seed, count, least):
    rows = directions(seed, count)
    found = linked(rows, least)
    assert sorted(row for group in found for row in group) == list(range(count))
    assert [len(group) for group in found] == sorted((len(group) for group in found), reverse=True)
    for one, other in combinations(found, 2):
        assert (rows[one] @ rows[other].T).mean() < least + 1e-4


def test_what_is_alike_is_joined_and_a_chain_is_not():
    angles = np.radians([0, 25, 50, 75, 100, 180])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert (rows[0] @ rows[1], rows[3] @ rows[4]) == (pytest.approx(0.906, abs=0.01),) * 2
    found = linked(rows, 0.8)
    assert len(found) > 2  # each is like the next, and not one group
    assert [0, 1] in found


def test_nothing_makes_no_group():
    assert linked(np.zeros((0, 6), dtype=np.float32), 0.2) == []
