"""Sends to the webhook of an alert: signed as Standard Webhooks says, to public addresses unless a person named others."""

from collections.abc import Sequence

from core.errors import Reject, Retry
from core.time import Clock
from sinks import _signature
from sinks._addresses import Network
from sinks._post import client, post

SECONDS = 20.0


async def post_signed(
    address: str, message: str, body: bytes, secret: str, *, private: Sequence[Network], clock: Clock
) -> None:
    """Returns once it is taken. Raises Reject where it never will be, Retry where it may later."""
    headers = _signature.headers([_signature.key(secret)], message, int(clock().timestamp()), body)
    async with client(private, address, seconds=SECONDS, most=1) as session:
        answer = await post(
            session, address, body, headers | {"Content-Type": "application/json"}, private=private, clock=clock
        )
    if answer.taken:
        return
    if answer.status is None:
        raise Retry(f"the webhook {answer.said}")
    said = f"the webhook answered {answer.status}"
    if answer.gone or not answer.of_all:
        raise Reject(said, reason="refused")
    raise Retry(said, after=answer.after)
