"""What the other side says, as it may be told to people and logs. Pure."""

from collections.abc import Iterable
from typing import Any

import msgspec


def quoted(value: Any, secrets: Iterable[str], *, most: int) -> str:
    """The other side's words in one line of at most `most` characters, without our secrets. Any: whatever its JSON holds."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    for secret in secrets:
        text = text.replace(secret, "...") if secret else text
    return " ".join(text.split())[:most]
