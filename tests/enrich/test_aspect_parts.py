"""Where a text is cut between the things it names. "A" to "C" stand for them."""

import re

import pytest

from enrich._aspects.aligning import aligned
from enrich._aspects.parts import NEAR, parts
from enrich._normalise import normalise


def said(text: str) -> list[str]:
    """The part of each place, "-" before what is meant as its opposite."""
    places = [found.span() for found in re.finditer(r"\b[A-C]\b", text)]
    return [("-" if part.opposite else "") + text[part.start : part.end].strip() for part in parts(text, places)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A vies, B schoon", ["A vies,", "B schoon"]),
        ("mooie A, jammer van B", ["mooie A,", "jammer van B"]),
        ("A is mooi en groot maar B is klein", ["A is mooi en groot", "maar B is klein"]),
        ("Hoewel A mooi is, valt B tegen", ["Hoewel A mooi is,", "valt B tegen"]),
        ("lekkere A op de B", ["lekkere A op de B"] * 2),
        ("A late and B rude. C fine", ["A late", "and B rude.", "C fine"]),
        ("A costs 4,50 and B is free", ["A costs 4,50", "and B is free"]),
        ("A, B, all equally bad", ["B, all equally bad"] * 2),
        ("A? Prachtig. B? Ook. C viel tegen.", ["A? Prachtig.", "A? Prachtig.", "C viel tegen."]),
        ("all fine except the A", ["-all fine"]),
        ("A is fine, the B not so much", ["A is fine,", "-A is fine,"]),
        ("A is so much better than B", ["A is so much better", "-A is so much better"]),
        ("A is veel beter dan B", ["A is veel beter", "-A is veel beter"]),
        ("Unlike A, B answers", ["-B answers", "B answers"]),
        ("A vies, B werkt niet", ["A vies,", "B werkt niet"]),
        ("A", ["A"]),
        ("A B", ["A B"] * 2),
        ("", []),
    ],
)
def test_what_speaks_of_each(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_of_a_long_text_the_sentences_about_it_are_read() -> None:
    before, after = "Het was mooi weer. " * 20, "Dat was het. " * 30
    (part,) = said(f"{before}De A was te laat. Alweer. {after}")
    assert part.startswith("De A was te laat. Alweer. Dat was het.")
    assert len(part) <= NEAR


@pytest.mark.parametrize(
    "text",
    [
        "trein, wifi",
        " a\n\nb  c ",
        "@jan hallo, @piet!",
        "www.x.nl/a?b=c. En",
        "ﬁjn \u200b½ e\u0301",
        "\u200b a",
        "x\u200b y",
    ],
)
def test_places_are_found_again_in_what_the_encoder_reads(text: str) -> None:
    marks = [found.end() for found in re.finditer(r"\s+", text)]
    places = aligned(text, marks, normalise(text))
    assert places is None or all(normalise(text)[: places[mark]] == normalise(text[:mark]) for mark in marks)


def test_a_mark_within_a_link_has_no_place() -> None:
    text = "zie www.x.nl/trein nu"
    assert aligned(text, [13], normalise(text)) is None
