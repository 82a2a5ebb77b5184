"""Tuning on a handful of texts: the same arithmetic as serving, something learnt, the mean pool held, repeatable."""

import jax
import msgspec
import numpy as np
import pytest

from enrich._encoder import sources
from enrich._encoder.reading import Head, Reader
from enrich._encoder.weights import read_weights
from enrich._train import ship
from enrich._train.states import LOWER, untuned
from enrich._train.top import Top, begin, layer_of
from enrich._train.tune import Plan, Taught, digest, tune

GOOD = ["wat fijn", "heel blij mee", "so happy", "love this", "top gedaan", "great work", "echt geweldig", "thank you"]
BAD = ["wat slecht", "heel boos om", "so angry", "hate this", "waardeloos", "bad work", "echt vreselijk", "go away"]
LABELS = {"sentiment": ("negative", "positive"), "toxicity": ("none", "offensive")}
KEY = jax.random.PRNGKey(0)
PLAN = Plan(steps=25, rate=5e-4, held=0.25)


@pytest.fixture(scope="module")
def weights():
    return read_weights(sources.read(sources.WEIGHTS))


@pytest.fixture(scope="module")
def states(weights, encoder):
    with untuned(weights, threads=2) as base:
        return base.states(encoder.pieces.ids([*BAD, *GOOD]))


CLASSES = np.repeat([0, 1], len(GOOD))


@pytest.fixture(scope="module")
def taught():
    places, even = np.arange(len(CLASSES)), np.ones(len(CLASSES), dtype=np.float32)
    shares, read = np.eye(2, dtype=np.float32)[CLASSES], np.tile([0, 96], (len(CLASSES), 1))
    return [
        Taught("sentiment", places, shares, (True, True), even, read),
        Taught("toxicity", places, shares, (True, False), even / 9, read),
    ]


def begun(weights):
    """The last layer alone is tuned: what is compiled is small."""
    tree = begin(weights, LABELS, KEY)
    return tree | {"fixed": tree["layers"][:-1], "layers": tree["layers"][-1:]}


@pytest.fixture(scope="module")
def learnt(weights, states, taught):
    told = []
    tree = tune(
        weights,
        begun(weights),
        LABELS,
        states,
        taught,
        plan=PLAN,
        seed=1,
        progress=lambda step, one: told.append((step, one)),
    )
    return tree, told


def all_of(states):
    return states.padded(range(len(states.lengths)), int(states.lengths.max()))


def test_the_top_does_in_training_what_the_engine_does_in_serving(weights, states, learnt) -> None:
    untouched = [layer_of(weights, place) for place in range(LOWER, weights.shape.layers)]
    base, _ = Top(weights)({"layers": untouched, "heads": learnt[0]["heads"]}, *all_of(states))
    assert (np.asarray(base) * states.pools).sum(axis=1).min() > 0.99


def test_it_learns_and_leaves_the_mean_pool_near(weights, states, learnt) -> None:
    tree, told = learnt
    pools, logits = Top(weights)(tree, *all_of(states))
    assert [step for step, _ in told] == list(range(1, PLAN.steps + 1))
    assert (np.asarray(logits["sentiment"]).argmax(axis=1) == CLASSES).mean() > 0.8
    assert (np.asarray(pools) * states.pools).sum(axis=1).min() > 0.9


def test_the_same_seed_gives_the_same(weights, states, taught, learnt) -> None:
    again = tune(weights, begun(weights), LABELS, states, taught, plan=PLAN, seed=1, progress=lambda *_: None)
    assert np.allclose(again["heads"]["sentiment"]["weights"], learnt[0]["heads"]["sentiment"]["weights"], atol=1e-4)


def test_a_head_reads_in_serving_what_it_read_in_training(weights, states, learnt) -> None:
    head = learnt[0]["heads"]["sentiment"]
    reader = Reader({"sentiment": Head(head["queries"], head["weights"], head["bias"])})
    given, there = all_of(states)
    _, logits = Top(weights)({"layers": [], "heads": learnt[0]["heads"]}, given, there)
    for place, own in enumerate(there):
        (served,) = reader.logits([reader.columns(given[place, own])])
        assert np.allclose(served, np.asarray(logits["sentiment"])[place], atol=1e-3)


def test_what_is_shipped_is_the_difference(weights, learnt) -> None:
    layers = [*learnt[0]["fixed"], *learnt[0]["layers"]]
    change = ship.change(weights, {"layers": layers})
    matrix, bias = layers[-1]["fi.w"], layers[-1]["fi.b"]
    assert np.allclose(weights.matrix("l11.fi.w", weights.shape.width) + change["l11.fi.w"], matrix, atol=1e-6)
    assert np.allclose(weights.row("l11.fi.b") + change["l11.fi.b"], bias, atol=1e-6)
    assert np.abs(change["l11.fi.w"]).max() > 0


def test_a_head_hears_the_tokens_that_are_read_alone(weights, states, learnt) -> None:
    given, there = all_of(states)
    read = there & (np.arange(there.shape[1]) < 4)
    top, tree = Top(weights), {"layers": [], "heads": learnt[0]["heads"]}
    _, part = top(tree, given, there, read)
    _, cut = top(tree, given[:, :4], there[:, :4])
    assert np.allclose(part["sentiment"], cut["sentiment"], atol=1e-4)


def test_fixed_layers_are_run_and_stay(weights, states, learnt) -> None:
    whole, split = begin(weights, LABELS, KEY), begun(weights)
    assert np.allclose(Top(weights)(split, *all_of(states))[0], Top(weights)(whole, *all_of(states))[0], atol=1e-5)
    for before, after in zip(split["fixed"], learnt[0]["fixed"], strict=True):
        assert all(np.array_equal(before[name], after[name]) for name in before)
    assert not np.array_equal(split["layers"][0]["fi.w"], learnt[0]["layers"][0]["fi.w"])


@pytest.mark.parametrize(
    "change",
    [{"head": "toxicity"}, {"known": (True, False)}, *({name: 1} for name in ("places", "shares", "drawn", "read"))],
)
def test_another_lesson_on_the_same_texts_is_another_digest(taught, change):
    first, *rest = taught
    values = {name: getattr(first, name) + value if value == 1 else value for name, value in change.items()}
    assert digest([first, *rest]) == digest(taught)
    assert digest([msgspec.structs.replace(first, **values), *rest]) != digest(taught)
