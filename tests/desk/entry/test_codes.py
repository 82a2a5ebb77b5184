"""Codes of a telephone, after the published examples."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.entry import codes
from desk.entry.agents import in_words

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The twenty ASCII digits of RFC 6238, appendix B."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (2000000000, "69279037")],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert codes.step_of(SECRET, code[-6:], at) == seconds // 30


@pytest.mark.parametrize(("by", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clocks_may_differ_by_half_a_minute(by, taken):
    at = datetime.fromtimestamp(1234567890, UTC)
    assert (codes.step_of(SECRET, "005924", at + timedelta(seconds=by)) is not None) is taken


@pytest.mark.parametrize("code", ["", "00592", "0059245", "é05924", "\udc80"])
def test_what_is_no_code_is_none(code):
    assert codes.step_of(SECRET, code, datetime.fromtimestamp(1234567890, UTC)) is None


def test_the_address_names_the_person_and_the_place():
    made = codes.address(SECRET, name="anna@klank.example", issuer="Noorderlijn & Zn")
    assert (
        made
        == f"otpauth://totp/Noorderlijn%20%26%20Zn:anna%40klank.example?secret={SECRET}&issuer=Noorderlijn%20%26%20Zn"
    )


def test_the_picture_holds_no_style_or_script():
    made = codes.picture("otpauth://totp/x")
    assert made.startswith("<svg")
    assert "style=" not in made
    assert "<script" not in made


def test_recovery_codes_are_ten_and_unlike():
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert all(len(one) == 19 for one in made)
    assert codes.recovery_hash(made[0]) == codes.recovery_hash(f" {made[0].upper().replace('-', '')} ")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_people_call_it(agent, words):
    assert in_words(agent) == words
