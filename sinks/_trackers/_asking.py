"""What a refusal of a tracker means."""

from collections.abc import Mapping
from typing import Any

from core.errors import Denied, Reject
from sinks._crm_http import Answer, Client

REFUSED = "refused"
MISSING = frozenset({404, 410})
"""What is not there, or is not there for us: no answer tells these apart."""


def well(client: Client, answer: Answer) -> Any:  # Any: whatever its JSON holds
    """What it answered. Raises Reject where it refuses."""
    if answer.status >= 400:
        said = client.said(answer.value if answer.value is not None else answer.text)
        raise Reject(f"{client.name} refuses (status {answer.status}): {said}", reason=REFUSED)
    return answer.value


def made(client: Client, answer: Answer) -> Any:  # Any: whatever its JSON holds
    """What it answered to something that is made. Raises Denied where the project is not there for us, Reject where it refuses."""
    if answer.status in MISSING:
        raise _no_project(client)
    return well(client, answer)


async def see_project(client: Client, path: str, query: Mapping[str, str] | None = None) -> None:
    """Raises Denied where the project, or the list of its items, is not there for us: then nothing is known of an item of it."""
    if (await client.ask("GET", path, query=query or {})).status in MISSING:
        raise _no_project(client)


def _no_project(client: Client) -> Denied:
    return Denied(f"{client.name} at {client.base} shows us no such project; check its name, and what the token may")
