"""sentiment, emotion and topics on texts written for these tests, as shipped."""

from contextlib import AbstractAsyncContextManager

import msgspec
import numpy as np
import pytest

from core.ports import Enricher
from core.types import Finding
from enrich import emotion, intent, sentiment, topics
from enrich._encoder import Encoder
from enrich._encoder.reading import Head as StatesHead
from enrich._encoder.reading import Reader
from enrich._encoder.vector import softmax
from enrich._head import Calibration, Head, ReadingHead, load_head, load_reading_head
from enrich._normalise import normalise
from enrich._train.topics import own_texts
from tests.enrich.texts import passage, read, tools

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
        return list(enricher.find(read(encoder, texts)))


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
        topics.build(settings, tools()), encoder, ["Verzendkosten veel te duur en de bezorging was ook te laat"]
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


async def test_what_lies_below_the_threshold_names_no_label_and_keeps_its_probabilities(encoder: Encoder) -> None:
    building = sentiment.build(sentiment.Settings(least=1.0), tools())
    (finding,) = await _findings(building, encoder, ["top!"])
    assert finding is not None
    assert (finding.labels, finding.confidence) == ((), max((finding.scores or {}).values()))


@pytest.mark.parametrize("head", [load_reading_head("sentiment"), load_reading_head("emotion"), load_head("intent")])
def test_probabilities_do_not_depend_on_other_texts(encoder: Encoder, head: Head | ReadingHead) -> None:
    texts = ["een", "twee treinen", "drie kapotte treinen achter elkaar"] * 7
    _, together = head.judge(read(encoder, texts))
    alone = np.concatenate([head.judge(read(encoder, [text]))[1] for text in texts])
    assert np.array_equal(together, alone)
    assert np.allclose(together.sum(axis=1), 1)


def test_a_language_has_its_own_temperature(encoder: Encoder) -> None:
    head = ReadingHead("sentiment", "abc", Calibration({"nl": 4.0}, 1.0), model="m")
    (one,) = read(encoder, ["Wat een fijne service!"])
    dutch = msgspec.structs.replace(one, language="nl")
    _, (unsure, sure) = head.judge([dutch, one])
    assert np.allclose(np.log(unsure) - np.log(unsure[0]), (np.log(sure) - np.log(sure[0])) / 4, atol=1e-3)


def test_nothing_read_gives_nothing() -> None:
    places, probabilities = load_reading_head("sentiment").judge([passage("")])
    assert (places, probabilities.shape) == ([], (0, 3))


def test_a_part_is_read_from_its_own_tokens(encoder: Encoder) -> None:
    text = "I love this. I hate that."
    (one,) = read(encoder, [text])
    assert one.reading is not None
    first, second, whole = (one.reading.part("sentiment", *at) for at in ((0, 12), (12, len(text)), (0, len(text))))
    assert first != second
    assert first != whole


def test_heads_of_any_number_of_queries_are_read_together() -> None:
    random = np.random.default_rng(1)
    shapes = {"two": (2, 3), "one": (1, 2), "three": (3, 4)}
    heads = {
        name: StatesHead(*(random.normal(size=size).astype(np.float32) for size in ((q, 384), (q, 384, n), (n,))))
        for name, (q, n) in shapes.items()
    }
    reader, texts = Reader(heads), [random.normal(size=(n, 384)).astype(np.float32) for n in (2, 33, 256)]
    together = reader.logits([reader.columns(states) for states in texts])
    for states, row in zip(texts, together, strict=True):
        for name, head in heads.items():
            weights = softmax(head.queries @ states.T)
            expected = np.einsum("qt,tw,qwl->l", weights, states, head.weights) + head.bias
            assert np.allclose(row[reader.of(name)], expected, atol=1e-3)


@pytest.mark.parametrize("bounds", [(0, 0), (5, 5), (400, 500)])
def test_a_part_without_words_has_no_tone(encoder: Encoder, bounds: tuple[int, int]) -> None:
    (one,) = read(encoder, ["Wat een fijne service!"])
    assert one.reading is not None
    assert one.reading.part("sentiment", *bounds) is None


def test_the_whole_as_a_part_says_what_the_words_say(encoder: Encoder) -> None:
    (one,) = read(encoder, ["Ｗａｔ een ﬁjne service 😀"])
    assert one.reading is not None
    part = one.reading.part("sentiment", 0, 1000)
    assert part is not None
    assert np.argmax(part) == np.argmax(one.reading.logits("sentiment")) == 2
