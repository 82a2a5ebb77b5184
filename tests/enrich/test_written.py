"""The shipped texts: each stands there once, under a label of its finding; what judges never teaches."""

import json

import pytest

from core.findings import INTENTS
from enrich._encoder import Encoder
from enrich._encoder.shipped import MODELS
from enrich._head import load_head
from enrich._train import intent, written
from enrich._train.fit import fit, joined
from enrich._train.texts import Labelled, without

FILES = [path.stem for path in sorted(written.TEXTS.glob("intent*.txt"))]


@pytest.mark.parametrize("name", FILES)
def test_every_text_has_a_label_and_no_label_is_forgotten(name: str) -> None:
    assert {row.labels[0] for row in written.read(name)} == set(INTENTS)


def test_no_text_stands_twice() -> None:
    rows = [Labelled(row.text, row.labels) for name in FILES for row in written.read(name)]
    assert len(without(rows, set())) == len(rows)


def test_enough_was_written() -> None:
    assert sum(len(written.read(f"intent.{code}")) for code in ("nl", "en")) >= 600


def test_what_judges_is_chosen_by_its_text_alone() -> None:
    rows = written.read("intent.nl")
    chosen = [row for row in rows if written.judges(row)]
    assert 0.1 < len(chosen) / len(rows) < 0.3
    assert [row for row in reversed(rows) if written.judges(row)] == chosen[::-1]


def test_the_shipped_head_is_what_the_texts_give(encoder: Encoder) -> None:
    told = json.loads((MODELS / "scores.json").read_text(encoding="utf-8"))["intent"]
    taught = joined(list(intent.teaching(encoder).values()))
    weights, bias = fit(taught, strength=told["strength"])
    assert told["texts"] == len(taught.classes)
    vectors = encoder.encode([row.text for name in FILES for row in written.read(name)])
    shipped, again = load_head("intent").probabilities(vectors), vectors @ weights + bias
    assert (shipped.argmax(axis=1) == again.argmax(axis=1)).mean() > 0.98
