"""Trains what reads the encoder's states, from the folder of labelled texts to the files in enrich/models and their scores."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import msgspec
import numpy as np

from enrich._encoder import Encoder, build_model, pack, sources
from enrich._encoder.build import tuned_weights
from enrich._encoder.encoder import PIECES, REFERENCE, REFERENCE_TEXT
from enrich._encoder.forward import Network
from enrich._encoder.pieces import Pieces
from enrich._encoder.tokenizer import sentencepiece_model
from enrich._encoder.vector import Floats, softmax
from enrich._encoder.weights import Weights, read_weights
from enrich._evaluation import scoring
from enrich._train import sets, ship
from enrich._train.calibrate import FEWEST, temperature
from enrich._train.corpus import PART, describe
from enrich._train.keep import write
from enrich._train.score import judged
from enrich._train.sets import HEADS, Split, Texts
from enrich._train.states import built, states_of, untuned
from enrich._train.top import Tree, begin
from enrich._train.tune import Plan, Progress, Taught, tune


class Run(msgspec.Struct, frozen=True):
    """One of several from the same weights, whose mean is shipped.

    `shares` says how often a text of each head is drawn, against the others.
    """

    seed: int
    plan: Plan
    shares: Mapping[str, float]


_MORE_TONE = {"sentiment": 6.0, "emotion": 3.0, "toxicity": 0.7}
RUNS = (
    Run(0, Plan(steps=2400, rate=1.3e-4, held=1.0), {"sentiment": 5.0, "emotion": 3.0, "toxicity": 1.0}),
    Run(0, Plan(steps=3600, rate=2e-4, held=0.25), _MORE_TONE),
    Run(1, Plan(steps=3000, rate=2e-4, held=0.25), _MORE_TONE),
)

REFITTED = {
    "sentiment": Plan(steps=1500, rate=6.25e-6, held=0.0),
    "emotion": Plan(steps=1500, rate=1.25e-4, held=0.0),
}
"""Heads that are fitted once more on the finished layers."""
OFTENER = {"nl, subtitles": np.float32(3)}
"""A small set in a language that has no other is drawn so much more often then."""


def teach(labelled: Path, cache: Path, *, progress: Progress) -> Mapping[str, Any]:
    """Writes the files and returns the scores. Takes an hour on two cores that nobody shares; gigabytes of memory."""
    splits = {
        "sentiment": sets.sentiment(labelled),
        "emotion": sets.emotion(labelled),
        "toxicity": sets.toxicity(labelled),
    }
    weights = read_weights(sources.read(sources.WEIGHTS))
    with _vocabulary() as pieces:
        tree = _tuned(weights, pieces, splits, progress)
    return publish(tree, weights, splits, cache)


def publish(tree: Tree, weights: Weights, splits: Mapping[str, Split], cache: Path) -> Mapping[str, Any]:
    """Write what was tuned, build the encoder from it, fit the heads once more on what that one says, calibrate and judge."""
    ship.write_change(ship.change(weights, tree))
    _write_heads(tree["heads"])
    _refer()
    with Encoder(build_model(cache)) as encoder, built(tuned_weights(), threads=2) as network:
        heads = tree["heads"] | {
            head: _refitted(head, tree["heads"][head], _final(head, splits[head], encoder.pieces, network), weights)
            for head in REFITTED
        }
    _write_heads(heads)
    with Encoder(build_model(cache)) as encoder:
        write("corpus", describe([encoder.encode(part.texts[:PART]) for part in _everyday(splits)]))
        judged_heads = {head: _judged(head, heads[head], split, encoder) for head, split in splits.items()}
        return {"encoder": encoder.name, **judged_heads}


def _write_heads(heads: Mapping[str, Mapping[str, Floats]]) -> None:
    for head, labels in HEADS.items():
        ship.write_head(head, heads[head], labels, {}, 1.0)


def _final(head: str, split: Split, pieces: Pieces, network: Network) -> list[Taught]:
    """What teaches a head, on the last states of the engine that serves: those differ a little from what training saw."""
    return [
        Taught(
            head,
            states_of(pieces.ids(part.texts), network),
            part.classes,
            part.known,
            _drawn(part, split) * OFTENER.get(name, 1),
        )
        for name, part in split.train.items()
    ]


def _refitted(head: str, fitted: Tree, taught: Sequence[Taught], weights: Weights) -> Tree:
    """The head alone, going on from where it is."""
    tree, labels, plan = {"layers": [], "heads": {head: fitted}}, {head: HEADS[head]}, REFITTED[head]
    return tune(weights, tree, labels, taught, plan=plan, seed=3, progress=lambda *_: None)["heads"][head]


@contextmanager
def _vocabulary() -> Iterator[Pieces]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / PIECES
        path.write_bytes(sentencepiece_model(sources.read(sources.TOKENIZER)))
        yield Pieces(path)


def _tuned(weights: Weights, pieces: Pieces, splits: Mapping[str, Split], progress: Progress) -> Tree:
    parts = [(head, part, split) for head, split in splits.items() for part in split.train.values()]
    with untuned(weights, threads=2) as base:
        states = [base.states(pieces.ids(part.texts)) for _, part, _ in parts]
    begun = begin(weights, HEADS, jax.random.PRNGKey(0))
    trees = []
    for run in RUNS:
        taught = [
            Taught(head, own, part.classes, part.known, _drawn(part, split) * run.shares[head])
            for (head, part, split), own in zip(parts, states, strict=True)
        ]
        trees.append(tune(weights, begun, HEADS, taught, plan=run.plan, seed=run.seed, progress=progress))
    return jax.tree.map(lambda *each: np.mean(each, axis=0), *trees)


def _drawn(part: Texts, split: Split) -> Floats:
    """Sets of a head are drawn by their size; where classes are not alike in number, each as often as the others."""
    size = sum(len(other.texts) for other in split.train.values())
    counts = np.bincount(part.classes, minlength=len(part.known))
    even = len(part.classes) / (np.maximum(counts, 1) * np.count_nonzero(counts))
    return np.asarray(even[part.classes] / size, dtype=np.float32)


def _refer() -> None:
    """Write the vector by which a built encoder is known to answer as it should."""
    found: list[Floats] = []
    with _vocabulary() as pieces, built(tuned_weights(), threads=1) as network:
        network.forward(pieces.ids([REFERENCE_TEXT]), lambda _, states: found.append(states.mean(axis=0)))
    REFERENCE.write_bytes(pack(found[0]))


def _everyday(splits: Mapping[str, Split]) -> Sequence[Texts]:
    return [part for head in ("sentiment", "emotion") for part in splits[head].train.values()]


def _judged(head: str, fitted: Tree, split: Split, encoder: Encoder) -> Mapping[str, Any]:
    """Temperatures are fitted on the validation texts and written; then every text that did not teach is judged."""
    logits = {name: _logits(head, part, encoder) for name, part in split.val.items()}
    several = {name: part for name, part in split.val.items() if len(part.texts) >= FEWEST and name in sets.LANGUAGES}
    own = {name: temperature(logits[name], part.classes) for name, part in several.items()}
    together = np.concatenate(list(logits.values())), np.concatenate([part.classes for part in split.val.values()])
    otherwise = temperature(*together)
    ship.write_head(head, fitted, HEADS[head], own, otherwise)
    val = {name: _scores(logits[name], part, own.get(name, otherwise), HEADS[head]) for name, part in split.val.items()}
    test = {
        name: _scores(_logits(head, part, encoder), part, own.get(name, otherwise), HEADS[head])
        for name, part in split.test.items()
    }
    return {"temperatures": {**own, "otherwise": otherwise}, "val": val, "test": test}


def _scores(logits: Floats, part: Texts, warmth: float, labels: Sequence[str]) -> dict[str, float]:
    """Macro-F1 with its 95 % interval, F1 by label, and the calibration error at that temperature and at 1."""
    truth, given = (np.eye(len(labels), dtype=bool)[places] for places in (part.classes, logits.argmax(axis=1)))
    low, high = scoring.interval(truth, given)
    right = logits.argmax(axis=1) == part.classes
    errors = [
        scoring.calibration_error(softmax(logits / each).max(axis=1).astype(np.float64), right) for each in (warmth, 1)
    ]
    found = judged(logits, part.classes, labels)
    more = {"low": low, "high": high, "calibration error": errors[0], "calibration error before": errors[1]}
    return found | {name: round(float(value), 3) for name, value in more.items()}


def _logits(head: str, part: Texts, encoder: Encoder) -> Floats:
    """(n, labels) as served, -inf for labels that the set does not know."""
    _, readings = encoder.read(part.texts)
    found = np.array([reading.logits(head) for reading in readings], dtype=np.float32)
    return np.where(part.known, found, -np.inf).astype(np.float32)
