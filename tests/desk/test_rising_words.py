"""Which words tell a rising topic to others: no name of an author, of the staff, or of a third person."""

from datetime import UTC, datetime

import pytest

from core.document import Stored
from core.types import Author, Enriched, Mention
from desk.rising_words import nameless, own_words
from picture.emerged import Emerging
from playbook.sections import Playbook, Topic

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLAYBOOK = Playbook(topics={"stations": Topic(description="Stations", keywords={"nl": ("Assen", "perron")})})


def topic(texts, words):
    def stored(place, text):
        author = Author(id=f"file:{place}", name="Karel Quasimodo", handle="kq")
        mention = Mention(
            id=f"file:m{place}", source="file", author=author, text=text, created_at=AT, seen_at=AT, mentions=("wilma",)
        )
        return Stored(enriched=Enriched(mention=mention))

    return Emerging(
        id="t", mentions=tuple(stored(*one) for one in enumerate(texts)), voices=len(texts), usual=0.5, hours=24,
        words={"nl": words}, authors=len(texts), languages=(), sources=(), topics=(), trend=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word", "told"),
    [
        ("poortjes kapot", "poortjes", True),
        ("Jansen van de balie", "Jansen", False),
        ("de balie van Zwolle", "Zwolle", False),
        ("het perron van Assen", "Assen", True),
        ("Noorderlijn rijdt niet", "Noorderlijn", True),
        ("quasimodo zegt iets", "quasimodo", False),
        ("wilma weet het", "wilma", False),
        ("de hulp van poortvliet", "poortvliet", False),
    ],
)
def test_a_word_is_told_unless_it_may_be_a_name(text, word, told):
    found = nameless(topic([text] * 5, (word,)), ["B. Poortvliet"], own_words(PLAYBOOK, "Noorderlijn"))
    assert found.words == ({"nl": (word,)} if told else {})


def test_a_word_that_is_mostly_written_small_is_no_name():
    said = ["Poortjes kapot", "de poortjes", "geen poortjes"]
    assert nameless(topic(said, ("poortjes",)), [], frozenset()).words == {"nl": ("poortjes",)}
    assert nameless(topic(said[:2], ("poortjes",)), [], frozenset()).words == {}
