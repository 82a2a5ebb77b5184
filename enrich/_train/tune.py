"""Tunes the encoder's top for several heads at once, and holds its mean pool where it was.

AdamW with warm-up and a cosine, dropout, label smoothing, an exponential mean of the weights on the way. The mean pool, which
topics read, is held by distillation: its distance from where the untuned encoder has it, over how far texts lie from one
another, is part of the loss.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import optax

from enrich._encoder.vector import Floats
from enrich._encoder.weights import Weights
from enrich._train.states import Numbers, States
from enrich._train.top import Array, Top, Tree

LENGTHS = (16, 24, 32, 40, 48, 64, 96)
"""Texts are padded to these; each is compiled once."""
TOKENS = 1024
"""Of a batch."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How it is trained. `held` is the weight of the mean pool's distance in the loss."""

    steps: int
    rate: float
    heads: float = 8.0  # times that rate
    decay: float = 0.01
    smoothing: float = 0.05
    held: float
    mean: float = 0.997
    warm: float = 0.06
    clip: float = 1.0


class Taught(msgspec.Struct, frozen=True):
    """Texts of one set: their places among the states, the share of each label in what a text is (n, labels), the labels
    that the set knows (a set without "neutral" says nothing of it), how often each text is drawn, against all others, and
    the tokens [first, last) of each that this is said of.
    """

    head: str
    places: Numbers
    shares: Floats
    known: Sequence[bool]
    drawn: Floats
    read: Numbers


def digest(taught: Sequence[Taught]) -> str:
    """Another one where anything else is taught, also of the same texts."""
    found = hashlib.sha256()
    for one in taught:
        found.update(msgspec.json.encode((one.head, list(map(bool, one.known)))))
        for values in (one.places, one.shares, one.drawn, one.read):
            found.update(f"{values.dtype}{values.shape}".encode() + values.tobytes())
    return found.hexdigest()


Progress = Callable[[int, Mapping[str, float]], None]


def tune(
    weights: Weights,
    tree: Tree,
    labels: Mapping[str, Sequence[str]],
    states: States,
    taught: Sequence[Taught],
    *,
    plan: Plan,
    seed: int,
    progress: Progress,
) -> Tree:
    """The tree of enrich._train.top, tuned: its heads, and its layers but the fixed ones. The seed decides what is drawn and dropped; runs
    that begin alike have a mean that means something (Wortsman and others, 2022, "Model soups").
    """
    key = jax.random.PRNGKey(seed)
    top = Top(weights)
    batches = Batches(states, taught, labels, np.random.default_rng(seed))
    optimiser = _optimiser(plan)
    step = _step(top, list(labels), optimiser, plan, batches.spread)
    state, mean = optimiser.init(tree), tree
    for number in range(plan.steps):
        tree, mean, state, told = step(tree, mean, state, batches.next(), jax.random.fold_in(key, number))
        progress(number + 1, told)
    return jax.tree.map(np.asarray, mean)


class Batches:
    """Draws batches of texts of about one length."""

    def __init__(
        self,
        states: States,
        taught: Sequence[Taught],
        labels: Mapping[str, Sequence[str]],
        random: np.random.Generator,
    ) -> None:
        self._states, self._random = states, random
        widest = max(map(len, labels.values()))
        counts = [len(one.places) for one in taught]
        self._known = np.repeat([[*one.known, *[False] * (widest - len(one.known))] for one in taught], counts, axis=0)
        self._head = np.repeat([list(labels).index(one.head) for one in taught], counts)
        self._places = np.concatenate([one.places for one in taught])
        self._read = np.concatenate([one.read for one in taught])
        self._shares = np.concatenate([np.pad(one.shares, ((0, 0), (0, widest - len(one.known)))) for one in taught])
        self._drawn = np.concatenate([one.drawn for one in taught]).astype(np.float64)
        lengths = np.searchsorted(LENGTHS, states.lengths[self._places])
        self._groups = [np.flatnonzero(lengths == place) for place in range(len(LENGTHS))]
        self._share = np.array([self._drawn[group].sum() for group in self._groups])
        self.spread = float(np.square(states.pools - states.pools.mean(axis=0)).sum(axis=1).mean())

    def next(self) -> dict[str, Any]:
        """Arrays of one batch."""
        place = self._random.choice(len(LENGTHS), p=self._share / self._share.sum())
        group, length = self._groups[place], LENGTHS[place]
        chosen = self._random.choice(group, TOKENS // length, p=self._drawn[group] / self._drawn[group].sum())
        places, read = self._places[chosen], self._read[chosen]
        states, there = self._states.padded(places, length)
        tokens = np.arange(length)
        return {
            "states": states,
            "there": there,
            "read": (tokens >= read[:, :1]) & (tokens < read[:, 1:]),
            "pools": self._states.pools[places],
            "shares": self._shares[chosen],
            "head": self._head[chosen],
            "known": self._known[chosen],
        }


def _optimiser(plan: Plan) -> optax.GradientTransformation:
    def adam(rate: float) -> optax.GradientTransformation:
        slope = optax.warmup_cosine_decay_schedule(0, rate, int(plan.steps * plan.warm), plan.steps, rate * 0.02)
        return optax.adamw(slope, b2=0.98, weight_decay=plan.decay, mask=lambda tree: jax.tree.map(_decays, tree))

    parts = {"fixed": optax.set_to_zero(), "layers": adam(plan.rate), "heads": adam(plan.rate * plan.heads)}

    def kinds(tree: Tree) -> Tree:
        return {name: jax.tree.map(lambda _, name=name: name, part) for name, part in tree.items()}

    return optax.chain(optax.clip_by_global_norm(plan.clip), optax.multi_transform(parts, kinds))


def _decays(values: Any) -> bool:
    return getattr(values, "ndim", 0) >= 2


def _step(top: Top, heads: Sequence[str], optimiser: optax.GradientTransformation, plan: Plan, spread: float) -> Any:
    def loss(tree: Tree, batch: dict[str, Array], key: Array) -> tuple[Array, dict[str, Array]]:
        mean, logits = top(tree, batch["states"], batch["there"], batch["read"], key)
        known = batch["known"]
        width = known.shape[1]
        each = [jnp.pad(logits[name], ((0, 0), (0, width - logits[name].shape[1]))) for name in heads]
        own = jnp.take_along_axis(jnp.stack(each, 1), batch["head"][:, None, None], 1)[:, 0]
        logs = jnp.where(known, jax.nn.log_softmax(jnp.where(known, own, -1e9), -1), 0)
        aim = plan.smoothing * known / known.sum(1, keepdims=True)
        aim += (1 - plan.smoothing) * batch["shares"]
        said, moved = -(aim * logs).sum(1).mean(), jnp.square(mean - batch["pools"]).sum(1).mean() / spread
        return said + plan.held * moved, {"labels": said, "moved": moved}

    def step(tree: Tree, mean: Tree, state: Any, batch: dict[str, Array], key: Array) -> tuple[Tree, Tree, Any, Any]:
        slope, told = jax.grad(loss, has_aux=True)(tree, batch, key)
        change, state = optimiser.update(slope, state, tree)
        tree = optax.apply_updates(tree, change)
        return tree, jax.tree.map(lambda old, new: plan.mean * old + (1 - plan.mean) * new, mean, tree), state, told

    return jax.jit(step)
