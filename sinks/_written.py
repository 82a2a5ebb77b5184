"""What people write of a receiver in the configuration: its address, and the secrets that sign what it is sent."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from sinks import _signature


def _usable_secret(secret: SecretStr) -> SecretStr:
    _signature.key(secret.get_secret_value())
    return secret


Secret = Annotated[SecretStr, AfterValidator(_usable_secret)]
"""One that Standard Webhooks can sign with."""


def check_address(value: str, example: str) -> None:
    """Raises ValueError where that is no address that a request can be sent to; `example` is one."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"should be an address like {example}")
