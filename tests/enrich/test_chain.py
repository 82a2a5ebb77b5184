"""The chain: order, isolation, copies, what passes through."""

from collections.abc import Sequence

import pytest

from core.errors import Reject, Retry
from core.ports import Measured, Passage
from core.telemetry import Count
from core.types import Finding
from enrich._chain import make_understand
from enrich._encoder import DIMENSIONS, Encoder
from enrich.language import Language, Settings
from tests.enrich.texts import mention


class Echo:
    """Finds the text it was given; refuses texts with `poison` in them, waits where `down`."""

    def __init__(self, *, poison: str = "\0", down: bool = False, needs_vector: bool = False) -> None:
        self.name, self.needs_vector = "echo", needs_vector
        self.poison, self.down = poison, down
        self.seen: list[Passage] = []

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        if self.down:
            raise Retry("away")
        if any(self.poison in passage.text for passage in batch):
            raise Reject("no", reason="refused")
        self.seen += batch
        return [Finding(name=self.name, model="echo", labels=(passage.text,)) for passage in batch]


class Counting(Encoder):
    """Counts the texts it encodes."""

    count = 0

    def read(self, texts: Sequence[str]):
        self.count += len(texts)
        return super().read(texts)


@pytest.fixture(scope="module")
def counting(model_folder):
    with Counting(model_folder) as opened:
        yield opened


def test_language_comes_first_and_is_told_to_the_others() -> None:
    echo = Echo()
    (understood,) = make_understand([echo, Language(Settings())], None)([mention("Dit is gewoon Nederlands")])
    assert [finding.name for finding in understood.findings] == ["language", "echo"]
    assert echo.seen[0].language == "nl"


def test_each_enricher_and_the_encoder_are_measured(counting) -> None:
    measured = Measured()
    understand = make_understand([Echo(needs_vector=True)], counting, measured)
    understand([mention("a"), mention("a"), mention("b")])
    assert measured.values == {(Count.FOUND, ("echo",)): 3, (Count.FOUND, ("encoder",)): 2}
    assert {labels: sum(spread.counts) for (_, labels), spread in measured.spreads.items()} == {
        ("echo",): 1,
        ("encoder",): 1,
    }


def test_one_poisoned_text_is_skipped_alone() -> None:
    understand = make_understand([Echo(poison="x")], None)
    understood = understand([mention("a"), mention("x"), mention("b")])
    assert [one.skipped for one in understood] == [(), ("echo",), ()]
    assert [len(one.findings) for one in understood] == [1, 0, 1]


def test_waiting_passes_up() -> None:
    with pytest.raises(Retry):
        make_understand([Echo(down=True)], None)([mention("a")])


def test_title_and_text_are_read_as_one() -> None:
    understood = make_understand([Echo()], None)([mention("de tekst", title="Kop"), mention("Kop: tekst", title="Kop")])
    assert [one.findings[0].labels[0] for one in understood] == ["Kop de tekst", "Kop: tekst"]


def test_no_mentions_are_fine(counting: Counting) -> None:
    assert make_understand([Echo(needs_vector=True)], counting)([]) == []


def test_copies_are_encoded_once(counting: Counting) -> None:
    understand = make_understand([Echo(needs_vector=True)], counting)
    counting.count = 0
    first = understand([mention("zelfde https://a.nl"), mention("zelfde https://b.nl"), mention("anders")])
    again = understand([mention("zelfde http")])
    assert counting.count == 2
    assert first[0].vector == first[1].vector == again[0].vector
    assert len(first[0].vector) == 4 + DIMENSIONS


def test_an_empty_text_has_no_vector(counting: Counting) -> None:
    (understood,) = make_understand([Echo(needs_vector=True)], counting)([mention(" \u200b ")])
    assert understood.vector == b""


def test_nothing_is_encoded_where_no_enricher_asks(counting: Counting) -> None:
    counting.count = 0
    (understood,) = make_understand([Echo()], counting)([mention("hallo")])
    assert (counting.count, understood.vector) == (0, b"")


def test_a_wrong_number_of_findings_is_an_error() -> None:
    class Short(Echo):
        def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
            return super().find(batch)[:-1]

    with pytest.raises(ValueError, match="gave 1 findings for 2 texts"):
        make_understand([Short()], None)([mention("a"), mention("b")])
