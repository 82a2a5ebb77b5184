"""Which texts teach and which judge: every set read once, copies taken out, a text that judges never teaches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from enrich._train.fit import Examples
from enrich._train.texts import Labelled, Vectors, read, without

SENTIMENT = ("negative", "neutral", "positive")
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "it", "pt")

EMOTION = ("anger", "joy", "sadness", "surprise", "neutral")
# Fear is left out, and texts that show it: a head with it scored .36 there in validation.
_REDDIT = {
    "anger": "anger annoyance disapproval disgust",
    "joy": "joy amusement excitement gratitude love optimism pride relief admiration approval caring desire",
    "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
    "neutral": "neutral",
}
_PLUTCHIK = {1: "anger", 3: "anger", 5: "joy", 6: "sadness", 7: "surprise"}  # 3 is disgust
_TWEETS = {"anger": "anger", "joy": "joy", "sadness": "sadness"}
MOST_OF_A_CLASS = 3000
SUBTITLES_THAT_TEACH = 0.7


class Split(msgspec.Struct, frozen=True):
    """Sets of one head by name: `train` and `val` choose, `test` is only ever reported."""

    train: Mapping[str, Examples]
    val: Mapping[str, Examples]
    test: Mapping[str, Examples]


def sentiment(folder: Path, vectors: Vectors) -> Split:
    """XLM-T's tweets in eight languages; TweetEval's test besides."""
    taken: set[str] = set()

    def examples(name: str) -> Examples:
        rows = without(read(folder / f"sentiment_{name}.jsonl.gz"), taken)
        return _examples([(row, row.label) for row in rows], SENTIMENT, SENTIMENT, vectors)

    test = {code: examples(f"xlmt_{code}_test") for code in ("en", "de", "es", "it")}
    test["en, TweetEval"] = examples("tweeteval_en_test3000")
    val = {code: examples(f"xlmt_{code}_val") for code in LANGUAGES}
    return Split({code: examples(f"xlmt_{code}_train") for code in LANGUAGES}, val, test)


def emotion(folder: Path, vectors: Vectors) -> Split:
    """GoEmotions (the only one with a neutral class), TweetEval's tweets, XED's Dutch subtitles."""
    taken: set[str] = set()
    reddit = {word: ours for ours, words in _REDDIT.items() for word in words.split()}

    def examples(name: str, known: Mapping[Any, str]) -> Examples:  # labels are words or numbers, by set
        rows = without(read(folder / f"emotion_{name}.jsonl.gz"), taken)
        return _examples([(row, _one(row.label, known)) for row in rows], EMOTION, tuple(known.values()), vectors)

    test = {"en, Reddit": examples("goemotions_en_test", reddit), "en, tweets": examples("tweeteval_en_test", _TWEETS)}
    val = {"en, Reddit": examples("goemotions_en_dev", reddit), "en, tweets": examples("tweeteval_en_val", _TWEETS)}
    train = {"en, tweets": examples("tweeteval_en_train", _TWEETS)}
    train["en, Reddit"] = _at_most(examples("goemotions_en_train", reddit))
    subtitles = examples("xed_nl", _PLUTCHIK)
    cut = int(len(subtitles.classes) * SUBTITLES_THAT_TEACH)
    train["nl, subtitles"], val["nl, subtitles"] = _slice(subtitles, 0, cut), _slice(subtitles, cut, None)
    return Split(train, val, test)


def _one(label: Any, known: Mapping[Any, str]) -> str | None:
    """The one class that a label or a list of labels stands for; None where it stands for none or several."""
    found = {known.get(each) for each in (label if isinstance(label, list) else [label])}
    return found.pop() if len(found) == 1 else None


def _examples(
    rows: list[tuple[Labelled, str | None]],
    classes: tuple[str, ...],
    known: tuple[str, ...],
    vectors: Vectors,
) -> Examples:
    kept = [(row.text, label) for row, label in rows if label is not None]
    places = np.array([classes.index(label) for _, label in kept])
    flags = np.tile([name in known for name in classes], (len(kept), 1))
    return Examples(vectors.of([text for text, _ in kept]), places, flags)


def _slice(examples: Examples, start: int, stop: int | None) -> Examples:
    return Examples(examples.vectors[start:stop], examples.classes[start:stop], examples.known[start:stop])


def _at_most(examples: Examples) -> Examples:
    """The first texts of each class, so that a large set does not drown the others."""
    found = [np.flatnonzero(examples.classes == place)[:MOST_OF_A_CLASS] for place in range(examples.known.shape[1])]
    kept = np.concatenate(found)
    return Examples(examples.vectors[kept], examples.classes[kept], examples.known[kept])
