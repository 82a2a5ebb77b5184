"""normalise: what it changes, what it keeps, and that it always ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich._normalise import MOST_CHARACTERS, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoi @jan.bsky.social, alles goed?", "Hoi @user, alles goed?"),
        ("@jan@mastodon.nl kijk", "@user kijk"),
        ("mail naar info@voorbeeld.nl", "mail naar info@voorbeeld.nl"),
        ("zie https://nos.nl/a?b=c.", "zie http."),
        ("(www.ns.nl)", "(http)"),
        ("𝗕𝗼𝗹𝗱 ｔｅｋｓｔ", "Bold tekst"),
        ("e\u0301e\u0301n", "één"),
        ("  veel\n\n\twit \u3000 ruimte ", "veel wit ruimte"),
        ("n\u200bu\u00ad \ufeffok", "nu ok"),
        ("nul\x00teken", "nul teken"),
        ("half \ud83d paar", "half paar"),
        ("LEUK 👨‍👩‍👧 ❤️", "LEUK 👨‍👩‍👧 ❤️"),
        ("", ""),
        ("\u200b \u200e", ""),
    ],
)
def test_text_becomes(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("piece", ["a@", "@a.", "http://", "www..", "@", "ﷺ", "https://x ", "a\u0301", "\ud800"])
def test_a_megabyte_of_anything_is_bounded(piece: str) -> None:
    assert len(normalise(piece * (1_000_000 // len(piece)))) <= 18 * MOST_CHARACTERS


@given(st.text(st.characters(), max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters(), max_size=200))
def test_the_result_can_be_encoded(text: str) -> None:
    assert normalise(text).encode().decode() == normalise(text)
