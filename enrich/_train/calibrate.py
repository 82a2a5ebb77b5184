"""How far a head is to be believed: one temperature a language, fitted on texts that took no part in training."""

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]  # ships no types; here for training only

from enrich._encoder.vector import Floats
from enrich._train.states import Numbers

FEWEST = 200
"""Texts of a language without which the common temperature serves it."""


def temperature(logits: Floats, classes: Numbers) -> float:
    """That which makes the labels most likely; `logits` (n, labels), -inf where a set does not know a label.

    Guo and others (2017), "On calibration of modern neural networks".
    """

    def loss(log: float) -> float:
        scaled = logits / np.exp(log)
        top = scaled.max(axis=1, keepdims=True)
        sums = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        return float((sums - scaled[np.arange(len(classes)), classes]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))
