"""Temperatures against answers whose probabilities are known."""

import numpy as np
import pytest

from enrich._train.calibrate import temperature


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_answers_is_found(true: float) -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(20_000, 3)).astype(np.float32) * 2
    probabilities = np.exp(logits / true)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    classes = (random.random((len(logits), 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    assert temperature(logits, classes) == pytest.approx(true, rel=0.05)


def test_labels_that_a_set_does_not_know_count_for_nothing() -> None:
    random = np.random.default_rng(2)
    logits = random.normal(size=(5_000, 3)).astype(np.float32)
    classes = (random.random(5_000) < 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))).astype(np.int64)
    logits[:, 2] = -np.inf
    assert temperature(logits, classes) == pytest.approx(1.0, rel=0.15)
