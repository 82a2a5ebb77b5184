"""Releases read one another's messages: the golden file of 0.1.0 decodes here, today's messages decode there."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from core.codec import decode, encode
from core.types import VerifiedLink
from tests.core.releases import reader_0_1_0
from tests.core.samples import AUTHOR, ENRICHED, MENTION, MESSAGES, NOON

GOLDEN = Path(__file__).parents[1] / "data/golden/0.1.0.jsonl"


def test_the_messages_of_the_release_decode_here():
    lines = GOLDEN.read_bytes().splitlines()
    assert [decode(line) for line in lines] == MESSAGES


CUT_SHORT = replace(ENRICHED, findings=tuple(replace(finding, truncated=True) for finding in ENRICHED.findings))
NEWER = [
    (replace(MENTION, author=replace(AUTHOR, links=(VerifiedLink(url="https://lotte.example", at=NOON),))), MENTION),
    (replace(MENTION, author=replace(AUTHOR, links=())), MENTION),
    (CUT_SHORT, ENRICHED),
]
"""What the release did not know yet, and what it reads."""


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_todays_messages_decode_there(message):
    read = msgspec.json.decode(encode(message), type=reader_0_1_0.Message)
    known = {field: getattr(read, field) for field in read.__struct_fields__}
    assert msgspec.to_builtins(known) == msgspec.to_builtins({field: getattr(message, field) for field in known})


@pytest.mark.parametrize(("message", "known"), NEWER)
def test_what_the_release_did_not_know_is_passed_over_there_and_read_here(message, known):
    there = msgspec.json.Decoder(reader_0_1_0.Message).decode
    assert there(encode(message)) == there(encode(known))
    assert decode(encode(message)) == message


def test_every_kind_of_message_is_in_the_golden_file():
    kinds = {msgspec.json.decode(line)["type"] for line in GOLDEN.read_bytes().splitlines()}
    assert kinds == {"mention", "deletion", "judgement", "mute", "enriched", "coverage", "dead"}
