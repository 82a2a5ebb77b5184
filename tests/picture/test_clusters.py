"""What lies together among what is heard, with vectors laid by hand: a thing is a direction, a message leans towards it."""

import numpy as np
import pytest

from picture import clusters, remembered
from picture.clusters import Clusters
from picture.remembered import Heard

WIDTH = 64
NOW = 1_000_000
THING, OTHER = 0, 1


class Talk:
    """Four weeks of messages that have nothing to do with one another, then what is told."""

    def __init__(self, *, before: int = 2_000) -> None:
        self.random = np.random.default_rng(3)
        self.clusters = Clusters(WIDTH)
        hours = np.sort(self.random.integers(NOW - clusters.HOURS + 1, NOW, before)).tolist()
        self.clusters.add([self.heard(f"old{n}", at) for n, at in enumerate(hours)], self.chance(before))
        self.clusters.forward(NOW)

    def chance(self, count: int) -> np.ndarray:
        vectors = self.random.standard_normal((count, WIDTH)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def about(self, thing: int, count: int) -> np.ndarray:
        """Messages of cosine .5 to their thing."""
        beside = self.chance(count)
        beside[:, [THING, OTHER]] = 0
        vectors = beside * (0.75**0.5 / np.linalg.norm(beside, axis=1, keepdims=True))
        vectors[:, thing] = 0.5
        return vectors.astype(np.float32)

    def heard(
        self, name: str, hour: int = NOW, author: str = "", *, live: bool = True, text: int | None = None
    ) -> Heard:
        return Heard(name, author or f"of {name}", hour, live, hash(name) if text is None else text)

    def tell(self, name: str, vectors: np.ndarray, **more) -> None:
        self.clusters.add([self.heard(f"{name}{n}", **more) for n in range(len(vectors))], vectors)


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_what_many_say_at_once_emerges_and_chance_does_not(talk):
    talk.tell("beside", talk.chance(40))
    assert not talk.clusters.risen()
    talk.tell("thing", talk.about(THING, 10))
    (found,) = talk.clusters.risen()
    assert found.voices >= 9
    assert sum(one.mention.startswith("thing") for one in found.members) >= 9


def test_two_things_are_two_topics(talk):
    talk.tell("one", talk.about(THING, 12))
    talk.tell("other", talk.about(OTHER, 12))
    assert len(talk.clusters.risen()) == 2


def test_what_was_always_said_does_not_emerge(talk):
    for hour in range(NOW - 600, NOW, 3):
        talk.tell(f"always{hour}-", talk.about(THING, 2), hour=hour)
    talk.tell("thing", talk.about(THING, 10))
    assert not talk.clusters.risen()


def test_an_account_and_a_text_speak_once_a_day(talk):
    talk.tell("loud", talk.about(THING, 20), author="loud")
    talk.tell("copy", np.repeat(talk.about(THING, 1), 20, axis=0), text=7)
    almost = np.repeat(talk.about(THING, 1), 20, axis=0) + talk.chance(20) * 0.1
    talk.tell("almost", almost / np.linalg.norm(almost, axis=1, keepdims=True))
    assert not talk.clusters.risen()


def test_a_text_that_is_passed_on_by_thousands_pushes_out_nothing(talk):
    talk.tell("thing", talk.about(THING, 12))
    talk.tell("copy", np.repeat(talk.chance(1), remembered.LATEST, axis=0), text=7)
    assert talk.clusters.risen()


def test_what_was_heard_late_is_no_news(talk):
    talk.tell("late", talk.about(THING, 20), live=False)
    assert not talk.clusters.risen()


def test_what_comes_again_counts_once(talk):
    vectors = talk.about(THING, 4)
    for _ in range(3):
        talk.tell("thing", vectors)
    assert not talk.clusters.risen()


def test_an_edit_moves(talk):
    talk.tell("thing", talk.about(THING, 12))
    assert talk.clusters.risen()
    talk.tell("thing", talk.chance(12), text=9)
    assert not talk.clusters.risen()


@pytest.mark.parametrize(
    "how", [{"mentions": [f"thing{n}" for n in range(8)]}, {"authors": [f"of thing{n}" for n in range(8)]}]
)
def test_what_is_dropped_is_in_no_count_and_no_evidence(talk, how):
    talk.tell("thing", talk.about(THING, 12))
    assert talk.clusters.drop(**how)
    assert not talk.clusters.drop(**how)
    assert not talk.clusters.risen()


def test_a_topic_that_goes_on_keeps_its_id_and_so_it_does_in_who_begins_anew(talk):
    talk.tell("thing", talk.about(THING, 12))
    (first,) = talk.clusters.risen()
    talk.tell("more", talk.about(THING, 12))
    (grown,) = talk.clusters.risen()
    assert (grown.id, grown.voices > first.voices) == (first.id, True)
    again = Talk()
    again.tell("more", again.about(THING, 12))
    again.clusters.knows("a name", ["more1", "more2", "more3", "unheard"])
    assert [one.id for one in again.clusters.risen()] == ["a name"]


def test_it_ends_when_nobody_speaks_of_it_any_more(talk):
    talk.tell("thing", talk.about(THING, 12))
    assert talk.clusters.risen()
    talk.clusters.forward(NOW + clusters.LONGEST)
    assert not talk.clusters.risen()


def test_more_than_is_kept_is_stood_for_by_a_sample(monkeypatch):
    monkeypatch.setattr(remembered, "LATEST", 300)
    monkeypatch.setattr(remembered, "SAMPLED", 300)
    monkeypatch.setattr(clusters, "LATEST", 300)
    talk = Talk(before=0)
    for hour in range(NOW - 600, NOW):
        talk.tell(f"always{hour}-", np.concatenate([talk.about(THING, 1), talk.chance(4)]), hour=hour)
    talk.tell("thing", talk.about(THING, 12))
    assert not talk.clusters.risen()


def test_the_same_messages_say_the_same():
    one, other = Talk(), Talk()
    for talk in (one, other):
        talk.tell("thing", talk.about(THING, 12))
    assert one.clusters.risen() == other.clusters.risen()
