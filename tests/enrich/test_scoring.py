"""The figures of an evaluation, against numbers worked out by hand."""

import numpy as np
import pytest

from enrich._evaluation import scoring

CLASSES = ("A", "B", "C")
ANSWERS = [("A", "A"), ("A", "B"), ("B", "B"), ("B", "B"), ("C", "")]


def flags(labels):
    return np.array([[label == name for name in CLASSES] for label in labels])


TRUTH, GIVEN = flags([true for true, _ in ANSWERS]), flags([given for _, given in ANSWERS])


def test_each_class_has_its_precision_and_recall() -> None:
    found = scoring.by_class(TRUTH, GIVEN, CLASSES)
    assert (found["A"].precision, found["A"].recall, found["A"].count) == (1, 0.5, 2)
    assert (found["B"].precision, found["B"].recall) == (pytest.approx(2 / 3), 1)
    assert found["C"].f1 == 0


def test_macro_f1_is_the_mean_over_the_classes_that_occur() -> None:
    assert scoring.macro_f1(TRUTH, GIVEN) == pytest.approx((2 / 3 + 4 / 5 + 0) / 3)
    assert scoring.macro_f1(TRUTH[:4], GIVEN[:4]) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_a_class_given_but_never_true_does_not_count_but_costs() -> None:
    assert scoring.macro_f1(flags("AA"), flags("AC")) == pytest.approx(2 / 3)


def test_confusion_says_what_was_taken_for_what() -> None:
    found = scoring.confusion(TRUTH, GIVEN, CLASSES)
    assert found["A"] == {"A": 1, "B": 1, "C": 0, "": 0}
    assert found["C"] == {"A": 0, "B": 0, "C": 0, "": 1}


def test_calibration_error_weighs_the_bins() -> None:
    confidence, right = np.array([0.95, 0.85, 0.55]), np.array([True, False, True])
    assert scoring.calibration_error(confidence, right) == pytest.approx((0.05 + 0.85 + 0.45) / 3)
    assert scoring.calibration_error(np.array([0.9, 1.0]), np.array([True, True])) == pytest.approx(0.05)
    assert scoring.calibration_error(np.array([]), np.array([], dtype=bool)) == 0


def test_the_interval_of_two_texts_one_of_them_right() -> None:
    """Of two drawn texts none, one or both are right: 0, 2/3 or 1, a quarter of the draws each at the ends."""
    assert scoring.interval(flags("AA"), flags(["A", ""])) == (0, 1)


def test_the_interval_is_that_of_drawing_texts() -> None:
    random = np.random.default_rng(1)
    true = random.integers(0, 3, 300)
    given = np.where(random.random(300) < 0.7, true, random.integers(0, 3, 300))
    truth, found = np.eye(3, dtype=bool)[true], np.eye(3, dtype=bool)[given]
    drawn = [random.integers(0, 300, 300) for _ in range(1000)]
    low, high = np.percentile([scoring.macro_f1(truth[rows], found[rows]) for rows in drawn], (2.5, 97.5))
    assert scoring.interval(truth, found) == pytest.approx((low, high), abs=0.015)


def test_an_interval_is_the_same_each_time() -> None:
    assert scoring.interval(TRUTH, GIVEN) == scoring.interval(TRUTH, GIVEN)


def test_a_difference_is_taken_on_the_same_draws() -> None:
    assert scoring.difference(TRUTH, GIVEN, GIVEN) == (0, 0)
    assert scoring.difference(TRUTH, TRUTH, flags([""] * 5)) == (1, 1)
    low, high = scoring.difference(TRUTH, GIVEN, TRUTH)
    assert low < high <= 0
