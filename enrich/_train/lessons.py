"""What is taught: of which texts, or parts of them, which label is said to which head."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

import jax
import msgspec
import numpy as np

from enrich._encoder.pieces import Pieces
from enrich._encoder.vector import Floats, softmax
from enrich._encoder.weights import Weights
from enrich._train.joined import Part, joined
from enrich._train.own import tones
from enrich._train.sets import SENTIMENT, Split, Texts
from enrich._train.states import MOST_TOKENS, Numbers, States
from enrich._train.top import Top, Tree
from enrich._train.tune import LENGTHS, Taught

OFTENER = {"nl, subtitles": np.float32(3), "en, tweets": np.float32(5)}
"""Small sets are drawn so much more often."""
JOINED = {"nl": 1500, "en": 700}
"""How many texts are joined of the own ones, by language; of every set of tweets as many as of the own English ones."""
MOST_SAID = 9000
"""Of a head, as many texts at most."""
_TOGETHER = 64


class Material(msgspec.Struct, frozen=True):
    """The states of some texts, each once."""

    states: States
    known: Mapping[str, int]

    def places(self, texts: Sequence[str]) -> Numbers:
        """Where those texts are among the states."""
        return np.array([self.known[text] for text in texts], dtype=np.int64)


def material(texts: Sequence[str], states: Callable[[Sequence[str]], States]) -> Material:
    """Of these texts, with the states that they have."""
    once = list(dict.fromkeys(texts))
    return Material(states(once), {text: place for place, text in enumerate(once)})


def labelled(given: Material, splits: Mapping[str, Split], shares: Mapping[str, float]) -> list[Taught]:
    """The sets that teach, each head's drawn as often as its share says."""
    return [
        whole(head, given.places(part.texts), part, _drawn(part, split) * shares[head] * OFTENER.get(name, 1))
        for head, split in splits.items()
        for name, part in split.train.items()
    ]


def whole(head: str, places: Numbers, part: Texts, drawn: Floats) -> Taught:
    """Texts read whole, of one label each."""
    ends = np.tile([0, MOST_TOKENS], (len(places), 1))
    return Taught(head, places, _one_each(part.classes, len(part.known)), part.known, drawn, ends)


def own_texts(given: Material, share: float) -> list[Taught]:
    """The tone of texts written for klankbord, of which half that share is Dutch and half English."""
    return [
        whole("sentiment", given.places(part.texts), part, even(part) * np.float32(share / 2 / len(part.texts)))
        for part in tones().values()
    ]


def joined_texts(split: Split, seed: int) -> list[Part]:
    """Parts of texts joined of short tweets and of short own texts."""
    random, own = Random(seed), tones()
    sources = [(part, code, JOINED["en"]) for code, part in split.train.items()]
    sources += [(own[code], code, count) for code, count in JOINED.items()]
    return [part for texts, code, count in sources for part in joined(texts, code, count, random)]


def of_parts(given: Material, pieces: Pieces, parts: Sequence[Part], share: float) -> Taught:
    """The tone of each part, which is read alone."""
    read = np.array([_tokens(pieces, part) for part in parts])
    places = given.places([part.text for part in parts])
    labels = _one_each(np.array([part.place for part in parts]), len(SENTIMENT))
    drawn = np.full(len(parts), share / len(parts), dtype=np.float32)
    return Taught("sentiment", places, labels, [True] * len(SENTIMENT), drawn, read)


def said(head: str, places: Numbers, logits: Floats, share: float) -> Taught:
    """What the head says itself of texts that teach others: it is to go on saying so (knowledge distillation, Hinton 2015)."""
    drawn = np.full(len(places), share / len(places), dtype=np.float32)
    ends = np.tile([0, MOST_TOKENS], (len(places), 1))
    return Taught(head, places, softmax(logits), [True] * logits.shape[1], drawn, ends)


def answers(tree: Tree, weights: Weights, states: States, places: Numbers) -> dict[str, Floats]:
    """Logits (n, labels) of every head of the tree, of the whole of each text."""
    run, lengths = jax.jit(Top(weights)), np.searchsorted(LENGTHS, states.lengths[places])
    found = {head: np.zeros((len(places), len(part["bias"])), dtype=np.float32) for head, part in tree["heads"].items()}
    for place, length in enumerate(LENGTHS):
        group = np.flatnonzero(lengths == place)
        for start in range(0, len(group), _TOGETHER):
            rows = group[start : start + _TOGETHER]
            filled = np.resize(rows, _TOGETHER)  # one shape, compiled once
            _, logits = run(tree, *states.padded(places[filled].tolist(), length))
            for head, own in found.items():
                own[rows] = np.asarray(logits[head])[: len(rows)]
    return found


def even(part: Texts) -> Floats:
    """How often each text is drawn where each class is to come as often as the others; 1 on average."""
    counts = np.bincount(part.classes, minlength=len(part.known))
    times = len(part.classes) / (np.maximum(counts, 1) * np.count_nonzero(counts))
    return np.asarray(times[part.classes], dtype=np.float32)


def _drawn(part: Texts, split: Split) -> Floats:
    """Sets of a head are drawn by their size."""
    return even(part) / np.float32(sum(len(other.texts) for other in split.train.values()))


def _one_each(classes: Numbers, labels: int) -> Floats:
    return np.eye(labels, dtype=np.float32)[classes]


def _tokens(pieces: Pieces, part: Part) -> tuple[int, int]:
    """The tokens [first, last) that lie in it, as enrich._encoder.reading takes them; one at least does."""
    inside = [
        place for place, (start, end) in enumerate(pieces.places(part.text)) if start < part.end and end > part.start
    ]
    return inside[0], inside[-1] + 1
