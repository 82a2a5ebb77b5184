import hashlib
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.codec import dead_letter, decode, encode
from core.errors import Reject
from core.types import Author, Enriched, Failure, Finding, Mention, Visibility

times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
mentions = st.builds(
    Mention, id=words, source=words, author=st.builds(Author, id=words), text=words, created_at=times, seen_at=times,
    title=st.none() | words, edited_at=st.none() | times, tags=st.lists(words, max_size=3).map(tuple),
    visibility=st.sampled_from(Visibility), rating=st.none() | st.floats(1, 5),
)  # fmt: skip
findings = st.builds(Finding, name=words, model=words, labels=st.lists(words, max_size=2).map(tuple))
enriched = st.builds(
    Enriched, mention=mentions, findings=st.lists(findings, max_size=3).map(tuple), vector=st.binary(max_size=9)
)


@given(message=mentions | enriched)
@settings(max_examples=50)
def test_every_message_survives_the_wire(message):
    assert decode(encode(message)) == message


def test_a_field_of_a_later_release_is_ignored():
    late = (
        b'{"type":"deletion","target":"a:1","scope":"mention","at":"2026-01-01T00:00:00Z","reason":"deleted","new":[1]}'
    )
    assert decode(late).target == "a:1"


@pytest.mark.parametrize("value", [b"", b"{}", b'{"type":"unheard"}', b"\xff", b'{"type":"deletion"}', b"[" * 5000])
def test_bytes_that_are_no_message_are_rejected(value):
    with pytest.raises(Reject) as caught:
        decode(value)
    assert caught.value.reason == "undecodable"


def test_a_dead_letter_keeps_64_kib_and_the_hash_of_all():
    payload = b"x" * 10_000_000
    letter = dead_letter(
        Failure(reason="too long", detail="10 MB", payload=payload),
        origin="file/a",
        stage="ingest",
        at=datetime.now(UTC),
    )
    assert (len(letter.payload), letter.size) == (65536, 10_000_000)
    assert letter.sha256 == hashlib.sha256(payload).hexdigest()
    assert len(msgspec.json.encode(letter)) < 100_000
