"""Judges the topics recipe on 60 short texts written for it, in Dutch and English, sixteen of them about no topic."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from enrich._corpus import load_corpus
from enrich._encoder import Encoder
from enrich._encoder.vector import Floats
from enrich._normalise import normalise
from enrich.topics import OTHER, Settings, Topic, Topics

TEXTS = Path(__file__).parent / "topics.json"


def own_texts() -> tuple[Settings, list[tuple[str, set[str]]]]:
    """The topics as settings, and each text with the names that are right for it."""
    content: dict[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))
    settings = Settings(topics={name: Topic(**topic) for name, topic in content["topics"].items()})
    return settings, [(row["text"], set(row["topics"]) or {OTHER}) for row in content["texts"]]


def judge(encoder: Encoder) -> dict[str, float]:
    """Exact match over all texts, accuracy of the best topic, and the area under the curve of topic against none."""
    settings, rows = own_texts()
    topics = Topics(settings, load_corpus())
    topics.prepare(lambda texts: [row.tobytes() for row in encoder.encode(texts)])
    vectors = encoder.encode([normalise(text) for text, _ in rows])
    strengths = topics.strengths(vectors)
    return _judged(strengths, [set(topics.labels(row)) for row in strengths.tolist()], list(settings.topics), rows)


def _judged(
    strengths: Floats, found: list[set[str]], names: list[str], rows: list[tuple[str, set[str]]]
) -> dict[str, float]:
    right = [names_right for _, names_right in rows]
    about = np.array([OTHER not in each for each in right])
    strongest = strengths.max(axis=1)
    best = [names[place] in each for place, each in zip(strengths.argmax(axis=1), right, strict=True)]
    exact = [own == each for own, each in zip(found, right, strict=True)]
    return {
        "exact": round(float(np.mean(exact)), 3),
        "best topic right": round(float(np.mean(np.array(best)[about])), 3),
        "topic against none, AUC": round(float((strongest[about][:, None] > strongest[~about]).mean()), 3),
    }
