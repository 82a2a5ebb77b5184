"""Personal data is found in the ways people write it, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redaction import Kind, Redactor
from core.redaction.regions import regions_of

ALL = Redactor(tuple(Kind), regions_of(("nl", "en")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bel 06-12345678 of 020 - 765 43 21.", "Bel [phone] of [phone]."),
        ("+31 (0)20 123 4567, (020) 7654321", "[phone], [phone]"),
        ("06 12 34 56 78 bellen", "[phone] bellen"),
        ("Tel. 0475/12.34.56", "Tel. [phone]"),
        ("call (415) 555-2671 or 07911 123456", "call [phone] or [phone]"),
        ("app via https://wa.me/31612345678", "app via https://wa.me/[phone]"),
        ("Mail j.bakker+nieuws@voorbeeld.nl.", "Mail [e-mail]."),
        ("jan (at) voorbeeld [punt] nl, jan @ gmail.com", "[e-mail], [e-mail]"),
        ("NL60 INGB 8114 4835 00 op naam van Jan", "[IBAN] op naam van Jan"),
        ("nl60ingb8114483500!", "[IBAN]!"),
        ("bsn 441.205.069 en 441205069", "bsn [BSN] en [BSN]"),
        ("mijn burgerservicenummer is 73186545", "mijn burgerservicenummer is [BSN]"),
        ("kaart 4878 7010 9178 4920 of 375900663929022", "kaart [card] of [card]"),
    ],
)
def test_it_is_replaced_by_the_word_for_what_it_was(text, expected):
    assert ALL.redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("j\u200bohn@exam\u2060ple.com", "[e-mail]"),
        ("j\u00adan@voorbeeld.nl", "[e-mail]"),
        ("\uff4a\uff41\uff4e\uff20\uff56\uff42\uff0e\uff4e\uff4c", "[e-mail]"),
        ("0\u200b6\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8", "[phone]"),
        ("\uff10\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "[phone]"),
        ("\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "[phone]"),
        ("0\ufe0f\u20e36\ufe0f\u20e312345678", "[phone]"),
        ("06\u201112345678\u202f!", "[phone]\u202f!"),
        ("\u202e06-12345678\u202c \u05e9\u05dc\u05d5\u05dd", "\u202e[phone]\u202c \u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_tricks_of_writing_hide_nothing(text, expected):
    assert ALL.redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\U0001f600\U0001f600",
        "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u043f\u0440\u0438\u0432\u0435\u0442",
        "0900-9292 en 0800-1234 en 14 020",
        "bestelnummer 0612345678, ticket 441205069",
        "het kostte \u20ac 441.205.069 of 441205069 euro",
        "28-11-2026 06.10 06.40 07.10, 06:10 06:40 07:10",
        "uitslag 21-19 18-21 15-13 na 120 minuten",
        "#0612345678 @user0612345678 https://x.example/0612345678?a=441205069",
        "@jan@mastodon.social, logo@2x.png, 52.3702157, 4.8951679",
        "order 4878701091784920, isbn 0306406152",
        "NL61 INGB 8114 4835 00, 4878 7010 9178 4921, 441205068",
    ],
)
def test_nothing_else_is_touched(text):
    assert ALL.redact(text) == text


def test_a_handle_that_the_message_names_is_no_address():
    assert (
        ALL.redact("zoals jan@server.example zegt", handles={"jan@server.example"}) == "zoals jan@server.example zegt"
    )


def test_only_the_kinds_asked_for_are_taken_out():
    assert Redactor((Kind.IBAN,)).redact("NL60INGB8114483500 06-12345678") == "[IBAN] 06-12345678"


def test_a_number_is_one_of_the_countries_where_it_is_written():
    text = "ruf an: 030 1234567"
    assert (Redactor((Kind.PHONE,), ("DE",)).redact(text), Redactor((Kind.PHONE,), ("NL",)).redact(text)) == (
        "ruf an: [phone]",
        "ruf an: [phone]",
    )
    assert Redactor((Kind.PHONE,), ("BE",)).redact("030 1234567", regions=("NL",)) == "[phone]"
    assert Redactor((Kind.PHONE,), ("BE",)).redact("030 1234567") == "030 1234567"


def test_a_language_tag_names_its_country():
    assert regions_of(("nl-BE", "en", "x-klingon", "")) == ("BE", "GB", "US")


@pytest.mark.parametrize(
    "piece", ["06 ", "1 ", "a@", "@", "+31 6 ", "NL91 ", "a(at)b.", "\u00e9\U0001f6001", "4111 ", " at "]
)
def test_a_text_of_any_length_comes_back(piece):
    length = 50_000
    text = (piece * length)[:length]
    assert ALL.redact(f"{text} bel 06-12345678").endswith(" bel [phone]")


@given(st.text(alphabet="06123456789 .-+()@a\u200b\uff10Lnl/", max_size=60))
def test_a_redacted_text_comes_out_as_it_is(text):
    once = ALL.redact(text)
    assert ALL.redact(once) == once


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_iban_is_found_anywhere(before, after):
    assert "[IBAN]" in ALL.redact(f"{before} | NL60INGB8114483500 | {after}")
