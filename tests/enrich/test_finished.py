"""A training that was ended goes on after what it finished, and makes anew what would be something else now."""

import numpy as np
import pytest

from enrich._train.finished import Finished
from enrich._train.states import States

BEGUN = {"layers": [{"w": np.zeros((2, 3), dtype=np.float32)}], "heads": {"tone": np.ones(4, dtype=np.float32)}}
TUNED = {"layers": [{"w": np.full((2, 3), 0.5, dtype=np.float32)}], "heads": {"tone": np.arange(4, dtype=np.float32)}}


def again():
    raise AssertionError("made again")


def test_a_finished_run_is_read_back_as_it_was(tmp_path):
    Finished(tmp_path).tree("run", BEGUN, b"seed 0", lambda: TUNED)
    found = Finished(tmp_path).tree("run", BEGUN, b"seed 0", again)
    assert found["layers"][0]["w"].tolist() == TUNED["layers"][0]["w"].tolist()
    assert found["heads"]["tone"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("begun", "made_from"), [(BEGUN, b"seed 1"), (TUNED, b"seed 0")])
def test_another_plan_or_beginning_is_run(tmp_path, begun, made_from):
    finished = Finished(tmp_path)
    finished.tree("run", BEGUN, b"seed 0", lambda: BEGUN)
    assert finished.tree("run", begun, made_from, lambda: TUNED)["heads"]["tone"].tolist() == [0, 1, 2, 3]


def test_a_run_that_was_ended_is_not_taken_for_a_finished_one(tmp_path):
    with pytest.raises(AssertionError, match="made again"):
        Finished(tmp_path).tree("run", BEGUN, b"seed 0", again)
    assert Finished(tmp_path).tree("run", BEGUN, b"seed 0", lambda: TUNED)["heads"]["tone"].tolist() == [0, 1, 2, 3]


def test_states_are_read_back_for_the_same_texts(tmp_path):
    made = States(np.ones((3, 2), dtype=np.float16), np.array([0, 1, 3]), np.ones((2, 2), dtype=np.float32))
    Finished(tmp_path).states("states", ["a", "b"], lambda _: made)
    assert Finished(tmp_path).states("states", ["a", "b"], lambda _: again()).lengths.tolist() == [1, 2]
    with pytest.raises(AssertionError, match="made again"):
        Finished(tmp_path).states("states", ["a", "c"], lambda _: again())
