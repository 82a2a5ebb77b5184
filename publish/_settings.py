"""What is configured alike for every publisher."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from core.safe_url import safe_url
from core.settings import Settings, Span

SafeUrl = Annotated[str, AfterValidator(safe_url)]
"""https, or this machine."""


class Account(Settings):
    """One own account.

    account   its name or number there: a token of another account is refused
    patience  how long an answer of the source may take
    """

    account: str
    patience: Span = timedelta(seconds=30)
