"""What a player can be told to do wrong, and the part of it that every HTTP answer shares."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Event = TypeVar("Event")


@dataclass(frozen=True)
class Refusal:
    """One answer instead of the wanted one: a status, and what Retry-After or other headers say."""

    status: int
    retry_after: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b'{"error":"refused"}'


@dataclass
class Faults:
    """Dials of one player; change them at any time.

    answers    refusals given to the next requests and handshakes, one each
    skip       requests that pass before `answers`, `cuts` and `broken` apply
    cuts       how many of the next HTTP answers end in the middle of their body
    broken     how many of the next HTTP answers carry half a JSON document, with status 200
    cut_after  a stream breaks off in the middle of the event after so many; each entry serves one connection
    drip       seconds between the pieces in which anything is sent; 0 sends whole
    piece      bytes in such a piece
    malformed  before every so many-th event of a stream one that cannot be read is sent; 0 never
    duplicate  every event of a stream comes twice
    disorder   events of a stream come backwards within blocks of this many; 0 keeps their order
    skew       added to the server's own times in what is sent
    silent     a stream accepts connections and sends nothing, not even a heartbeat
    done       what is answered once a message was taken in, in the place of the answer, one each; None breaks off
    mute       how many of the next messages are taken in and never answered
    twice      how many of the next messages come twice, as from a proxy that asks again: the second answer is given
    """

    answers: list[Refusal] = field(default_factory=list)
    skip: int = 0
    cuts: int = 0
    broken: int = 0
    cut_after: list[int] = field(default_factory=list)
    drip: float = 0.0
    piece: int = 16
    malformed: int = 0
    duplicate: bool = False
    disorder: int = 0
    skew: timedelta = timedelta()
    silent: bool = False
    done: list[Refusal | None] = field(default_factory=list)
    mute: int = 0
    twice: int = 0

    def arranged(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events as a stream sends them: doubled and out of order, if so dialled."""
        block: list[Event] = []
        for event in events:
            block += [event, event] if self.duplicate else [event]
            if len(block) >= self.disorder:
                yield from reversed(block) if self.disorder else block
                block = []
        yield from reversed(block)


def misbehaving(faults: Faults) -> Middleware:
    """The middleware that applies refusals, cuts, broken bodies and dripping to every plain HTTP answer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if faults.skip > 0:
            faults.skip -= 1
        elif faults.answers:
            return _refused(faults.answers.pop(0))
        elif faults.cuts > 0 or faults.broken > 0:
            return await _spoilt(faults, request, await handler(request))
        answer = await handler(request)
        return await _dripping(faults, request, answer) if faults.drip else answer

    return middleware


def taking_in(faults: Faults, handler: Handler) -> Handler:
    """The handler of a message that somebody sends, with what may go wrong once it was taken in."""

    async def taken_in(request: web.Request) -> web.StreamResponse:
        answer = await handler(request)
        if faults.twice > 0:
            faults.twice -= 1
            answer = await handler(request)
        if faults.mute > 0:
            faults.mute -= 1
            await asyncio.Event().wait()
        if not faults.done:
            return answer
        instead = faults.done.pop(0)
        if instead is None:
            cut(request)
        return _refused(instead) if instead else answer

    return taken_in


def _refused(refusal: Refusal) -> web.Response:
    headers = dict(refusal.headers) | ({"Retry-After": refusal.retry_after} if refusal.retry_after else {})
    return web.Response(status=refusal.status, headers=headers, body=refusal.body)


async def _spoilt(faults: Faults, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
        return answer
    half = answer.body[: len(answer.body) // 2]
    if faults.broken > 0:
        faults.broken -= 1
        return web.Response(status=answer.status, body=half, content_type=answer.content_type)
    faults.cuts -= 1
    started = web.StreamResponse(status=answer.status, headers={"Content-Length": str(len(answer.body))})
    await started.prepare(request)
    await started.write(half)
    cut(request)
    return started


async def _dripping(faults: Faults, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
        return answer
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    slow = web.StreamResponse(status=answer.status, headers=headers)
    await slow.prepare(request)
    for start in range(0, len(answer.body), faults.piece):
        await slow.write(answer.body[start : start + faults.piece])
        await asyncio.sleep(faults.drip)
    return slow


def cut(request: web.Request) -> None:
    """Break the connection off as a crashed server does."""
    if request.transport is not None:
        request.transport.close()
