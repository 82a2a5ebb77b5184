"""Texts as sources count and keep them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Parent, Visibility
from klankbord.player.bluesky_home import _TID, _facet
from klankbord.player.mastodon_home import countable
from publish._counted import weighted
from publish._facets import facets, handles
from publish._tid import tid
from publish._words import graphemes, links, same
from publish._x import LED, Post
from publish.bluesky import Bluesky
from publish.mastodon import _AS_VISIBLE, Mastodon
from tests.publish.doubles.x import _shown

AT = datetime(2026, 3, 2, 9, 30, 15, 123_000, tzinfo=UTC)
NOBODY = Parent(id="mastodon:a/1", author="mastodon:a/2", created_at=AT)
FAMILY = "👩‍👩‍👧"
KEYS = st.text("0123456789abcdef", min_size=32, max_size=32)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("a" * 280, 280),
        ("é" * 280, 280),
        ("e\u0301", 1),
        ("漢字", 4),
        (FAMILY, 2),
        ("👍🏽", 2),
        ("🇳🇱🇧🇪", 4),
        ("1️⃣", 2),
        ("https://noorderlijn.example/een/heel/lang/adres/van/een/storing", 23),
        ("zie https://a.nl.", 4 + 23 + 1),
        ("zie noorderlijn.nl of bel", 4 + 23 + 7),
        ("info@noorderlijn.nl", 19),
        ("“ja” – nee…", 11 + 1),
    ],
)
def test_x_counts_two_for_most_letters_and_emoji_and_23_for_an_address(text, counted):
    assert weighted(text) == counted


@pytest.mark.parametrize(
    ("text", "counted"),
    [("a" * 500, 500), (FAMILY, 1), ("https://a.nl/" + "b" * 400, 23), ("@klant@elders.example hoi", 10)],
)
def test_mastodon_counts_what_is_seen_23_for_an_address_and_of_a_mention_the_name(text, counted):
    assert Mastodon.length(None, text, NOBODY) == counted == countable(text)


@given(TEXTS)
def test_mastodon_counts_as_the_server_does(text):
    assert Mastodon.length(None, text, NOBODY) == countable(text)


@pytest.mark.parametrize(
    ("text", "counted"),
    [("a" * 300, 300), (FAMILY * 100, 180), (FAMILY, 2), ("a" * 301, 301), (("é" * 300), 300), ("", 0)],
)
def test_bluesky_counts_what_is_seen_and_bytes_where_those_are_nearer_to_their_limit(text, counted):
    assert Bluesky.length(None, text, NOBODY) == counted


@given(TEXTS)
def test_what_bluesky_takes_fits_both_limits(text):
    text *= 12
    fits = graphemes(text) <= 300 and len(text.encode()) <= 3_000
    assert (Bluesky.length(None, text, NOBODY) <= 300) == fits


def test_a_record_key_is_of_the_answer_and_sorts_by_time():
    keys = [tid(AT + timedelta(seconds=n), "f" * 32) for n in range(5)]
    assert keys == sorted(set(keys))
    assert tid(AT, "a" * 32) == tid(AT, "a" * 32) != tid(AT, "b" * 32)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), KEYS)
def test_a_record_key_is_a_tid(at, key):
    assert _TID.fullmatch(tid(at, key))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zie https://a.nl/b.", ["https://a.nl/b"]),
        ("(https://a.nl/b_(c))", ["https://a.nl/b_(c)"]),
        ("https://a.nl, en http://b.nl!", ["https://a.nl", "http://b.nl"]),
        ("geen adres: a.nl", []),
    ],
)
def test_an_address_ends_where_the_sentence_does(text, found):
    assert [text[start:end] for start, end in links(text)] == found


def test_facets_are_bytes_of_utf_8():
    text = f"Dag {FAMILY} @klant.example, zie https://a.nl/ë."
    encoded = text.encode()
    found = facets(text, {"klant.example": "did:plc:klant"})
    shown = [encoded[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found]
    assert shown == ["@klant.example", "https://a.nl/ë"]
    assert [one["features"][0].get("did") for one in found] == ["did:plc:klant", None]


@given(TEXTS, TEXTS)
def test_facets_mark_whole_letters_whatever_stands_around(before, after):
    text = f"{before} @klant.example https://a.nl {after}"
    found = facets(text, dict.fromkeys(handles(text), "did:plc:klant"))
    assert len(found) >= 2
    assert all(_facet(one, text.encode()) for one in found)


def test_an_e_mail_address_mentions_nobody():
    assert handles("mail info@noorderlijn.nl of https://a.nl/@klant.example") == []


@given(TEXTS)
def test_what_x_makes_of_a_text_is_known_again(text):
    text = f"{text} https://noorderlijn.example/storing & <meer>"
    shown, urls = _shown(text)
    post = {"id": "1", "text": f"@klant @iemand {shown}", "created_at": AT, "entities": {"urls": urls}}
    assert same(msgspec.convert(post, Post).said, LED.sub("", text))


def test_texts_are_the_same_but_for_what_keeping_changes():
    assert same("caf\u0065\u0301\r\nopen ", "caf\u00e9\nopen")
    assert not same("cafe", "café")


def test_visibility_is_of_the_words_there_are():
    assert set(_AS_VISIBLE) == set(Visibility)
