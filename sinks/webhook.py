"""Sends each mention that changed, and each that is gone, to a receiver of yours: CloudEvents, signed as Standard Webhooks says.

The current version is sent, so a text that was deleted meanwhile is not; of one mention nothing overtakes what came
before. Only a 2xx is a success. A mention that fails is tried again with what comes later of it, ten times in three days,
then it is a dead letter; a receiver that fails as a whole is left alone for a while; after 410, or where it took nothing for
so long, nothing is sent until `klankbord sinks enable`. An event may come twice, with the same webhook-id.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from aiohttp import ClientSession
from pydantic import Field, field_validator

from core.outward import Outward
from core.ports import Item, Tools
from core.settings import Settings as Base
from core.settings import Span
from core.time import Clock
from core.trace import traceparent
from core.types import Failure
from sinks import _signature
from sinks._addresses import PrivateNetwork
from sinks._event import CONTENT_TYPE, Event, encode, webhook_id
from sinks._marks import takes
from sinks._outbox import Outbox
from sinks._owed import Telling
from sinks._post import Answer, client, post
from sinks._receiver import Receiver
from sinks._schedule import ALL
from sinks._written import Secret, check_address


class Settings(Base):
    """Where events are POSTed, and what signs them.

    url            https, or http inside a network of `allow_private`; may hold a token of the receiver's own
    secrets        each signs every event, until another was made by `klankbord sinks rotate`
    ca             certificate of the authority that signed the receiver's, where that is none this machine trusts
    allow_private  networks that are not public and meant all the same: 10.1.0.0/16, 127.0.0.1
    at_once        requests under way at the most
    timeout        of one request
    gives_up_after how long a failing mention is tried, and a failing receiver; no longer than log.keep
    """

    url: str = Field(repr=False)
    secrets: tuple[Secret, ...] = Field(min_length=1, max_length=4)
    ca: Path | None = None
    allow_private: tuple[PrivateNetwork, ...] = ()
    at_once: int = Field(default=4, ge=1, le=32)
    timeout: Span = timedelta(seconds=20)
    gives_up_after: Span = ALL

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        check_address(value, "https://example.org/events")
        return value


class Webhook:
    """core.ports.Sink on one receiver."""

    takes_history = False
    takes_drills = False
    in_flight = 1
    tells_arrival = True

    def __init__(self, name: str, outbox: Outbox) -> None:
        self.name, self._outbox = name, outbox

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        await self._outbox.told(batch)
        return ()


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[Webhook]:
    """Sends as long as it is open."""
    seconds = settings.timeout.total_seconds()
    telling = Telling(source=outward.source, link=outward.link, leaves=outward.leaves, takes=partial(takes, Webhook))
    receiver = Receiver(outward.name, outward.shelf, within=settings.gives_up_after, tools=tools)
    opened = client(settings.allow_private, settings.url, seconds=seconds, most=settings.at_once, ca=settings.ca)
    async with opened as session:
        send = partial(_send, session, settings, outward, tools.clock)
        outbox = Outbox(
            outward, telling, receiver, send, tools=tools, within=settings.gives_up_after, most=settings.at_once
        )
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(outbox.run(), name=f"{outward.name}: sends")
            yield Webhook(outward.name, outbox)
            await outbox.end()
            sending.cancel()


async def _send(session: ClientSession, settings: Settings, outward: Outward, clock: Clock, event: Event) -> Answer:
    body = encode(event)
    secrets = await outward.secrets([secret.get_secret_value() for secret in settings.secrets])
    signed = _signature.headers(map(_signature.key, secrets), webhook_id(event), int(clock().timestamp()), body)
    headers = {"Content-Type": CONTENT_TYPE, "traceparent": traceparent(event.subject, event.id), **signed}
    return await post(session, settings.url, body, headers, private=settings.allow_private, clock=clock)
