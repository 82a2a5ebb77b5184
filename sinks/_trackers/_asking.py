"""What a refusal of a tracker means."""

from typing import Any

from core.errors import Reject
from sinks._crm_http import Answer, Client

REFUSED = "refused"


def well(client: Client, answer: Answer) -> Any:  # Any: whatever its JSON holds
    """What it answered. Raises Reject where it refuses."""
    if answer.status >= 400:
        said = client.said(answer.value if answer.value is not None else answer.text)
        raise Reject(f"{client.name} refuses (status {answer.status}): {said}", reason=REFUSED)
    return answer.value
