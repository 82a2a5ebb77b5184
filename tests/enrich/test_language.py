"""language: restricted to the configured ones, silent about the rest."""

import pytest

from enrich.language import Language, Settings, build
from tests.enrich.texts import passage, tools


@pytest.fixture(scope="module")
def dutch_and_english() -> Language:
    return Language(Settings(languages=("nl", "en-GB")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wat een drama met de trein vandaag", "nl"),
        ("WAT EEN DRAMA MET DE TREIN VANDAAG", "nl"),
        ("What a mess with the trains today", "en"),
        ("@user ik snap er niets van http", "nl"),
    ],
)
def test_configured_languages_are_found(dutch_and_english: Language, text: str, expected: str) -> None:
    (finding,) = dutch_and_english.find([passage(text)])
    assert finding is not None
    assert finding.labels == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀😀",
        "123 !!",
        "@user http",
        "Der Zug ist schon wieder eine Stunde zu spät",
        "مرحبا بكم في المدينة",
        "שלום לכולם",
    ],
)
def test_it_abstains(dutch_and_english: Language, text: str) -> None:
    assert dutch_and_english.find([passage(text)]) == [None]


def test_another_configuration_finds_others() -> None:
    (finding,) = Language(Settings(languages=("de", "fr"))).find([passage("Der Zug ist schon wieder zu spät")])
    assert finding is not None
    assert finding.labels == ("de",)


def test_the_confidence_is_within_the_configured_languages(dutch_and_english: Language) -> None:
    (finding,) = dutch_and_english.find([passage("morgen in de sale: happy days")])
    assert finding is not None
    assert set(finding.labels) <= {"nl", "en"}
    assert 0.5 <= (finding.confidence or 0) <= 1


async def test_a_long_text_in_a_batch_keeps_order() -> None:
    async with build(Settings(), tools()) as language:
        found = language.find(
            [passage("dit is een heel lang verhaal " * 2_000), passage(""), passage("yes this is fine with me")]
        )
    assert [finding and finding.labels for finding in found] == [("nl",), None, ("en",)]
