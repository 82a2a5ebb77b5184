"""Own heads: what they learn, what they leave alone, their file."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import Stop
from core.ports import reads_of
from core.types import Finding
from enrich._encoder import DIMENSIONS
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.own import compare, enough
from enrich._own import Corrected, OwnHead, correct, keep, logs_of
from enrich._own_fit import Examples, cross_validated, fit, folds, group
from tests.enrich.texts import passage

LABELS = ("bad", "good")


def finding(label, bad, good):
    return Finding(
        name="tone",
        model="m-1",
        labels=(label,) if label else (),
        confidence=max(bad, good),
        scores={"bad": bad, "good": good},
    )


class Shipped:
    """Finds the same of every text."""

    name, needs_vector, classes = "tone", True, LABELS

    def __init__(self, found=None):
        self.found = found

    def find(self, batch):
        return [self.found for _ in batch]


def clouds(count, *, shipped=0.5, seed=1):
    """Texts of two labels whose vectors lie apart; the shipped head gives "good" that probability whatever they are."""
    random = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    vectors = random.normal(size=(count, DIMENSIONS)) * 0.02
    vectors[:, 0] += classes * 0.6
    logs = np.log(np.tile(np.array([[1 - shipped, shipped]], dtype=np.float32), (count, 1)))
    return Examples(logs, vectors.astype(np.float32), classes, np.arange(count))


def test_it_learns_what_the_shipped_head_does_not_see() -> None:
    examples = clouds(60)
    found = cross_validated(examples, LABELS)
    assert (found.argmax(axis=1) == examples.classes).mean() > 0.95
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_where_vectors_tell_nothing_it_stays_with_the_shipped_head() -> None:
    random = np.random.default_rng(2)
    examples = clouds(40, shipped=0.9)
    noise = random.normal(size=examples.vectors.shape).astype(np.float32) * 0.05
    classes = (random.random(40) < 0.9).astype(np.int64)
    own = fit(Examples(examples.logs, noise, classes, examples.groups), LABELS)
    assert np.abs(own.probabilities(examples.logs, noise)[:, 1] - 0.9).max() < 0.15


def test_copies_never_judge_what_they_taught() -> None:
    examples = clouds(40)
    copied = Examples(examples.logs, examples.vectors, examples.classes, np.arange(40) // 4)
    turn = folds(copied)
    assert all(len(set(turn[copied.groups == one])) == 1 for one in range(10))
    assert set(turn) == set(range(5))
    assert group("Te LAAT! https") == group("te laat, https")


def test_a_row_does_not_depend_on_the_others() -> None:
    examples = clouds(30)
    own = fit(examples, LABELS)
    alone = [own.probabilities(examples.logs[[n]], examples.vectors[[n]])[0] for n in range(30)]
    assert np.array_equal(own.probabilities(examples.logs, examples.vectors), np.stack(alone))


def corrected(found, bias):
    own = OwnHead(LABELS, np.zeros((DIMENSIONS, 2), dtype=np.float32), np.array(bias, dtype=np.float32), "abc")
    vector = np.ones(DIMENSIONS, dtype=np.float32).tobytes()
    return Corrected(Shipped(found), own).find([passage("x", vector), passage("")])


def test_a_corrected_finding_names_both_models() -> None:
    changed, without_vector = corrected(finding("bad", 0.6, 0.4), [0, 2])
    assert (changed.labels, changed.model) == (("good",), "m-1+own-abc")
    assert changed.confidence == pytest.approx(1 / (1 + 1.5 * np.exp(-2)), abs=1e-4)
    assert without_vector == finding("bad", 0.6, 0.4)


def test_a_corrected_finding_follows_from_what_the_inner_follows_from_and_the_text() -> None:
    own = OwnHead(LABELS, np.zeros((DIMENSIONS, 2), np.float32), np.zeros(2, np.float32))
    said, inner = passage("x"), Shipped()
    assert reads_of(Corrected(inner, own)) is None
    inner.reads = lambda passage: passage.language
    reads = reads_of(Corrected(inner, own))
    assert reads is not None
    assert reads(said) == ("x", None)


def test_it_decides_where_the_shipped_head_did_not_only_when_it_is_sure() -> None:
    assert corrected(finding("", 0.5, 0.5), [0, 2])[0].labels == ("good",)
    three = Finding(name="tone", model="m", scores={"bad": 0.3, "good": 0.3})
    assert corrected(three, [0, 0])[0].labels in {("bad",), ("good",)}
    assert corrected(None, [0, 2]) == [None, None]


def test_a_file_gives_the_same_head_again(tmp_path: Path) -> None:
    own = fit(clouds(30), LABELS)
    keep(own, tmp_path / "heads" / "tone.npz")
    again = correct(Shipped(finding("bad", 0.6, 0.4)), tmp_path / "heads" / "tone.npz")
    vector = clouds(30).vectors[1]
    (found,) = again.find([passage("x", vector.tobytes())])
    expected = own.probabilities(logs_of([finding("bad", 0.6, 0.4)], LABELS), vector[None, :])[0]
    assert list(found.scores.values()) == pytest.approx(expected.tolist(), abs=1e-4)
    assert [path.name for path in (tmp_path / "heads").iterdir()] == ["tone.npz"]


def test_without_a_file_the_shipped_head_stays(tmp_path: Path) -> None:
    shipped = Shipped()
    assert correct(shipped, tmp_path / "tone.npz") is shipped


@pytest.mark.parametrize(
    "content",
    [b"", b"no head", None, {"labels": ["a"]}, {"labels": ["a", "b"]}, {"bias": [np.nan, 0]}, {"weights": [[0, 0]]}],
)
def test_a_file_that_is_none_is_a_sentence(tmp_path: Path, content) -> None:
    path = tmp_path / "tone.npz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        whole = {"labels": list(LABELS), "weights": np.zeros((DIMENSIONS, 2)), "bias": [0, 0]}
        np.savez(path, **{name: np.array(value) for name, value in (whole | (content or {})).items()})
        if content is None:
            path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(Stop, match=r"the own head .*tone\.npz cannot be used: .*klankbord model shipped tone"):
        correct(Shipped(), path)


def test_the_comparison_says_which_is_better() -> None:
    examples = clouds(60, shipped=0.6)
    rows = [Labelled(f"text {n}", (LABELS[one],)) for n, one in enumerate(examples.classes)]
    made = compare(rows, [finding("good", 0.4, 0.6)] * 60, examples.vectors, LABELS)
    assert (made.texts, round(made.shipped.macro_f1, 3)) == (60, 0.333)
    assert made.own.macro_f1 > 0.95
    assert made.verdict.startswith("the own head is better (macro-F1 +0.")
    assert made.interval[0] > 0.4


def test_a_few_judgements_are_not_enough() -> None:
    assert not enough(["a"] * 30)
    assert not enough(["a"] * 10 + ["b"] * 9)
    assert enough(["a"] * 15 + ["b"] * 5)
