"""The step is total: one output a record, whatever the record, the enrichers and the rules do."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import codec
from core.errors import Reject, Retry, Stop
from core.ports import Measured, Record, Understood
from core.telemetry import Count, Duration
from core.types import DeadLetter, Enriched, Finding, Mention, Message, Routing
from stream.step import Step, make_step
from tests.stream.steps import MOMENT, Enrichers, deletion, mention

NOTHING = Understood(findings=())


def step_of(
    understand: Callable[[Sequence[Mention]], Sequence[Understood]] = lambda mentions: [NOTHING] * len(mentions),
    route: Callable[[Mention, Understood], Routing] = lambda _mention, _found: Routing(),
    measured: Measured | None = None,
    generation: int = 0,
) -> Step:
    return make_step(understand, route, clock=lambda: MOMENT, measured=measured or Measured(), generation=generation)


def record(offset: int, message: Message) -> Record:
    return Record(offset, 0, f"file:{offset}", codec.encode(message))


def mentions(*texts: str) -> list[Record]:
    return [record(n, mention(f"file:{n}", text)) for n, text in enumerate(texts)]


async def outcome(step: Step, records: Sequence[Record]) -> list[Message]:
    return [codec.decode(output.value) for output in await step(records)]


def raising(error: BaseException):
    def raises(*_):
        raise error

    return raises


async def test_outputs_stand_in_the_order_of_the_records() -> None:
    records = [*mentions("a", "poison", "c"), record(3, deletion("file:3")), Record(4, 0, "file:4", b"?")]
    outputs = await step_of(Enrichers().understand)(records)
    assert [output.key for output in outputs] == [f"file:{n}" for n in range(5)]
    assert [output.topic for output in outputs] == ["enriched", "dead", "enriched", "enriched", "dead"]


async def test_a_deletion_passes_byte_for_byte() -> None:
    (output,) = await step_of()([record(1, deletion("file:1"))])
    assert output.value == codec.encode(deletion("file:1"))


async def test_generation_and_routing_are_stored() -> None:
    step = step_of(route=lambda _mention, _found: Routing(monitors=("ns",)), generation=3)
    (message,) = await outcome(step, mentions("a"))
    assert isinstance(message, Enriched)
    assert (message.generation, message.routing.monitors) == (3, ("ns",))


@pytest.mark.parametrize("error", [Retry("away"), Stop("damaged")])
async def test_what_the_runner_must_decide_passes_through(error: Exception) -> None:
    with pytest.raises(type(error)):
        await step_of(raising(error))(mentions("a", "b"))
    with pytest.raises(type(error)):
        await step_of(route=raising(error))(mentions("a"))


class Panic(BaseException):
    """As native libraries raise it: no Exception."""


@pytest.mark.parametrize(
    ("error", "reason"),
    [(Reject("too odd", reason="odd"), "odd"), (KeyError("x"), "KeyError"), (Panic("aborted"), "Panic")],
)
async def test_any_other_error_is_a_dead_letter_with_its_name(error: BaseException, reason: str) -> None:
    for step in (step_of(raising(error)), step_of(route=raising(error))):
        (letter,) = await outcome(step, mentions("a"))
        assert isinstance(letter, DeadLetter)
        assert letter.error == reason


async def test_a_finding_that_cannot_be_written_is_a_dead_letter() -> None:
    found = Understood(findings=(Finding(name="sentiment", model="1", labels=("\ud800",)),))
    (letter,) = await outcome(step_of(lambda each: [found] * len(each)), mentions("a"))
    assert isinstance(letter, DeadLetter)
    assert letter.error == "UnicodeEncodeError"


async def test_enrichers_that_lose_an_answer_do_not_mix_up_mentions() -> None:
    letters = await outcome(step_of(lambda _: [NOTHING] * 3), mentions("a", "b"))
    assert [type(letter) for letter in letters] == [DeadLetter, DeadLetter]


async def test_the_healthy_neighbours_of_poison_stay_together() -> None:
    enrichers = Enrichers()
    await step_of(enrichers.understand)(mentions(*"abcdefg", "poison"))
    assert ["a", "b", "c", "d"] in enrichers.calls
    assert ["poison"] in enrichers.calls


async def test_what_happened_is_counted() -> None:
    measured = Measured()
    found = Understood(findings=(), skipped=("emotion",))
    await step_of(lambda each: [found] * len(each), measured=measured)([*mentions("a", "b"), Record(9, 0, "k", b"?")])
    assert measured.spreads[Duration.STREAM, ()].counts
    assert measured.values == {
        (Count.STEPPED, ()): 3,
        (Count.SKIPPED, ("emotion",)): 2,
        (Count.DEAD, ("stream", "undecodable")): 1,
    }


@given(st.lists(st.one_of(st.binary(max_size=60), st.just(codec.encode(mention("file:1"))))))
def test_any_bytes_give_one_output_each(values: list[bytes]) -> None:
    records = [Record(n, 0, f"k{n}", value) for n, value in enumerate(values)]
    outputs = asyncio.run(step_of()(records))
    assert [output.key for output in outputs] == [each.key for each in records]


async def test_a_mention_that_nobody_wants_after_all_ends_there():
    measured = Measured()
    step = step_of(route=lambda told, _found: Routing() if "goed" in told.text else None, measured=measured)
    kept = await outcome(step, mentions("goed", "fout", "ook goed"))
    assert [message.mention.text for message in kept] == ["goed", "ook goed"]
    assert measured.total(Count.DROPPED) == 1
