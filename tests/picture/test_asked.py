"""What is asked most: one question in two languages, who asked it, and how often before."""

from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest

from core.document import Placed
from enrich._encoder.vector import pack
from picture import asked
from picture.asked import often
from picture.similar import WIDTH, Ordinary, Similar, Text

AT = datetime(2026, 3, 24, tzinfo=UTC)
RANDOM = np.random.default_rng(11)
MIDDLE = np.asarray(np.eye(WIDTH)[0], dtype=np.float32)
TONGUES = {one: np.asarray(np.eye(WIDTH)[place] * 0.2, dtype=np.float32) for place, one in enumerate(("nl", "en"), 1)}


def direction():
    drawn = RANDOM.normal(size=WIDTH)
    return np.asarray(drawn / np.linalg.norm(drawn) * 0.3, dtype=np.float32)


DOGS, WIFI, LOST = direction(), direction(), direction()


def vector(about, language="nl"):
    return pack(MIDDLE + TONGUES[language] + about + direction() * 0.6)


def question(name, about, language="nl", author=None):
    return Placed(
        mention=name, author=author or f"of-{name}", vector=vector(about, language), language=language, created_at=AT, arrived_at=AT
    )  # fmt: skip


def said():
    """Six ask about dogs in two languages, four about wifi, two about what is lost, and three hundred something of their own each."""
    return [
        *(question(f"dog-{language}{n}", DOGS, language) for language in ("nl", "en") for n in range(3)),
        *(question(f"wifi{n}", WIFI) for n in range(4)),
        *(question(f"lost{n}", LOST) for n in range(2)),
        *(question(f"own{n}", direction(), ("nl", "en")[n % 2]) for n in range(300)),
    ]


@pytest.fixture
def similar():
    return Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32) / WIDTH))


def kinds(found):
    return [{mention.rstrip("0123456789").partition("-")[0] for mention in one.mentions} for one in found]


def test_a_question_in_two_languages_is_one_and_what_two_ask_is_none(similar):
    found = often(said(), None, [], similar)
    assert kinds(found) == [{"dog"}, {"wifi"}]
    assert [one.askers for one in found] == [6, 4]
    assert dict(found[0].languages) == {"nl": 3, "en": 3}
    assert found[0].before is None


def test_the_order_in_which_they_come_makes_no_difference(similar):
    talk = said()
    first = often(talk, None, [], similar)
    again = often(
        Random(3).sample(talk, len(talk)), None, [], Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32) / WIDTH))
    )
    assert [one.mentions for one in first] == [one.mentions for one in again]


def test_who_asks_again_and_again_is_one_who_asks(similar):
    talk = [*(question(f"wifi{n}", WIFI, author="one") for n in range(5)), *said()[:6]]
    assert kinds(often(talk, None, [], similar)) == [{"dog"}]


def test_the_span_before_is_counted_by_the_same_measure(similar):
    before = [
        *(question(f"before{n}", DOGS, "en") for n in range(2)),
        *(question(f"other{n}", direction()) for n in range(9)),
    ]
    found = often(said(), before, [], similar)
    assert [one.before for one in found] == [2, 0]


def test_a_text_that_asks_the_same_guides_to_it(similar):
    guides = [Text("dogs", vector(DOGS, "en"), "en"), Text("prices", vector(direction()), "nl")]
    found = often(said(), None, guides, similar)
    assert [one.guides for one in found] == [("dogs",), ()]


def test_those_beyond_what_groups_are_made_of_join_them(similar, monkeypatch):
    monkeypatch.setattr(asked, "LINKED", 150)
    talk = [*said(), *(question(f"dog-more{n}", DOGS) for n in range(60))]
    found = often(talk, None, [], similar)
    assert len(found[0].mentions) > 60
    assert kinds(found)[0] == {"dog"}


def test_no_question_is_asked_where_nobody_asks(similar):
    assert often([], [], [], similar) == []
