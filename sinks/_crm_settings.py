"""What is configured alike for every CRM and ticket system."""

from datetime import timedelta

from pydantic import field_validator, model_validator

from core.safe_url import safe_url
from core.settings import Settings as Base
from core.settings import Span


class Sending(Base):
    """Where it is, what is sent, and how often it is asked what changed there.

    url              its address, as each system's own settings say
    monitors         only mentions that one of these monitors matched; empty means all
    everyone         also mentions of accounts that no customer is linked to, as matters that belong to nobody
    create_contacts  make a contact there for such an account
    every            how often people's changes there are asked for
    patience         how long an answer may take
    """

    url: str
    monitors: tuple[str, ...] = ()
    everyone: bool = False
    create_contacts: bool = False
    every: Span = timedelta(minutes=1)
    patience: Span = timedelta(minutes=1)

    @model_validator(mode="after")
    def _contacts_of_everyone(self) -> "Sending":
        if self.create_contacts and not self.everyone:
            raise ValueError("create_contacts makes contacts of accounts nobody is linked to: it needs everyone: true")
        return self

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        return safe_url(value)

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=10):
            raise ValueError("give 10s or more: each question counts against what the other side allows")
        return value
