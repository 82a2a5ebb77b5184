"""How unlikely a residual is, against distributions of which it is known."""

import numpy as np
import pytest

from picture.detector.tail import MOST, Tail


def test_exponential_tails_are_found_again():
    drawn = np.random.default_rng(1).exponential(1.0, 100_000).astype(np.float32)
    found = Tail(drawn).unlikely(np.array([np.log(10), np.log(1_000), np.log(100_000)]))
    assert found == pytest.approx([1, 3, 5], rel=0.1)


def test_heavy_tails_are_found_again():
    drawn = (np.random.default_rng(1).pareto(2.5, 100_000)).astype(np.float32)
    at = 10 ** (np.array([3.0, 4.0]) / 2.5) - 1
    assert Tail(drawn).unlikely(at) == pytest.approx([3, 4], rel=0.1)


def test_it_rises_and_ends():
    tail = Tail(np.random.default_rng(2).normal(size=4_000).astype(np.float32))
    found = tail.unlikely(np.linspace(-5, 500, 2_000))
    assert (np.diff(found) >= 0).all()
    assert found[0] == pytest.approx(0, abs=1e-3)
    assert found[-1] == MOST


def test_all_the_same():
    found = Tail(np.zeros(500, dtype=np.float32)).unlikely(np.array([0.0, 0.5, 50.0]))
    assert np.isfinite(found).all()
    assert found[0] == 0
    assert found[2] > 3
