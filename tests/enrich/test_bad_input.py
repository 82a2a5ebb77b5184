"""Whatever is written, the whole chain answers or abstains; what is too long is read in part, and says so."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from core.ports import Understand
from enrich import emotion, language, sentiment, topics
from enrich._chain import make_understand
from enrich._encoder import Encoder
from enrich._encoder.pieces import MOST_TOKENS
from enrich._normalise import MOST_CHARACTERS, normalise
from tests.enrich.texts import mention, tools

WITHOUT_WORDS = {
    "empty": "",
    "spaces": " \n\t\u3000 ",
    "zero width": "\u200b\u2060\ufeff\u202e",
    "a lone surrogate": "\ud83d",
    "nothing": "\x00\x00",
}
SHORT = {
    "only emoji": "😀🎉🚆👨‍👩‍👧‍👦",
    "mixed scripts": "de trein は遅い и опоздал اليوم ☎",
    "right to left": "القطار متأخر مرة أخرى \u202eשלום\u202c",
    "code": "SELECT * FROM mentions WHERE id = 'x'; -- <b>\\u0000</b> {{ 7*7 }}",
    "zero width between": "sl\u200be\u200bch\u2060te\ufeff dienst\u00ad",
    "surrogates between": "slecht\ud800 en \udfff laat",
    "nothing between": "slecht\x00\x00laat",
    "stacked marks": "s" + "\u0336" * 200,
}
LONG = {
    "characters": "x" * 50_000,
    "words": "de trein is weer te laat. " * 2000,
    "one word": "nee " * 12_500,
    "no spaces": "東京" * 25_000,
    "emoji": "😀" * 50_000,
    "marks": "a\u0301" * 25_000,
    "right to left": "مرحبا " * 9000,
    "a ligature of eighteen letters": "\ufdfa" * 3000,
}


@pytest.fixture
async def understand(encoder: Encoder) -> AsyncIterator[Understand]:
    given = topics.Settings.model_validate({"topics": {"vertraging": {"keywords": ["te laat"]}}})
    async with AsyncExitStack() as stack:
        building = [
            language.build(language.Settings(), tools()),
            sentiment.build(sentiment.Settings(), tools()),
            emotion.build(emotion.Settings(), tools()),
            topics.build(given, tools()),
        ]
        enrichers = [await stack.enter_async_context(one) for one in building]
        yield make_understand(enrichers, encoder)


async def test_a_text_without_words_is_left_alone(understand: Understand) -> None:
    for name, understood in zip(
        WITHOUT_WORDS, understand([mention(text) for text in WITHOUT_WORDS.values()]), strict=True
    ):
        assert (understood.skipped, understood.vector) == ((), b""), name
        assert not [one for one in understood.findings if one.labels], name


async def test_odd_texts_are_read_as_a_whole(understand: Understand) -> None:
    for name, understood in zip(SHORT, understand([mention(text) for text in SHORT.values()]), strict=True):
        assert understood.skipped == (), name
        assert {"sentiment", "emotion", "topics"} & {one.name for one in understood.findings}, name
        assert not any(one.truncated for one in understood.findings), name


async def test_long_texts_are_read_in_part_and_say_so(understand: Understand) -> None:
    for name, understood in zip(LONG, understand([mention(text) for text in LONG.values()]), strict=True):
        assert understood.skipped == (), name
        assert {one.name for one in understood.findings} >= {"sentiment", "topics"}, name
        assert all(one.truncated for one in understood.findings if one.name != "language"), name


async def test_what_lies_behind_spaces_is_unread_too(understand: Understand) -> None:
    (understood,) = understand([mention("goed" + " " * MOST_CHARACTERS + "slecht")])
    assert all(one.truncated for one in understood.findings)


@pytest.mark.parametrize("text", [*SHORT.values(), *LONG.values(), "trein " * 100, "ja " * 253, "ja " * 300])
def test_a_text_is_truncated_where_there_are_more_tokens_than_are_read(encoder: Encoder, text: str) -> None:
    plain = normalise(text)
    end = encoder.pieces.ids([plain + " helemaal anders zo"])[0] == encoder.pieces.ids([plain])[0]
    assert encoder.pieces.truncates(plain) is end
    assert len(encoder.pieces.ids([plain])[0]) <= MOST_TOKENS
