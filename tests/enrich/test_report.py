"""What was found, beside what is true: abstaining, choosing among a file's labels, languages."""

import pytest

from core.types import Finding
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.report import report


def found(label, **scores):
    labels = (label,) if label else ()
    return Finding(name="tone", model="m-1", labels=labels, confidence=scores.get(label), scores=scores or None)


def made(*cases):
    """A report of (true label, finding) pairs."""
    return report([Labelled("x", (true,)) for true, _ in cases], [one for _, one in cases], [None] * len(cases))


def test_abstaining_is_wrong_and_told_beside() -> None:
    one = made(
        ("a", found("a", a=0.9, b=0.1)), ("a", found("", a=0.6, b=0.4)), ("b", found("b", a=0.2, b=0.8)), ("b", None)
    )
    assert (one.accuracy, one.abstained, one.model) == (0.5, 0.5, "m-1")
    assert one.macro_f1_strict == pytest.approx(2 / 3)
    assert one.macro_f1 == pytest.approx((1 + 2 / 3) / 2)
    assert (one.answered.count, one.answered.macro_f1, one.answered.accuracy) == (2, 1, 1)
    assert one.calibration_error == pytest.approx((0.1 + 0.2) / 2)
    assert one.confusion["b"] == {"a": 0, "b": 1, "": 1}


def test_a_classifier_is_asked_among_the_labels_of_the_file() -> None:
    one = made(("a", found("c", a=0.3, b=0.2, c=0.5)), ("b", found("b", a=0.1, b=0.7, c=0.2)))
    assert (one.among, one.macro_f1, one.macro_f1_of_all) == (("a", "b"), 1, 0.5)
    assert one.calibration_error == pytest.approx((0.4 + 0.125) / 2)


def test_a_file_with_one_label_helps_nobody() -> None:
    assert made(("a", found("c", a=0.3, c=0.7))).macro_f1 == 0


def test_a_tagger_is_judged_on_all_its_labels() -> None:
    tags = Finding(name="topics", model="t", labels=("a", "b"), confidence=0.9, scores={"a": 0.9, "b": 0.8, "c": 0.7})
    rows = [Labelled("x", ("a", "b")), Labelled("x", ("c",))]
    one = report(rows, [tags, tags], [None, None])
    assert (one.accuracy, one.macro_f1) == (0.5, pytest.approx((2 / 3 + 2 / 3 + 0) / 3))


def test_languages_are_those_said_then_those_detected() -> None:
    right = found("a", a=1.0)
    rows = [Labelled("x", ("a",), "nl"), Labelled("x", ("a",)), Labelled("x", ("a",))]
    one = report(rows, [right, right, None], ["en", "en", None])
    assert {name: (part.count, part.macro_f1) for name, part in one.languages.items()} == {
        "nl": (1, 1),
        "en": (1, 1),
        "und": (1, 0),
    }
    assert one.languages_mean == pytest.approx(2 / 3)
