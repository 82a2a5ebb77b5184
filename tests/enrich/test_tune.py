"""Tuning on a handful of texts: the same arithmetic as serving, something learnt, the mean pool held, repeatable."""

import jax
import numpy as np
import pytest

from enrich._encoder import sources
from enrich._encoder.reading import Head, Reader
from enrich._encoder.weights import read_weights
from enrich._train import ship
from enrich._train.states import LOWER, untuned
from enrich._train.top import Top, begin, layer_of
from enrich._train.tune import Plan, Taught, tune

GOOD = ["wat fijn", "heel blij mee", "so happy", "love this", "top gedaan", "great work", "echt geweldig", "thank you"]
BAD = ["wat slecht", "heel boos om", "so angry", "hate this", "waardeloos", "bad work", "echt vreselijk", "go away"]
LABELS = {"sentiment": ("negative", "positive"), "toxicity": ("none", "offensive")}
KEY = jax.random.PRNGKey(0)
PLAN = Plan(steps=25, rate=5e-4, held=0.25)


@pytest.fixture(scope="module")
def weights():
    return read_weights(sources.read(sources.WEIGHTS))


@pytest.fixture(scope="module")
def taught(weights, encoder):
    with untuned(weights, threads=2) as base:
        states = base.states(encoder.pieces.ids([*BAD, *GOOD]))
    classes = np.repeat([0, 1], len(GOOD))
    even = np.ones(len(classes), dtype=np.float32)
    return [
        Taught("sentiment", states, classes, (True, True), even),
        Taught("toxicity", states, classes, (True, False), even / 9),
    ]


@pytest.fixture(scope="module")
def learnt(weights, taught):
    told = []
    tree = tune(
        weights,
        begin(weights, LABELS, KEY),
        LABELS,
        taught,
        plan=PLAN,
        seed=1,
        progress=lambda step, one: told.append((step, one)),
    )
    return tree, told


def all_of(taught):
    states = taught[0].states
    return states.padded(range(len(states.lengths)), int(states.lengths.max()))


def test_the_top_does_in_training_what_the_engine_does_in_serving(weights, taught, learnt) -> None:
    untouched = [layer_of(weights, place) for place in range(LOWER, weights.shape.layers)]
    base, _ = Top(weights)({"layers": untouched, "heads": learnt[0]["heads"]}, *all_of(taught))
    assert (np.asarray(base) * taught[0].states.pools).sum(axis=1).min() > 0.99


def test_it_learns_and_leaves_the_mean_pool_near(weights, taught, learnt) -> None:
    tree, told = learnt
    pools, logits = Top(weights)(tree, *all_of(taught))
    assert [step for step, _ in told] == list(range(1, PLAN.steps + 1))
    assert (np.asarray(logits["sentiment"]).argmax(axis=1) == taught[0].classes).mean() > 0.8
    assert (np.asarray(pools) * taught[0].states.pools).sum(axis=1).min() > 0.9


def test_the_same_seed_gives_the_same(weights, taught, learnt) -> None:
    again = tune(weights, begin(weights, LABELS, KEY), LABELS, taught, plan=PLAN, seed=1, progress=lambda *_: None)
    assert np.allclose(again["heads"]["sentiment"]["weights"], learnt[0]["heads"]["sentiment"]["weights"], atol=1e-4)


def test_a_head_reads_in_serving_what_it_read_in_training(weights, taught, learnt) -> None:
    head = learnt[0]["heads"]["sentiment"]
    reader = Reader({"sentiment": Head(head["queries"], head["weights"], head["bias"])})
    states, there = all_of(taught)
    _, logits = Top(weights)({"layers": [], "heads": learnt[0]["heads"]}, states, there)
    for place, own in enumerate(there):
        (served,) = reader.logits([reader.columns(states[place, own])])
        assert np.allclose(served, np.asarray(logits["sentiment"])[place], atol=1e-3)


def test_what_is_shipped_is_the_difference(weights, learnt) -> None:
    change = ship.change(weights, learnt[0])
    matrix, bias = learnt[0]["layers"][1]["fi.w"], learnt[0]["layers"][1]["fi.b"]
    assert np.allclose(weights.matrix("l10.fi.w", weights.shape.width) + change["l10.fi.w"], matrix, atol=1e-6)
    assert np.allclose(weights.row("l10.fi.b") + change["l10.fi.b"], bias, atol=1e-6)
