"""Bulk requests: pre-built lines out, one outcome an action back; what the engine puts off is sent again, and only that."""

import asyncio
from collections.abc import Sequence
from random import Random

import msgspec

from core.errors import Retry
from sinks._backoff import pause
from sinks._elastic_client import Engine
from sinks._elastic_indices import Indices
from sinks._elastic_rows import Action
from sinks._elastic_troubles import BUSY, NO_INDEX, Refused, Trouble, blocked, read_only

ATTEMPTS = 4
"""Times that what is put off is sent before the caller is told to wait."""

MOST_BYTES = 1 << 20
"""Of one request, unless one document alone is larger: the client hands a larger one on in one piece, and warns."""

CONFLICT, TOO_LARGE, MISSING = 409, 413, 404


class Outcome(msgspec.Struct):
    """What became of one action. `conflict`: a greater or equal version is there, which is as good as written."""

    status: int = 200
    error: Trouble = Trouble()

    @property
    def conflict(self) -> bool:
        return self.status == CONFLICT

    @property
    def refused(self) -> bool:
        """Whether the document can never be stored as it is."""
        return self.status >= 400 and self.status not in (CONFLICT, MISSING)


class _Answer(msgspec.Struct):
    errors: bool
    items: msgspec.Raw = msgspec.Raw(b"[]")


DONE = Outcome()
_answer = msgspec.json.Decoder(_Answer).decode
_items = msgspec.json.Decoder(list[dict[str, Outcome]]).decode


class Bulk:
    """Sends actions. Raises Retry where the engine is away, busy or read-only; what was done by then may be done again."""

    def __init__(self, engine: Engine, indices: Indices, random: Random) -> None:
        self._engine, self._indices, self._random = engine, indices, random

    async def apply(self, actions: Sequence[Action]) -> list[Outcome]:
        """What became of each, durable on return. In the order given, as far as they are about one document."""
        if not actions:
            return []
        await self._indices.make(action.index for action in actions)
        self._engine.touched(*{action.index for action in actions})
        outcomes = [DONE] * len(actions)
        pending, attempt = list(range(len(actions))), 0
        while pending:
            again = []
            for place, outcome in zip(pending, await self._sent([actions[one] for one in pending]), strict=True):
                outcomes[place] = outcome
                if outcome is DONE:
                    continue
                if outcome.status in BUSY or blocked(outcome.status, outcome.error) or _no_index(outcome):
                    again.append(place)
            if again:
                await self._wait(attempt, outcomes[again[0]])
            pending, attempt = again, attempt + 1
        return outcomes

    async def _wait(self, attempt: int, outcome: Outcome) -> None:
        if blocked(outcome.status, outcome.error):
            raise read_only(self._engine.url, outcome.error.reason or "")
        if attempt + 1 >= ATTEMPTS:
            reason = (outcome.error.reason or "")[:300]
            raise Retry(f"{self._engine.url} puts off writing ({outcome.status} {outcome.error.type}): {reason}")
        if _no_index(outcome):
            self._indices.forget()
        await asyncio.sleep(pause(attempt, self._random))

    async def _sent(self, actions: Sequence[Action]) -> list[Outcome]:
        sent = await asyncio.gather(*(self._request(part) for part in parts(actions)))
        return [outcome for some in sent for outcome in some]

    async def _request(self, actions: Sequence[Action]) -> list[Outcome]:
        body = b"".join([action.lines for action in actions])
        try:
            answer = await self._engine.ask("POST", "/_bulk", body, timeout="10s", filter_path=_WANTED)
        except Refused as error:
            if error.status != TOO_LARGE:
                raise
            if len(actions) == 1:
                return [Outcome(TOO_LARGE, Trouble(error.kind, "the engine takes no document of this size"))]
            middle = len(actions) // 2
            return [*await self._request(actions[:middle]), *await self._request(actions[middle:])]
        told = _answer(answer)
        if not told.errors:
            return [DONE] * len(actions)
        return [outcome for item in _items(told.items) for outcome in item.values()]


_WANTED = "errors,items.*.status,items.*.error.type,items.*.error.reason"


def parts(actions: Sequence[Action]) -> list[Sequence[Action]]:
    """The actions in requests of at most MOST_BYTES."""
    found, start, size = [], 0, 0
    for place, action in enumerate(actions):
        if size and size + len(action.lines) > MOST_BYTES:
            found.append(actions[start:place])
            start, size = place, 0
        size += len(action.lines)
    return [*found, actions[start:]]


def _no_index(outcome: Outcome) -> bool:
    return outcome.status == MISSING and outcome.error.type == NO_INDEX
