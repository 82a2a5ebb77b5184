"""The one step of the stream: mentions in, what was understood of them out. Both runners call it and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from core import codec, topics
from core.errors import Reject, Retry, Stop
from core.ports import Measured, Record, Understand, Understood
from core.telemetry import Count, DropReason, Duration
from core.time import Clock
from core.trace import tell_set_aside
from core.types import Deletion, Enriched, Failure, Mention, Routing

STAGE = "stream"


class Output(msgspec.Struct, frozen=True, gc=False):
    """A record to append to a log topic."""

    topic: str
    key: str
    value: bytes


Step = Callable[[Sequence[Record]], Awaitable[Sequence[Output]]]
"""Every record gives one output, in the same order, or none where nobody wants it after all. Raises Retry where the same records should come again
later, Stop where a person has to act, and nothing else. Several calls may run at once."""

Route = Callable[[Mention, Understood], Routing | None]
"""Where a mention goes; None where no monitor wants it, now that it is understood."""

Result = Deletion | Enriched | Failure | None
Answer = TypeVar("Answer")


def make_step(understand: Understand, route: Route, *, clock: Clock, measured: Measured, generation: int = 0) -> Step:
    """The step for records of log topic `mentions`; a call works in a thread.

    A mention becomes Enriched and a deletion stays as it is, both in topic `enriched`. A record that cannot be
    understood becomes a dead letter of stage "stream" with its value as payload, and its neighbours do not notice.
    A mention that `route` finds unwanted ends here, counted.
    """

    def process(records: Sequence[Record]) -> list[tuple[Record, Result, bytes]]:
        messages = [_message(record) for record in records]
        mentions = [message for message in messages if isinstance(message, Mention)]
        understood = iter(_understood(understand, mentions))
        results = []
        for record, message in zip(records, messages, strict=True):
            result = message if not isinstance(message, Mention) else _enriched(message, next(understood))
            results.append(_encoded(record, result))
        return results

    def _enriched(mention: Mention, understood: Understood | Failure) -> Enriched | Failure | None:
        if isinstance(understood, Failure):
            return understood
        routing = _attempt(lambda: route(mention, understood))
        if routing is None or isinstance(routing, Failure):
            return routing
        return Enriched(
            mention=mention,
            findings=understood.findings,
            skipped=understood.skipped,
            routing=routing,
            vector=understood.vector,
            generation=generation,
        )

    async def step(records: Sequence[Record]) -> Sequence[Output]:
        outputs = []
        with measured.timed(Duration.STREAM):
            made = await asyncio.to_thread(process, records)
        for record, result, value in made:
            if isinstance(result, Failure):
                outputs.append(_dead(record, result))
                measured.add(Count.DEAD, STAGE, result.reason)
            elif result is None:
                measured.add(Count.DROPPED, STAGE, "", DropReason.NO_MONITOR)
            else:
                outputs.append(Output(topics.ENRICHED, record.key, value))
            for name in result.skipped if isinstance(result, Enriched) else ():
                measured.add(Count.SKIPPED, name)
        tell_set_aside(
            STAGE, [(record.key, result.reason) for record, result, _ in made if isinstance(result, Failure)]
        )
        measured.add(Count.STEPPED, by=len(records))
        return outputs

    def _dead(record: Record, failure: Failure) -> Output:
        whole = msgspec.structs.replace(failure, payload=record.value, key=record.key)
        letter = codec.dead_letter(whole, origin=f"{topics.MENTIONS}@{record.offset}", stage=STAGE, at=clock())
        return Output(topics.DEAD, record.key, codec.encode(letter))

    return step


def _message(record: Record) -> Mention | Deletion | Failure:
    message = _attempt(lambda: codec.decode(record.value))
    if isinstance(message, Mention | Deletion | Failure):
        return message
    return Failure(reason="misplaced", detail=f"a {type(message).__name__} has no place in topic {topics.MENTIONS}")


def _understood(understand: Understand, mentions: Sequence[Mention]) -> list[Understood | Failure]:
    """One answer a mention: a batch that fails is halved until the mention that breaks it stands alone."""
    if not mentions:
        return []
    answers = _attempt(lambda: _all(understand, mentions))
    if not isinstance(answers, Failure):
        return list(answers)
    if len(mentions) == 1:
        return [answers]
    half = len(mentions) // 2
    return _understood(understand, mentions[:half]) + _understood(understand, mentions[half:])


def _all(understand: Understand, mentions: Sequence[Mention]) -> Sequence[Understood]:
    answers = understand(mentions)
    if len(answers) != len(mentions):
        raise ValueError(f"{len(mentions)} mentions were given to the enrichers and {len(answers)} answers came back")
    return answers


def _encoded(record: Record, result: Result) -> tuple[Record, Result, bytes]:
    if isinstance(result, Deletion):
        return record, result, record.value
    if result is None or isinstance(result, Failure):
        return record, result, b""
    value = _attempt(lambda: codec.encode(result))
    return (record, value, b"") if isinstance(value, Failure) else (record, result, value)


def _attempt(work: Callable[[], Answer]) -> Answer | Failure:
    try:
        return work()
    except (Retry, Stop):
        raise
    except Reject as error:
        return Failure(reason=error.reason, detail=str(error))
    except BaseException as error:  # noqa: BLE001 - this is the guard, and a panic of a Rust library is no Exception
        return Failure(reason=type(error).__name__, detail=str(error))
