"""What is configured alike for every tracker."""

from datetime import timedelta

from pydantic import Field, SecretStr, field_validator

from core.safe_url import safe_url
from core.settings import Settings as Base
from core.settings import Span


class Place(Base):
    """Where items are made.

    url       the address of its API
    token     lets us in; write ${NAME} or ${file:PATH}
    project   where in it, as each system's own settings say
    labels    what each item is filed under
    patience  how long an answer may take
    """

    url: str
    token: SecretStr = Field(min_length=1)
    project: str = Field(min_length=1, max_length=300)
    labels: tuple[str, ...] = Field(default=("klankbord",), max_length=20)
    patience: Span = timedelta(minutes=1)

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        return safe_url(value)
