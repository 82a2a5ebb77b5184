"""sentiment, emotion and topics on texts written for these tests, as shipped."""

from contextlib import AbstractAsyncContextManager

import numpy as np
import pytest

from core.ports import Enricher
from core.types import Finding
from enrich import emotion, intent, sentiment, topics
from enrich._encoder import Encoder
from enrich._head import load_head
from enrich._normalise import normalise
from enrich._train.topics import own_texts
from tests.enrich.texts import passage, tools

SENTIMENT = [
    ("Wat een fijne service, ik ben er heel blij mee!", "positive"),
    ("Top geholpen vandaag, dank jullie wel 😀", "positive"),
    ("I love this, best purchase in years", "positive"),
    ("Waardeloos, alweer een uur vertraging", "negative"),
    ("Ik ben zo boos, dit is echt schandalig slecht", "negative"),
    ("Worst support ever, never again", "negative"),
    ("De winkel is open van 9 tot 17 uur", "neutral"),
    ("The meeting is on Monday at ten", "neutral"),
]
EMOTION = [
    ("Belachelijk, wat een prutsers daar", "anger"),
    ("This makes me so angry, how dare they", "anger"),
    ("Hoera, eindelijk geslaagd, zo blij!", "joy"),
    ("So happy with my new bike, thank you all", "joy"),
    ("Wat een verdrietig nieuws", "sadness"),
    ("I miss my grandmother so much, I keep crying", "sadness"),
    ("The office is on the second floor", "neutral"),
]
INTENT = [
    ("Al drie keer gebeld en nog steeds geen oplossing, wat een waardeloze service", "complaint"),
    ("Kan ik bij jullie met een cadeaukaart betalen?", "question"),
    ("Thanks so much for the quick help, brilliant service!", "praise"),
    ("It would be great if the app had a dark mode", "suggestion"),
    ("Ik wil graag een proefrit maken, waar kan ik mij aanmelden?", "purchase"),
    ("Card payments are down in the whole shopping centre", "incident"),
    ("On the bus with a book", "other"),
]


async def _findings(
    building: AbstractAsyncContextManager[Enricher], encoder: Encoder, texts: list[str]
) -> list[Finding | None]:
    async with building as enricher:
        if isinstance(enricher, topics.Topics):
            enricher.prepare(lambda given: [row.tobytes() for row in encoder.encode(given)])
        vectors = encoder.encode(texts)
        batch = [passage(text, row.tobytes() if text else b"") for text, row in zip(texts, vectors, strict=True)]
        return list(enricher.find(batch))


async def test_sentiment_of_clear_texts(encoder: Encoder) -> None:
    building = sentiment.build(sentiment.Settings(), tools())
    found = await _findings(building, encoder, [text for text, _ in SENTIMENT])
    assert [finding and finding.labels for finding in found] == [(label,) for _, label in SENTIMENT]


async def test_emotion_of_clear_texts(encoder: Encoder) -> None:
    found = await _findings(emotion.build(emotion.Settings(), tools()), encoder, [text for text, _ in EMOTION])
    assert [finding and finding.labels for finding in found] == [(label,) for _, label in EMOTION]


async def test_intent_of_clear_texts(encoder: Encoder) -> None:
    found = await _findings(intent.build(intent.Settings(), tools()), encoder, [text for text, _ in INTENT])
    assert [finding and finding.labels for finding in found] == [(label,) for _, label in INTENT]


async def test_topics_of_own_texts(encoder: Encoder) -> None:
    settings, rows = own_texts()
    found = await _findings(topics.build(settings, tools()), encoder, [normalise(text) for text, _ in rows])
    right = sum(set(finding.labels) == names for finding, (_, names) in zip(found, rows, strict=True) if finding)
    assert right >= 0.85 * len(rows)


async def test_a_message_about_no_topic_is_other(encoder: Encoder) -> None:
    settings, _ = own_texts()
    texts = ["Wie gaat er mee naar het concert in Utrecht?", "The cat knocked the plants over again"]
    found = await _findings(topics.build(settings, tools()), encoder, texts)
    assert [finding and finding.labels for finding in found] == [("other",), ("other",)]


async def test_a_message_may_be_about_several(encoder: Encoder) -> None:
    settings, _ = own_texts()
    (finding,) = await _findings(
        topics.build(settings, tools()), encoder, ["Acht euro verzendkosten en dan nog te laat bezorgd"]
    )
    assert finding is not None
    assert set(finding.labels) == {"levering", "prijs"}


async def test_topics_may_be_given_by_language(encoder: Encoder) -> None:
    given = {"description": {"nl": "Bezorging", "en": "Delivery"}, "keywords": {"nl": ["pakket"], "en": ["parcel"]}}
    settings = topics.Settings.model_validate({"topics": {"levering": given}})
    assert settings.topics["levering"].keywords == ("pakket", "parcel")
    (finding,) = await _findings(topics.build(settings, tools()), encoder, ["mijn pakket is niet bezorgd"])
    assert finding is not None
    assert finding.labels == ("levering",)


async def test_without_topics_it_abstains(encoder: Encoder) -> None:
    assert await _findings(topics.build(topics.Settings(), tools()), encoder, ["hallo"]) == [None]


@pytest.mark.parametrize("module", [sentiment, emotion, intent])
async def test_a_text_without_vector_is_left_alone(encoder: Encoder, module: object) -> None:
    found = await _findings(module.build(module.Settings(), tools()), encoder, ["", "top!"])  # type: ignore[attr-defined]  # both modules have these
    assert found[0] is None
    assert found[1] is not None


async def test_uncertain_findings_can_be_held_back(encoder: Encoder) -> None:
    building = sentiment.build(sentiment.Settings(least=1.0), tools())
    assert await _findings(building, encoder, ["top!"]) == [None]


@pytest.mark.parametrize("name", ["sentiment", "emotion", "intent"])
def test_probabilities_do_not_depend_on_other_rows(encoder: Encoder, name: str) -> None:
    head = load_head(name)
    vectors = np.repeat(encoder.encode(["een", "twee", "drie"]), 7, axis=0)
    together = head.probabilities(vectors)
    alone = np.concatenate([head.probabilities(row[None, :]) for row in vectors])
    assert np.array_equal(together, alone)
    assert np.allclose(together.sum(axis=1), 1)
