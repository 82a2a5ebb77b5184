"""aspects: what is named, where, and the tone toward it, from a reading that knows a few words."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ports import Passage
from core.types import Finding, Span
from enrich._normalise import normalise, written
from enrich.aspects import Aspects, Settings, build
from tests.enrich.texts import mention, tools

TRAIN = {
    "train": {"kind": "product", "words": {"nl": ["trein", "*trein"], "en": ["train"]}},
    "conductor": {"kind": "person", "words": {"nl": ["conducteur"], "en": ["conductor"]}},
    "wifi": {"words": {"nl": ["wifi"]}},
}
BAD, GOOD = ("laat", "vies", "late", "dirty"), ("geweldig", "great", "fijn")


class Reading:
    """Each bad word of a text or part speaks for negative, each good one for positive, and each is heard a little all over."""

    def __init__(self, text: str) -> None:
        self._text = text

    def logits(self, head: str) -> list[float]:
        assert head == "sentiment"
        words = self._text.casefold()
        return [3.0 * sum(map(words.count, BAD)), 1.0, 3.0 * sum(map(words.count, GOOD))]

    def part(self, head: str, start: int, end: int) -> list[float] | None:
        own = Reading(self._text[start:end]).logits(head) if self._text[start:end].strip() else None
        return own and [0.9 * mine + 0.1 * whole for mine, whole in zip(own, self.logits(head), strict=True)]


def passage(text: str, title: str | None = None, *, is_read: bool = True) -> Passage:
    said = mention(text, title=title)
    read = normalise(written(said))
    return Passage(mention=said, text=read, reading=Reading(read) if is_read else None)


def found(*batch: Passage, aspects: Mapping[str, Any] = TRAIN) -> list[Finding | None]:
    return Aspects(Settings(aspects=aspects)).find(batch)


def labels(text: str, aspects: Mapping[str, Any] = TRAIN) -> tuple[str, ...]:
    (one,) = found(passage(text), aspects=aspects)
    return one.labels if one else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trein te laat, conducteur geweldig", ("train:negative", "conductor:positive")),
        ("The conductor was great but the train was dirty", ("conductor:positive", "train:negative")),
        ("Alles was geweldig behalve de wifi", ("wifi:negative",)),
        ("De trein is geweldig. De wifi ook.", ("train:positive", "wifi:positive")),
        ("De trein rijdt tussen Zwolle en Assen", ("train:neutral",)),
        ("Conducteurs en treintjes zijn geweldig", ("conductor:positive", "train:positive")),
        (
            "@jan lees https://x.example/trein: de trein is te laat, de wifi is fijn",
            ("train:negative", "wifi:positive"),
        ),
    ],
)
def test_the_tone_toward_each(text: str, expected: tuple[str, ...]) -> None:
    assert labels(text) == expected


def test_a_finding_has_places_and_probabilities() -> None:
    (one,) = found(passage("Wat een vieze trein.\n\nConducteur wel geweldig, die sneltrein niet"))
    assert one
    assert one.spans == (Span(14, 19, "train"), Span(22, 32, "conductor"), Span(51, 60, "train"))
    assert one.scores
    assert set(one.scores) == {
        f"{name}:{tone}" for name in ("train", "conductor") for tone in ("negative", "neutral", "positive")
    }
    assert one.confidence == max(one.scores[f"train:{tone}"] for tone in ("negative", "neutral", "positive"))
    assert msgspec.json.decode(msgspec.json.encode(one), type=Finding) == one


def test_what_the_title_names_counts_and_has_no_place() -> None:
    (one,) = found(passage("De trein rijdt.", title="Wifi geweldig."))
    assert one
    assert (one.labels, one.spans) == (("wifi:positive", "train:neutral"), (Span(3, 8, "train"),))


def test_without_a_reading_the_tone_is_uncertain() -> None:
    (one,) = found(passage("trein te laat", is_read=False))
    assert one
    assert (one.labels, one.confidence, one.scores) == (("train:uncertain",), None, {})


def test_below_the_threshold_the_tone_is_uncertain() -> None:
    enricher = Aspects(Settings(aspects=TRAIN, least=0.99))
    (one,) = enricher.find([passage("De trein rijdt")])
    assert one
    assert one.labels == ("train:uncertain",)


def test_beyond_what_was_read_the_tone_is_uncertain() -> None:
    text = passage("De trein is te laat. " + "x. " * 200 + "De wifi is fijn.")
    (one,) = found(Passage(mention=text.mention, text=text.text, reading=_Short(text.text)))
    assert one
    assert one.labels == ("train:negative", "wifi:uncertain")


class _Short(Reading):
    def part(self, head: str, start: int, end: int) -> list[float] | None:
        return super().part(head, start, min(end, 100)) if start < 100 else None


@pytest.mark.parametrize(
    "text", ["", "😀😀", "gewoon een zin", "de training", "https://ns.example/trein", "\u200b", "# . , - ' *", "\ud800"]
)
def test_it_abstains_where_nothing_is_named(text: str) -> None:
    assert found(passage(text)) == [None]


def test_it_abstains_without_a_vocabulary_and_asks_for_no_encoder() -> None:
    enricher = Aspects(Settings())
    assert (enricher.find([passage("trein")]), enricher.needs_vector) == ([None], False)


@pytest.mark.parametrize(
    "text",
    [
        "trein " * 9000,
        "trein, wifi niet, " * 3000,
        "tr\u200bei\u0301n \u202eالقطار trein " * 2000,
        "#TreinWifi_conducteur" * 2500,
        "conducteur behalve " * 3000,
        "def trein(wifi):\n    return {'trein': wifi}\n" * 1200,
    ],
)
def test_long_and_strange_texts_are_answered(text: str) -> None:
    (one,) = found(passage(text))
    assert one
    assert {label.partition(":")[0] for label in one.labels} <= set(TRAIN)
    assert one.truncated


@given(st.lists(st.sampled_from(["trein", "wifi", "maar", ",", "é", "\u200b", "@jan", "http://a.b", "#", "½", "😀"])))
def test_spans_are_where_the_names_stand(pieces: Sequence[str]) -> None:
    text = " ".join(pieces)
    (one,) = found(passage(text))
    spans = one.spans if one else ()
    assert [(text[span.start : span.end], span.label) for span in spans] == [
        (word, {"trein": "train"}.get(word, word)) for word in pieces if word in ("trein", "wifi")
    ]


PAGE = (Path(__file__).parents[2] / "docs/aspects.md").read_text(encoding="utf-8")


def _examples() -> list[tuple[str, str, str, str]]:
    rows, language = [], ""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| Write under"):
            language = cells[0][-4:-2].strip("`:")
        elif line.startswith("| `"):
            rows.append((language, cells[0].strip("`"), cells[1], cells[2]))
    return rows


@pytest.mark.parametrize(("language", "word", "finds", "not_found"), _examples())
def test_the_page_says_what_is_found(language: str, word: str, finds: str, not_found: str) -> None:
    aspects = {"it": {"words": {language: [word]}}}
    assert [text for text in finds.split("; ") if not labels(text, aspects)] == []
    assert [text for text in not_found.split("; ") if labels(text, aspects)] == []


@pytest.mark.parametrize(
    ("vocabulary", "text", "names"),
    [
        ({"New York": {"kind": "place"}, "York": {"kind": "place"}}, "from New York to York", ["New York", "York"]),
        ({"Jansen": {"kind": "person"}}, "Jansens plan; Jansen's plan; Jansentje", ["Jansen"] * 2),
        ({"a": {"words": {"nl": ["bus"]}}, "b": {"words": {"en": ["bus"]}}}, "de bus", ["a", "b"]),
        ({"De Eik": {"kind": "place", "words": {"nl": ["De Eik"]}}}, "de eik, de eiken, #DeEik", ["De Eik"] * 2),
    ],
)
def test_names(vocabulary: Mapping[str, Any], text: str, names: list[str]) -> None:
    (one,) = found(passage(text), aspects=vocabulary)
    assert one
    assert [span.label for span in one.spans] == names


async def test_it_is_built_from_what_the_playbook_gives() -> None:
    settings = Settings.model_validate(json.loads(Settings(aspects=TRAIN).model_dump_json()))
    async with build(settings, tools()) as enricher:
        assert (enricher.name, enricher.needs_vector) == ("aspects", True)
