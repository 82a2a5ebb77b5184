"""Requests to a tracker: a client that is open as long as it is, and what a refusal means."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from core.errors import Reject
from core.ports import Tools
from sinks._crm_http import Answer, Client, session
from sinks._trackers._settings import Place

REFUSED = "refused"


@asynccontextmanager
async def let_in(
    name: str,
    headers: Mapping[str, str],
    place: Place,
    tools: Tools,
    *,
    secrets: Sequence[str],
    judge: Callable[[Answer], None] = lambda _: None,
) -> AsyncIterator[Client]:
    """A client of that system, which lets us in by these headers."""

    async def same() -> Mapping[str, str]:
        return headers

    async with session() as opened:
        yield Client(
            opened,
            place.url,
            name=name,
            clock=tools.clock,
            headers=same,
            secrets=lambda: secrets,
            judge=judge,
            patience=place.patience,
        )


def well(client: Client, answer: Answer) -> Any:  # Any: whatever its JSON holds
    """What it answered. Raises Reject where it refuses."""
    if answer.status >= 400:
        said = client.said(answer.value if answer.value is not None else answer.text)
        raise Reject(f"{client.name} refuses (status {answer.status}): {said}", reason=REFUSED)
    return answer.value
