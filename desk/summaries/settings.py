"""Which language model is asked for summaries, and how much of it. Kept light: every part reads the configuration."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from core.settings import Settings, Span

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class LanguageModelSettings(Settings):
    """A server that speaks the OpenAI-compatible protocol. Without a `base_url` there is none, and nothing of it shows.

    base_url       what stands before /chat/completions, like http://127.0.0.1:11434/v1; another machine by https alone
    model          as the server calls it
    key            the server's, where it asks for one; write ${env} or ${file:...}
    timeout        how long one summary may take, further tries included
    mentions       of a selection, how many are read at the most
    answer_tokens  how long an answer may be
    requests_a_day, tokens_a_day  the budget of a calendar day; what was asked counts, and what was answered
    """

    base_url: str = ""
    model: str = ""
    key: str = Field(default="", repr=False)
    timeout: Span = timedelta(seconds=60)
    mentions: int = Field(default=40, ge=1, le=200)
    answer_tokens: int = Field(default=600, ge=50, le=8000)
    requests_a_day: int = Field(default=200, ge=1)
    tokens_a_day: int = Field(default=500_000, ge=1)

    @field_validator("base_url")
    @classmethod
    def _reached_safely(cls, value: str) -> str:
        address = urlsplit(value)
        if value and (
            address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment
        ):
            raise ValueError("give an address like http://127.0.0.1:11434/v1")
        if address.username or address.password:
            raise ValueError("leave user and password out; `key` is the place for a secret")
        if address.scheme == "http" and address.hostname not in LOCAL:
            raise ValueError("a server on another machine is spoken to by https alone")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> "LanguageModelSettings":
        if bool(self.base_url) != bool(self.model):
            raise ValueError("base_url and model: give both or neither")
        return self
