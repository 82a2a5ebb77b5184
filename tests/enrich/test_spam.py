"""spam: each rule with its reason, and nothing about what only looks like it."""

import pytest
from msgspec.structs import replace

from core.ports import Passage
from core.types import Author
from enrich._normalise import normalise
from enrich._train import spam as texts
from enrich.spam import Settings, Spam, build
from tests.enrich.texts import mention, tools


def reasons(text: str, **author: object) -> tuple[str, ...]:
    said = mention(text)
    said = replace(said, author=Author(id="test:someone", **author))
    (finding,) = Spam().find([Passage(mention=said, text=normalise(text))])
    return finding.labels if finding else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bitcoin presale, claim your airdrop https://a.example", "crypto"),
        ("\uff22\uff29\uff34\uff23\uff2f\uff29\uff2e presale, claim your air\u200bdrop https://a.example", "crypto"),
        ("Koop goedkope volgers op https://a.example", "offer"),
        ("Account hacked? Contact @fixer on telegram, he is legit", "recovery"),
        ("Like, deel en maak kans op een fiets", "giveaway"),
        ("Volg terug? f4f", "bait"),
        ("https://a.example https://b.example https://c.example https://d.example", "links"),
        ("deal #a #b #c #d #e #f #g #h", "hashtags"),
        ("kijk @a @b @c @d @e @f @g @h eens", "handles"),
        ("koopjes " * 5_000, "repeated"),
    ],
)
def test_each_rule_gives_its_reason(text: str, expected: str) -> None:
    assert reasons(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\U0001f600" * 30,
        "nee " * 40,
        "haha " * 40,
        "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
        "Al drie uur geen stroom, zie https://storing.example",
        "@a @b @c @d @e @f @g @h @i @j dat klopt niet",
        "x" * 50_000,
    ],
)
def test_it_abstains(text: str) -> None:
    assert reasons(text) == ()


def test_a_bot_is_one_whose_source_says_so() -> None:
    assert reasons("De trein van 8:00 rijdt", bot=True) == ("bot",)
    assert reasons("De trein van 8:00 rijdt", bot=False) == ()


def test_an_account_made_by_a_machine_counts_with_what_it_sends() -> None:
    text = "@anna @bob @carla kijk hier https://a.example"
    assert reasons(text, handle="anna84736251", followers=0) == ("throwaway",)
    assert reasons("trein te laat https://a.example", handle="anna84736251", followers=0) == ()
    assert reasons(text, handle="anna84736251", followers=None) == ()


def test_the_reason_that_says_most_comes_first() -> None:
    text = "Win bitcoin! Like, deel, tag en volg: guaranteed profit, join telegram"
    assert reasons(text, bot=True) == ("crypto", "giveaway", "bait", "bot")


def test_precision_comes_first_on_messages_that_took_no_part_in_the_rules() -> None:
    scores = texts.judge(texts.written(held_out=True))
    assert scores["precision"] >= 0.95
    assert scores["recall"] >= 0.8


async def test_a_batch_keeps_its_order() -> None:
    batch = [Passage(mention=mention(text), text=text) for text in ("f4f", "", "f4f")]
    async with build(Settings(), tools()) as spam:
        found = spam.find(batch)
    assert [finding.labels if finding else None for finding in found] == [("bait",), None, ("bait",)]
