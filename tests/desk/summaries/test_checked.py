"""Of what a model wrote, the sentences that name what they were given stand."""

import pytest

from desk.summaries.checked import checked
from desk.summaries.prompt import MOST_SENTENCES


def said(text, given=(1, 2, 3)):
    found = checked(text, given)
    return [(one.text, one.numbers) for one in found.sentences], found.dropped


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Treinen zijn laat [1].", [("Treinen zijn laat.", (1,))]),
        ("Treinen zijn laat. [1, 2]", [("Treinen zijn laat.", (1, 2))]),
        ("Laat [1]. Vol [2][3].", [("Laat.", (1,)), ("Vol.", (2, 3))]),
        ("Laat. [1] Vol. [2]", [("Laat.", (1,)), ("Vol.", (2,))]),
        ("- Laat [1]\n- Vol [#2]\n", [("Laat", (1,)), ("Vol", (2,))]),
        ("1. Laat [1]\n2) Vol [2; 2]", [("Laat", (1,)), ("Vol", (2,))]),
        (
            "Er zijn klachten over o.a. de app, bijv. het inloggen [3].",
            [("Er zijn klachten over o.a. de app, bijv. het inloggen.", (3,))],
        ),
        ("Men vraagt: “Waarom?” [1]", [("Men vraagt: “Waarom?”", (1,))]),
    ],
)
def test_each_sentence_with_its_numbers(text, sentences):
    assert said(text) == (sentences, 0)


@pytest.mark.parametrize(
    "text", ["Zonder bewijs.", "Verzonnen [4].", "Half verzonnen [1, 9].", "Samenvatting:", "Nul [0].", "[x]"]
)
def test_what_names_no_message_that_was_given_is_dropped(text):
    assert said(f"{text}\nWaar [1].") == ([("Waar.", (1,))], 1)


def test_nothing_hidden_stands_in_it():
    assert said("Goed\u202e [1]\x1b.")[0] == [("Goed\\u202e\\u001b.", (1,))]


def test_markup_is_text():
    assert said("<b>Let op</b> [1]")[0] == [("<b>Let op</b>", (1,))]


def test_it_is_bounded():
    assert [len(text) for text, _ in said(f"{'a' * 5000} [1]")[0]] == [600]
    found = checked("Ja [1]\n" * 1000 + "Nee.", (1,))
    assert (len(found.sentences), found.dropped, found.beyond) == (MOST_SENTENCES, 1, 1000 - MOST_SENTENCES)


@pytest.mark.parametrize("text", ["[" * 500_000, "[1, " * 100_000, " " * 500_000, "[1" + " " * 500_000, ". " * 200_000])
def test_what_is_endless_ends(text):
    assert said(text)[0] == []
