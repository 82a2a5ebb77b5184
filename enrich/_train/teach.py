"""Trains what reads the encoder's states, from the folder of labelled texts to the files in enrich/models and their scores."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from enrich._encoder.vector import Floats
from enrich._encoder.weights import Weights, read_weights
from enrich._train import lessons, sets, ship
from enrich._train.corpus import PART, describe
from enrich._train.finished import Finished
from enrich._train.joined import Part
from enrich._train.judging import judge
from enrich._train.keep import write
from enrich._train.lessons import Material, material
from enrich._train.own import tones
from enrich._train.sets import HEADS, Split, Texts
from enrich._train.states import built, states_of, untuned
from enrich._train.top import Tree, begin
from enrich._train.tune import Plan, Progress, Taught, digest, tune


class Run(msgspec.Struct, frozen=True):
    """`shares` says how often a text of each head is drawn, against the others."""

    seed: int
    plan: Plan
    shares: Mapping[str, float]


SHARES = {"sentiment": 6.0, "emotion": 3.0, "toxicity": 0.7}
FIRST = (
    Run(0, Plan(steps=2400, rate=1.3e-4, held=1.0), {"sentiment": 5.0, "emotion": 3.0, "toxicity": 1.0}),
    Run(0, Plan(steps=3600, rate=2e-4, held=0.25), SHARES),
    Run(1, Plan(steps=3000, rate=2e-4, held=0.25), SHARES),
)
"""All on the labelled sets and from the same weights; their mean goes on."""
FIXED = 3
"""So many layers above the lower ones stay as they are in those."""
SECOND = (
    Run(0, Plan(steps=2000, rate=1e-4, heads=2.0, held=0.3), SHARES),
    Run(1, Plan(steps=2200, rate=7e-5, heads=2.0, held=0.3), SHARES),
)
"""On those, own texts, joined ones, and what the heads say of each other's texts; their mean is shipped."""
OWN, JOINED = 0.45, 1.1
"""How often an own and a joined text is drawn then."""
SAID = {"sentiment": 2.7, "emotion": 1.35}
"""How often a text of other heads is drawn for these."""
REFITTED = Plan(steps=1500, rate=6.25e-6, held=0.0)
"""The head of tone is fitted once more on the finished layers."""


def teach(labelled: Path, cache: Path, *, progress: Progress) -> Mapping[str, Any]:
    """Writes the files and returns the scores. Takes three hours on two cores that nobody shares; gigabytes of memory.
    What is finished is kept beside the encoder, so that one that was ended goes on from there.
    """
    splits = splits_of(labelled)
    weights = read_weights(sources.read(sources.WEIGHTS))
    with _vocabulary() as pieces:
        tree = _tuned(weights, pieces, splits, Finished(cache / "training"), progress)
    return publish(tree, weights, splits, cache)


def splits_of(labelled: Path) -> Mapping[str, Split]:
    """The sets of each head, in that folder; own texts judge tone besides."""
    tone, own = sets.sentiment(labelled), tones(judging=True)
    judging = {**tone.test, **{f"{code}, own": part for code, part in own.items()}}
    return {
        "sentiment": Split(tone.train, tone.val, judging),
        "emotion": sets.emotion(labelled),
        "toxicity": sets.toxicity(labelled),
    }


def publish(tree: Tree, weights: Weights, splits: Mapping[str, Split], cache: Path) -> Mapping[str, Any]:
    """Write what was tuned, build the encoder from it, fit tone once more on what that one says, calibrate and judge."""
    ship.write_change(ship.change(weights, tree))
    _write_heads(tree["heads"])
    _refer()
    with Encoder(build_model(cache)) as encoder, built(tuned_weights(), threads=2) as network:
        tone = _refitted(tree["heads"]["sentiment"], splits["sentiment"], encoder.pieces, network, weights)
    heads = tree["heads"] | {"sentiment": tone}
    _write_heads(heads)
    with Encoder(build_model(cache)) as encoder:
        write("corpus", describe([encoder.encode(part.texts[:PART]) for part in _everyday(splits)]))
        judged_heads = {head: judge(head, heads[head], split, encoder) for head, split in splits.items()}
        return {"encoder": encoder.name, **judged_heads}


def _write_heads(heads: Mapping[str, Mapping[str, Floats]]) -> None:
    for head, labels in HEADS.items():
        ship.write_head(head, heads[head], labels, {}, 1.0)


