"""What is most like a text is found among all that are held, seen from the middle of its language; what is dropped is gone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich._encoder.vector import pack, unpack
from picture.similar import BLOCK, GROWN, LIKELY, PRIOR, WIDTH, Ordinary, Similar, Text

RANDOM = np.random.default_rng(7)
MIDDLE = np.asarray(np.eye(WIDTH)[0], dtype=np.float32)
TONGUES = {one: np.asarray(np.eye(WIDTH)[place] * 0.5, dtype=np.float32) for place, one in enumerate(("nl", "en"), 1)}
ROUND = Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32) / WIDTH)


def direction():
    drawn = RANDOM.normal(size=WIDTH)
    return np.asarray(drawn / np.linalg.norm(drawn) * 0.3, dtype=np.float32)


def vector(about, language="nl", chance=0.3):
    """Something said about it in that language, by another each time."""
    return pack(MIDDLE + TONGUES[language] + about + direction() * chance)


def texts(count, language="nl"):
    return [Text(f"{language}{number}", vector(direction(), language), language) for number in range(count)]


@pytest.fixture
def similar():
    made = Similar(ROUND)
    made.put([*texts(300), *texts(300, "en")])
    return made


def names(near):
    return [one.id for one in near]


def test_what_is_about_the_same_is_found_in_both_languages(similar):
    about = direction()
    similar.put([Text("mine", vector(about), "nl"), Text("theirs", vector(about, "en"), "en")])
    near = similar.nearest(vector(about), "nl", 5)
    assert names(near)[:2] == ["mine", "theirs"] or names(near)[:2] == ["theirs", "mine"]
    assert near[1].likeness > 0.7
    assert near[2].likeness < 0.4


def test_it_is_the_exact_cosine_from_the_middles_it_learned(similar):
    similar.learn()
    held = {one: vector(direction(), "nl") for one in ("a", "b")}
    similar.put(Text(one, value, "nl") for one, value in held.items())
    asked = vector(direction(), "en")
    seen = {one.id: one.likeness for one in similar.nearest(asked, "en", 2, among=["a", "b"])}
    mirrored = {one: next(near.likeness for near in _alone(similar, value, "nl", asked)) for one, value in held.items()}
    assert seen == pytest.approx(mirrored, abs=1e-4)


def _alone(similar, value, language, asked):
    """The same two the other way round."""
    similar.put([Text("asked", asked, "en")])
    return similar.nearest(value, language, 1, among=["asked"])


def test_the_same_text_is_as_like_as_can_be(similar):
    same = vector(direction())
    similar.put([Text("same", same, "nl")])
    assert similar.nearest(same, "nl", 1)[0] == ("same", pytest.approx(1, abs=1e-4))
    assert "same" not in names(similar.nearest(same, "nl", 5, without="same"))


def test_what_is_dropped_is_gone_and_the_others_stay(similar):
    about = direction()
    similar.put([Text(f"gone{number}", vector(about), "nl") for number in range(3)])
    similar.put([Text("last", vector(about, chance=0.1), "nl")])
    similar.drop(["gone0", "nl0", "gone1", "nobody", "gone2"])
    assert names(similar.nearest(vector(about), "nl", 1)) == ["last"]
    assert len(similar) == 600
    assert not {"gone0", "nl0"} & {*similar.ids}
    assert names(similar.nearest(vector(about), "nl", 5, among=["gone0", "last"])) == ["last"]


def test_an_id_that_is_put_again_is_what_it_is_now(similar):
    about = direction()
    similar.put([Text("nl0", vector(about), "nl")])
    assert (names(similar.nearest(vector(about), "nl", 1)), len(similar)) == (["nl0"], 600)


def test_it_grows_beyond_its_blocks_and_learns_as_it_does():
    similar = Similar(ROUND)
    for _ in range(3):
        similar.put([Text(str(RANDOM.integers(1 << 60)), vector(direction()), "nl") for _ in range(BLOCK)])
    about = direction()
    similar.put([Text("new", vector(about), "nl")])
    assert (len(similar), names(similar.nearest(vector(about), "nl", 1))) == (3 * BLOCK + 1, ["new"])
    assert GROWN > 1
    assert PRIOR < BLOCK


def test_among_more_than_are_compared_the_nearest_are_found_all_the_same():
    """Half of what texts differ by lies in few directions, as it does with the encoder's."""
    wide = np.where(np.arange(WIDTH) < WIDTH // 4, 3.0, 0.5).astype(np.float32)
    drawn = [np.asarray(direction() * wide, dtype=np.float32) for _ in range(2 * LIKELY)]
    similar = Similar(Ordinary(MIDDLE, np.diag(wide**2) / WIDTH))
    similar.put(Text(str(number), pack(MIDDLE + one), "nl") for number, one in enumerate(drawn))
    for one in drawn[:20]:
        asked = pack(MIDDLE + one + direction() * 0.5)
        assert names(similar.nearest(asked, "nl", 5)) == names(similar.nearest(asked, "nl", 5, among=similar.ids))


def test_nothing_of_what_was_dropped_is_left_in_any_column(similar):
    similar.drop(list(similar.ids))
    assert [float(np.abs(column).sum()) for column in similar._columns] == [0] * 5


def test_a_text_that_is_put_again_in_another_language_is_seen_from_there(similar):
    same = vector(direction())
    similar.put([Text("same", same, "nl")])
    similar.put([Text("same", same, "en")])
    assert similar.nearest(same, "nl", 1)[0].likeness < 0.999
    assert similar.nearest(same, "en", 1)[0] == ("same", pytest.approx(1, abs=1e-4))


def test_nothing_is_near_where_nothing_is_held_or_the_vector_is_none(similar):
    empty = Similar(ROUND)
    empty.put([Text("cut", b"1234", "nl")])
    assert (len(empty), empty.nearest(vector(direction()), "nl", 5)) == (0, [])
    assert similar.nearest(b"", "nl", 5) == []
    assert similar.nearest(vector(direction()), "nl", 5, among=[]) == []


def test_a_language_that_was_never_heard_is_seen_from_the_given_middle(similar):
    assert len(similar.nearest(vector(direction()), "fy", 5)) == 5


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=60))
def test_whatever_comes_and_goes_it_holds_what_is_there(steps):
    similar, there = Similar(ROUND), {}
    for puts, number in steps:
        if puts:
            there[str(number)] = vector(direction())
            similar.put([Text(str(number), there[str(number)], "nl")])
        else:
            there.pop(str(number), None)
            similar.drop([str(number)])
    assert {*similar.ids} == there.keys()
    for name, value in there.items():
        assert names(similar.nearest(value, "nl", 1)) == [name]
    assert unpack([*there.values()]).shape[0] == len(there)
