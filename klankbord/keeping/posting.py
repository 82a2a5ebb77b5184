"""Sends to webhooks: signed as Standard Webhooks says where they are to be, to public addresses unless a person named others."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import Reject, Retry
from core.time import Clock
from sinks import _signature
from sinks._addresses import Network
from sinks._post import Answer, client, post

SECONDS = 20.0


async def post_signed(
    address: str, message: str, body: bytes, secret: str, *, private: Sequence[Network], clock: Clock
) -> None:
    """Returns once it is taken. Raises Reject where it never will be, Retry where it may later."""
    answer = await post_json(address, body, signed([secret], message, body, clock), private=private, clock=clock)
    if answer.taken:
        return
    if answer.status is None:
        raise Retry(f"the webhook {answer.said}")
    said = f"the webhook answered {answer.status}"
    if answer.gone or not answer.of_all:
        raise Reject(said, reason="refused")
    raise Retry(said, after=answer.after)


def signed(secrets: Sequence[str], message: str, body: bytes, clock: Clock) -> Mapping[str, str]:
    """The headers by which the receiver knows who sent it, and a message that came twice."""
    return _signature.headers(map(_signature.key, secrets), message, int(clock().timestamp()), body)


async def post_json(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: Sequence[Network],
    clock: Clock,
    ca: Path | None = None,
) -> Answer:
    """Send it once, over a connection of its own. Never raises for what the other side does."""
    typed = {**headers, "Content-Type": "application/json"}
    async with client(private, address, seconds=SECONDS, most=1, ca=ca) as session:
        return await post(session, address, body, typed, private=private, clock=clock)