def _refitted(fitted: Tree, split: Split, pieces: Pieces, network: Network, weights: Weights) -> Tree:
    """The head of tone alone, going on from where it is, on the states of the engine that serves: those differ a little."""
    parts, labels = _joined(split), {"sentiment": HEADS["sentiment"]}
    given = material(
        [*_texts({"sentiment": split}), *(part.text for part in parts)],
        lambda texts: states_of(pieces.ids(texts), network),
    )
    taught = _of_tone(given, pieces, {"sentiment": split}, parts)
    tree = {"layers": [], "heads": {"sentiment": fitted}}
    tuned = tune(weights, tree, labels, given.states, taught, plan=REFITTED, seed=3, progress=lambda *_: None)
    return tuned["heads"]["sentiment"]


@contextmanager
def _vocabulary() -> Iterator[Pieces]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / PIECES
        path.write_bytes(sentencepiece_model(sources.read(sources.TOKENIZER)))
        yield Pieces(path)


def _tuned(
    weights: Weights, pieces: Pieces, splits: Mapping[str, Split], finished: Finished, progress: Progress
) -> Tree:
    parts = _joined(splits["sentiment"])
    with untuned(weights, threads=2) as base:
        given = material(
            [*_texts(splits), *(part.text for part in parts)],
            lambda texts: finished.states("states", texts, lambda own: base.states(pieces.ids(own))),
        )

    def tuned(begun: Tree, run: Run, taught: Sequence[Taught]) -> Tree:
        made_from = msgspec.json.encode((run, list(given.known), digest(taught)))
        return finished.tree(
            "run", begun, made_from,
            lambda: tune(weights, begun, HEADS, given.states, taught, plan=run.plan, seed=run.seed, progress=progress),
        )  # fmt: skip

    begun = begin(weights, HEADS, jax.random.PRNGKey(0))
    fixed = begun["layers"][:FIXED]
    begun |= {"fixed": fixed, "layers": begun["layers"][FIXED:]}
    tree = _mean(tuned(begun, run, lessons.labelled(given, splits, run.shares)) for run in FIRST)
    tree = {"layers": [*fixed, *tree["layers"]], "heads": tree["heads"]}
    taught = [*_of_tone(given, pieces, splits, parts), *_said(tree, weights, given, splits)]
    return _mean(tuned(tree, run, taught) for run in SECOND)


def _mean(trees: Iterable[Tree]) -> Tree:
    return jax.tree.map(lambda *each: np.mean(each, axis=0), *trees)


def _of_tone(given: Material, pieces: Pieces, splits: Mapping[str, Split], parts: Sequence[Part]) -> list[Taught]:
    return [
        *lessons.labelled(given, splits, SHARES),
        *lessons.own_texts(given, OWN),
        lessons.of_parts(given, pieces, parts, JOINED),
    ]


def _said(tree: Tree, weights: Weights, given: Material, splits: Mapping[str, Split]) -> Iterator[Taught]:
    for head, share in SAID.items():
        places = np.random.default_rng(1).permutation(given.places(_others(head, splits)))[: lessons.MOST_SAID]
        yield lessons.said(head, places, lessons.answers(tree, weights, given.states, places)[head], share)


def _joined(split: Split) -> list[Part]:
    return lessons.joined_texts(split, seed=7)


def _texts(splits: Mapping[str, Split]) -> list[str]:
    """Everything that teaches, but joined texts."""
    own = [text for part in tones().values() for text in part.texts]
    return [text for split in splits.values() for part in split.train.values() for text in part.texts] + own


def _others(head: str, splits: Mapping[str, Split]) -> list[str]:
    """Texts that teach other heads: for the emotion those of tone, for tone all others."""
    names = ("sentiment",) if head == "emotion" else ("emotion", "toxicity")
    return [text for name in names for part in splits[name].train.values() for text in part.texts]


def _refer() -> None:
    """Write the vector by which a built encoder is known to answer as it should."""
    found: list[Floats] = []
    with _vocabulary() as pieces, built(tuned_weights(), threads=1) as network:
        network.forward(pieces.ids([REFERENCE_TEXT]), lambda _, states: found.append(states.mean(axis=0)))
    REFERENCE.write_bytes(pack(found[0]))


def _everyday(splits: Mapping[str, Split]) -> Sequence[Texts]:
    return [part for head in ("sentiment", "emotion") for part in splits[head].train.values()]
