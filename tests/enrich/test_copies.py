"""Copies: what is found for one that was seen before is what would be found for it alone."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from random import Random

import pytest
from msgspec.structs import replace

from core.errors import Reject
from core.ports import Enricher, Passage, Reads, Understand
from core.types import Author, Finding, Mention
from enrich import aspects, emotion, intent, language, sentiment, spam, topics, toxicity
from enrich._chain import make_understand
from enrich._encoder import Encoder
from enrich._normalise import MOST_CHARACTERS
from tests.enrich.texts import mention, tools

NAMED = {"trein": {"kind": "product"}, "conducteur": {"kind": "other"}, "Utrecht": {"kind": "place"}}
AUTHORS = [Author(id="a:1"), Author(id="a:2", bot=True), Author(id="a:3", handle="kees123456", followers=0)]
TAGS = "#a #b #c #d #e"
TEXTS = [
    "",
    "😀😀",
    "de trein te laat, conducteur geweldig",
    "de trein te laat, conducteur geweldig ",
    "de trein  te laat,\nconducteur geweldig",
    "De trein te laat, conducteur geweldig",
    "de trein in Utrecht https://a.nl",
    "de trein in Utrecht https://bb.nl/langer",
    "https://a.nl de trein in Utrecht",
    f"kijk hier https://a.nl {TAGS}",
    "like en deel en volg en tag en reageer",
    "what a lovely day at the station",
    "de trein is te laat. " * 60,
    "de trein " * (MOST_CHARACTERS // 9) + "rijdt",
    "de trein " * (MOST_CHARACTERS // 9) + "rijdt niet meer, naar Utrecht",
]
TITLES = [None, "de trein"]


@pytest.fixture
async def chain(encoder: Encoder) -> AsyncIterator[Callable[[], Understand]]:
    """Makes the chain of all shipped enrichers, each time anew."""
    async with AsyncExitStack() as stack:
        building = [
            *(one.build(one.Settings(), tools()) for one in (language, sentiment, emotion, toxicity, intent, spam)),
            topics.build(
                topics.Settings.model_validate({"topics": {"vertraging": {"keywords": ["te laat"]}}}), tools()
            ),
            aspects.build(aspects.Settings.model_validate({"aspects": NAMED}), tools()),
        ]
        enrichers: list[Enricher] = [await stack.enter_async_context(one) for one in building]
        yield lambda: make_understand(enrichers, encoder)


async def test_a_copy_gets_what_it_would_get_alone(chain: Callable[[], Understand]) -> None:
    said = [
        replace(mention(text, title=title), author=author) for text in TEXTS for title in TITLES for author in AUTHORS
    ]
    alone = [chain()([one])[0] for one in said]
    places = [*range(len(said))] * 3
    random, understand = Random(1), chain()
    random.shuffle(places)
    while places:
        several, places = places[: (size := random.randint(1, 40))], places[size:]
        assert list(understand([said[place] for place in several])) == [alone[place] for place in several]


class Listing:
    """Lists what it was asked, and finds the text; refuses texts with `poison` in them. Its findings follow from `reads`."""

    name, needs_vector = "listing", False

    def __init__(self, reads: Reads | None, poison: str = "\0") -> None:
        self.reads, self._poison = reads, poison
        self.asked: list[str] = []

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        if any(self._poison in passage.text for passage in batch):
            raise Reject("no", reason="refused")
        self.asked += [passage.mention.text for passage in batch]
        return [Finding(name=self.name, model="m", labels=(passage.text,)) for passage in batch]


def several(*texts: str) -> list[Mention]:
    return [mention(text) for text in texts]


@pytest.mark.parametrize(
    ("reads", "asked"),
    [
        (None, "a b a a b"),
        (lambda passage: passage.text, "a b"),
        (lambda passage: passage.text == "a", "a b"),
        (lambda _: object(), "a b a a b"),
    ],
)
def test_an_enricher_is_asked_again_unless_it_says_what_its_findings_follow_from(
    reads: Reads | None, asked: str
) -> None:
    listing = Listing(reads)
    understand = make_understand([listing], None)
    found = [one.findings[0].labels[0] for batch in ("aba", "ab") for one in understand(several(*batch))]
    assert " ".join(listing.asked) == asked
    assert "".join(found) == "abaab"


def test_what_was_refused_is_refused_again_and_its_copies_too() -> None:
    understand = make_understand([Listing(lambda passage: passage.text, poison="x")], None)
    for _ in range(2):
        assert [one.skipped for one in understand(several("a", "x", "x", "b"))] == [(), ("listing",), ("listing",), ()]
