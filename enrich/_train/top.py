"""The encoder's top and the heads on it, for training in jax: the same arithmetic as serving, in float32."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from enrich._encoder.weights import Weights
from enrich._train.states import LOWER

QUERIES = 2
"""Attention pools a head."""
DROPPED = 0.1
"""Share of values that dropout takes, as when the encoder was first trained."""

Tree = Any  # a tree of arrays, as jax has them
Array = Any

MATRICES = {"q": "width", "k": "width", "v": "width", "ao": "width", "fi": "width", "fo": "inner"}
"""Matrices of a layer, and how many columns each has, by the name of a size in Shape."""
NORMS = ("aln", "oln")


def begin(weights: Weights, labels: Mapping[str, Sequence[str]], key: Array) -> Tree:
    """The top as it is, and heads that say nothing yet. A tree may also have layers that are `fixed`, below the others."""
    shape = weights.shape
    layers = [layer_of(weights, place) for place in range(LOWER, shape.layers)]
    keys = jax.random.split(key, len(labels))
    heads = {
        name: {
            "queries": jax.random.normal(own, (QUERIES, shape.width)) * 0.02,
            "weights": jnp.zeros((QUERIES, shape.width, len(names))),
            "bias": jnp.zeros(len(names)),
        }
        for own, (name, names) in zip(keys, labels.items(), strict=True)
    }
    return {"layers": layers, "heads": heads}


def layer_of(weights: Weights, place: int) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for name, columns in MATRICES.items():
        found[f"{name}.w"] = jnp.array(weights.matrix(f"l{place}.{name}.w", getattr(weights.shape, columns)))
        found[f"{name}.b"] = jnp.array(weights.row(f"l{place}.{name}.b"))
    for name in NORMS:
        found |= {f"{name}.{part}": jnp.array(weights.row(f"l{place}.{name}.{part}")) for part in "wb"}
    return found


class Top:
    """`pools` and logits of texts from the states below; `keys` to drop values, None for none."""

    def __init__(self, weights: Weights) -> None:
        self._heads, self._epsilon = weights.shape.heads, weights.shape.epsilon

    def __call__(
        self, tree: Tree, states: Array, there: Array, read: Array | None = None, key: Array | None = None
    ) -> tuple[Array, dict[str, Array]]:
        """The mean pool (n, width) of unit length, and each head's logits (n, labels) over the tokens that are `read`, all
        that are there without.
        """
        read = there if read is None else read
        for layer in tree.get("fixed", ()):
            states = jax.lax.stop_gradient(self._layer(layer, states, there, None))
        keys = (
            [None] * (len(tree["layers"]) + 1) if key is None else list(jax.random.split(key, len(tree["layers"]) + 1))
        )
        for layer, own in zip(tree["layers"], keys, strict=False):
            states = self._layer(layer, states, there, own)
        mean = (states * there[..., None]).sum(1) / there.sum(1)[:, None]
        mean /= jnp.linalg.norm(mean, axis=1, keepdims=True)
        return mean, {name: _logits(head, states, read, keys[-1]) for name, head in tree["heads"].items()}

    def _layer(self, layer: dict[str, Array], states: Array, there: Array, key: Array | None) -> Array:
        keys = (None,) * 3 if key is None else jax.random.split(key, 3)
        count, length, width = states.shape
        size = width // self._heads

        def part(name: str) -> Array:
            return (states @ layer[f"{name}.w"].T + layer[f"{name}.b"]).reshape(count, length, self._heads, size)

        likeness = jnp.einsum("nthd,nshd->nhts", part("q"), part("k")) / np.sqrt(size)
        share = jax.nn.softmax(likeness + jnp.where(there, 0.0, -1e9)[:, None, None, :], -1)
        mixed = jnp.einsum("nhts,nshd->nthd", _drop(share, keys[0]), part("v")).reshape(count, length, width)
        states = self._norm(layer, "aln", states + _drop(mixed @ layer["ao.w"].T + layer["ao.b"], keys[1]))
        inner = jax.nn.gelu(states @ layer["fi.w"].T + layer["fi.b"], approximate=False)
        return self._norm(layer, "oln", states + _drop(inner @ layer["fo.w"].T + layer["fo.b"], keys[2]))

    def _norm(self, layer: dict[str, Array], name: str, states: Array) -> Array:
        middle = states - states.mean(-1, keepdims=True)
        spread = jax.lax.rsqrt(jnp.square(middle).mean(-1, keepdims=True) + self._epsilon)
        return middle * spread * layer[f"{name}.w"] + layer[f"{name}.b"]


def _logits(head: dict[str, Array], states: Array, read: Array, key: Array | None) -> Array:
    """As enrich._encoder.reading has it: a softmax over the tokens for each query."""
    products = jnp.einsum("ntd,qd->nqt", states, head["queries"]) + jnp.where(read, 0.0, -1e9)[:, None, :]
    pools = jnp.einsum("nqt,ntd->nqd", jax.nn.softmax(products, -1), states)
    return jnp.einsum("nqd,qdl->nl", _drop(pools, key), head["weights"]) + head["bias"]


def _drop(values: Array, key: Array | None) -> Array:
    if key is None:
        return values
    return jnp.where(jax.random.bernoulli(key, 1 - DROPPED, values.shape), values / (1 - DROPPED), 0)
