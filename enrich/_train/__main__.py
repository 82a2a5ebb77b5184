"""python -m enrich._train --labelled FOLDER [--cache FOLDER]: fits the heads, writes them with scores and the card.

With `--only intent` in place of the folder it fits `intent` alone, from the texts shipped with it; with `--only tables` it
fits nothing, and judges the shipped models on the shipped texts again.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.findings import INTENTS
from enrich._encoder import Encoder, build_model
from enrich._encoder.vector import Floats
from enrich._train import card, intent, sets
from enrich._train.corpus import describe
from enrich._train.fit import Examples, Wide, fit, joined, without_directions
from enrich._train.keep import write
from enrich._train.score import scores
from enrich._train.sets import EMOTION, SENTIMENT, Split
from enrich._train.texts import Vectors
from enrich._train.topics import judge

STRENGTHS = (1.0, 3.0, 10.0)
Head = tuple[Floats, Floats]
Scores = dict[str, dict[str, float]]


def main() -> None:
    """Encoding takes minutes the first time; vectors are kept in the cache folder."""
    parser = argparse.ArgumentParser(prog="python -m enrich._train")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--labelled", type=Path, help="folder of labelled texts")
    what.add_argument("--only", choices=("intent", "tables"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/klankbord"), help="encoder and vectors")
    given = parser.parse_args()
    with Encoder(build_model(given.cache)) as encoder:
        if given.labelled:
            _fit_all(given, encoder)
        if given.only != "tables":
            (weights, bias), told = intent.teach(encoder)
            write("intent", {"weights": weights, "bias": bias}, INTENTS)
            _remember({"intent": told})
        card.judge(encoder)
    card.write()


def _fit_all(given: argparse.Namespace, encoder: Encoder) -> None:
    vectors = Vectors(encoder, given.cache / "labelled.npz")
    sentiment, emotion = sets.sentiment(given.labelled, vectors), sets.emotion(given.labelled, vectors)
    everyday = [part.vectors for part in (*sentiment.train.values(), *emotion.train.values())]
    write("corpus", describe(everyday))
    projection = without_directions([part.mean(axis=0) for part in everyday])
    report = {
        "encoder": encoder.name,
        "sentiment": _sentiment(sentiment, projection),
        "emotion": _emotion(emotion, projection),
        "topics": judge(encoder),
    }
    _remember(report)


def _remember(report: Mapping[str, object]) -> None:
    """Put these scores in the place of those of the training before."""
    known = json.loads(card.SCORES.read_text(encoding="utf-8"))
    card.SCORES.write_text(json.dumps(known | report, indent=1) + "\n", encoding="utf-8")


def _sentiment(split: Split, projection: Wide) -> Mapping[str, object]:
    """The strength is chosen by languages held out, as Dutch has no labels of its own."""
    held_out = {strength: _unseen_languages(split, strength, projection) for strength in STRENGTHS}
    strength = max(held_out, key=lambda each: _mean(held_out[each]))
    head = fit(joined(list(split.train.values())), strength=strength, projection=projection)
    write("sentiment", {"weights": head[0], "bias": head[1]}, SENTIMENT)
    return {"strength": strength, "unseen": held_out[strength], **_report(head, split, SENTIMENT)}


def _unseen_languages(split: Split, strength: float, projection: Wide) -> Scores:
    found = {}
    for code, judged in split.val.items():
        others = [part for other, part in split.train.items() if other != code]
        found[code] = scores(fit(joined(others), strength=strength, projection=projection), judged, SENTIMENT)
    return found


def _emotion(split: Split, projection: Wide) -> Mapping[str, object]:
    taught = joined(list(split.train.values()))
    heads = {strength: fit(taught, strength=strength, projection=projection) for strength in STRENGTHS}
    judged = {strength: _over(head, split.val, EMOTION) for strength, head in heads.items()}
    strength = max(judged, key=lambda each: _mean(judged[each]))
    head = heads[strength]
    write("emotion", {"weights": head[0], "bias": head[1]}, EMOTION)
    return {"strength": strength, **_report(head, split, EMOTION)}


def _report(head: Head, split: Split, classes: tuple[str, ...]) -> dict[str, Scores]:
    return {"val": _over(head, split.val, classes), "test": _over(head, split.test, classes)}


def _over(head: Head, parts: Mapping[str, Examples], classes: tuple[str, ...]) -> Scores:
    return {name: scores(head, part, classes) for name, part in parts.items()}


def _mean(found: Scores) -> float:
    return float(np.mean([each["macro-F1"] for each in found.values()]))


if __name__ == "__main__":
    main()
