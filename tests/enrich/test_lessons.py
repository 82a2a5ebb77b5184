"""What teaches: joined texts know their parts, own texts their tone, no text that judges is among them."""

from random import Random

import numpy as np
from jax.random import PRNGKey

from enrich._encoder import sources
from enrich._encoder.weights import read_weights
from enrich._train import lessons, written
from enrich._train.joined import joined
from enrich._train.own import tones
from enrich._train.sets import SENTIMENT, Split, Texts
from enrich._train.states import States
from enrich._train.top import begin

SHORT = Texts(
    ["Niets werkt hier, echt waardeloos.", "Het is dinsdag vandaag.", "Prachtige rit gehad vandaag!"],
    np.array([0, 1, 2]),
    [True] * 3,
)


def test_a_joined_text_is_both_texts_and_each_part_has_its_own_tone() -> None:
    for part in joined(SHORT, "nl", 40, Random(1)):
        said = SHORT.texts[part.place].rstrip(".!")[1:]
        assert said in part.text[part.start : part.end]
    first, second = joined(SHORT, "nl", 1, Random(3))
    assert (first.text, first.start, first.end) == (second.text, 0, second.start)
    assert second.end == len(second.text)


def test_most_joined_texts_are_for_one_thing_and_against_another() -> None:
    parts = joined(SHORT, "nl", 200, Random(2))
    opposite = sum({one.place, other.place} == {0, 2} for one, other in zip(parts[::2], parts[1::2], strict=True))
    assert 120 < opposite < 180


def test_the_tokens_of_a_part_are_those_that_are_read_of_it_in_serving(encoder) -> None:
    parts = joined(SHORT, "nl", 10, Random(4))
    given = lessons.material([part.text for part in parts], lambda texts: _empty(encoder.pieces.ids(texts)))
    taught = lessons.of_parts(given, encoder.pieces, parts, 1.0)
    for part, (first, last) in zip(parts, taught.read, strict=True):
        start, end = encoder.pieces.places(part.text)[first][0], encoder.pieces.places(part.text)[last - 1][1]
        assert part.text[start:end].strip() == part.text[part.start : part.end].strip()


def _empty(ids):
    starts = np.cumsum([0, *map(len, ids)])
    return States(np.zeros((starts[-1], 384), np.float16), starts, np.zeros((len(ids), 384), np.float32))


def test_own_texts_that_judge_never_teach_their_tone() -> None:
    teaching, judging = tones(), tones(judging=True)
    for code in ("nl", "en"):
        assert len(teaching[code].texts) > 150
        assert not set(teaching[code].texts) & set(judging[code].texts)
        assert all(written.judges(row) for row in written.read(f"intent.{code}") if row.text in judging[code].texts)


def test_each_class_of_a_set_is_drawn_as_often_as_the_others() -> None:
    uneven = Texts(["a", "b", "c", "d"], np.array([0, 0, 0, 2]), [True] * 3)
    drawn = lessons.labelled(_known(uneven), {"sentiment": Split({"xx": uneven}, {}, {})}, {"sentiment": 2.0})[0].drawn
    assert np.allclose([drawn[:3].sum(), drawn[3]], 1.0)


def test_what_a_head_says_itself_is_taught_as_shares(encoder) -> None:
    weights = read_weights(sources.read(sources.WEIGHTS))
    tree = {"layers": [], "heads": begin(weights, {"sentiment": SENTIMENT}, PRNGKey(0))["heads"]}
    given = lessons.material(SHORT.texts, lambda texts: _empty(encoder.pieces.ids(texts)))
    places = given.places(SHORT.texts)
    logits = lessons.answers(tree, weights, given.states, places)["sentiment"]
    taught = lessons.said("sentiment", places, logits, 3.0)
    assert np.allclose(taught.shares, 1 / 3)
    assert np.isclose(taught.drawn.sum(), 3.0)


def _known(part: Texts) -> lessons.Material:
    return lessons.material(part.texts, lambda texts: _empty([[0]] * len(texts)))
