"""python -m enrich._train --labelled FOLDER [--cache FOLDER]: fits the heads, writes them with scores and the card."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from enrich._encoder import Encoder, build_model
from enrich._encoder.vector import Floats
from enrich._head import MODELS
from enrich._train import card, sets
from enrich._train.corpus import describe
from enrich._train.fit import Examples, Wide, fit, joined, without_directions
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
    parser.add_argument("--labelled", type=Path, required=True, help="folder of labelled texts")
    parser.add_argument("--cache", type=Path, default=Path(".cache/klankbord"), help="encoder and vectors")
    given = parser.parse_args()
    with Encoder(build_model(given.cache)) as encoder:
        vectors = Vectors(encoder, given.cache / "labelled.npz")
        sentiment, emotion = sets.sentiment(given.labelled, vectors), sets.emotion(given.labelled, vectors)
        everyday = [part.vectors for part in (*sentiment.train.values(), *emotion.train.values())]
        _write("corpus", describe(everyday))
        projection = without_directions([part.mean(axis=0) for part in everyday])
        report = {
            "encoder": encoder.name,
            "sentiment": _sentiment(sentiment, projection),
            "emotion": _emotion(emotion, projection),
            "topics": judge(encoder),
        }
    card.SCORES.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    card.CARD.write_text(card.render(report), encoding="utf-8")


def _sentiment(split: Split, projection: Wide) -> Mapping[str, object]:
    """The strength is chosen by languages held out, as Dutch has no labels of its own."""
    held_out = {strength: _unseen_languages(split, strength, projection) for strength in STRENGTHS}
    strength = max(held_out, key=lambda each: _mean(held_out[each]))
    head = fit(joined(list(split.train.values())), strength=strength, projection=projection)
    _write("sentiment", {"weights": head[0], "bias": head[1]}, SENTIMENT)
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
    _write("emotion", {"weights": head[0], "bias": head[1]}, EMOTION)
    return {"strength": strength, **_report(head, split, EMOTION)}


def _report(head: Head, split: Split, classes: tuple[str, ...]) -> dict[str, Scores]:
    return {"val": _over(head, split.val, classes), "test": _over(head, split.test, classes)}


def _over(head: Head, parts: Mapping[str, Examples], classes: tuple[str, ...]) -> Scores:
    return {name: scores(head, part, classes) for name, part in parts.items()}


def _mean(found: Scores) -> float:
    return float(np.mean([each["macro-F1"] for each in found.values()]))


def _write(name: str, arrays: Mapping[str, Floats], labels: tuple[str, ...] = ()) -> None:
    stored: dict[str, Any] = {key: value.astype(np.float16) for key, value in arrays.items()}  # savez is typed loosely
    if labels:
        stored["labels"] = np.array(labels)
    np.savez(MODELS / f"{name}.npz", **stored)


if __name__ == "__main__":
    main()
