"""Which texts are asked first."""

import numpy as np
import pytest

from core.types import Finding
from enrich._picking import doubt, pick


def finding(**scores):
    return Finding(name="tone", model="m", labels=("a",), confidence=max(scores.values()), scores=scores)


def spread(count, seed=1):
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_doubt_is_greatest_where_two_labels_are_even() -> None:
    assert doubt(finding(a=0.5, b=0.5, c=0.0)) == 1
    assert doubt(finding(a=1.0, b=0.0)) == 0
    assert doubt(finding(a=0.6, b=0.3, c=0.1)) == pytest.approx(0.7)


def test_the_most_doubtful_comes_first() -> None:
    assert pick(spread(20), [0.9 if n == 7 else 0.1 for n in range(20)], ["nl"] * 20, 1) == [7]


def test_languages_take_turns() -> None:
    spoken = ["nl"] * 18 + ["en"] * 2
    picked = pick(spread(20), [1.0] * 18 + [0.1] * 2, spoken, 6)
    assert sorted(spoken[place] for place in picked) == ["en"] * 2 + ["nl"] * 4


def test_what_says_the_same_is_asked_once() -> None:
    vectors = np.repeat(spread(3), 5, axis=0)
    assert sorted(place // 5 for place in pick(vectors, [0.5] * 15, ["nl"] * 15, 10)) == [0, 1, 2]


def test_what_lies_far_from_the_others_comes_before_what_lies_near() -> None:
    base = spread(1)[0]
    near = base + 0.3 * spread(1, seed=3)[0]
    vectors = np.stack([base, near / np.linalg.norm(near), -base])
    assert pick(vectors, [1.0, 0.9, 0.9], ["nl"] * 3, 2) == [0, 2]


def test_of_none_there_is_none() -> None:
    assert pick(np.zeros((0, 8), dtype=np.float32), [], [], 5) == []
