"""Fits one head: a multinomial logistic regression whose texts may leave classes out."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]  # ships no types; here for training only

from enrich._encoder.vector import Floats

Wide = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Examples(msgspec.Struct, frozen=True):
    """Vectors (n, 384), the place of each one's class, and which classes its set knows (n, classes).

    A set without a neutral class says nothing of neutral: its texts are fitted among the classes it knows, or they
    would teach that nothing is neutral.
    """

    vectors: Floats
    classes: Places
    known: Flags


def joined(parts: Sequence[Examples]) -> Examples:
    """All parts as one."""
    return Examples(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.classes for part in parts]),
        np.concatenate([part.known for part in parts]),
    )


def fit(examples: Examples, *, strength: float) -> tuple[Floats, Floats]:
    """Weights (384, classes) and bias (classes). Classes weigh the same; a greater `strength` holds back less."""
    vectors = examples.vectors.astype(np.float64)
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-3 * vectors.std()
    scaled = (vectors - middle) / spread
    count, width = examples.known.shape[1], scaled.shape[1]
    rows = np.arange(len(scaled))
    weight = 1 / np.bincount(examples.classes, minlength=count)[examples.classes] / count
    truth = np.eye(count)[examples.classes]

    def loss(values: Wide) -> tuple[float, Wide]:
        weights, bias = values[:-count].reshape(width, count), values[-count:]
        logits = np.where(examples.known, scaled @ weights + bias, -1e9)
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        share = raised / raised.sum(axis=1, keepdims=True)
        whole = -(weight * np.log(share[rows, examples.classes] + 1e-12)).sum() + (weights**2).sum() / strength / 2
        slope = (share - truth) * weight[:, None]
        return whole, np.concatenate([(scaled.T @ slope + weights / strength).ravel(), slope.sum(axis=0)])

    start = np.zeros(width * count + count)
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})  # scipy ships no types
    weights = found.x[:-count].reshape(width, count) / spread[:, None]
    bias = found.x[-count:] - middle @ weights
    # Half precision is kept: the file stays small, and a run on another machine gives the same one.
    return weights.astype(np.float16).astype(np.float32), bias.astype(np.float16).astype(np.float32)
