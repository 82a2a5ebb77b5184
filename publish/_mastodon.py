"""What Mastodon answers, as far as it is read here, and texts as they are sent there. Pure."""

import re
from datetime import datetime

import msgspec

from core.types import Parent

Number = str | int
"""An id: text; very old versions write numbers."""


class Own(msgspec.Struct):
    """The account behind a token."""

    id: Number
    acct: str


class _Statuses(msgspec.Struct):
    max_characters: int = 0


class _Configuration(msgspec.Struct):
    statuses: _Statuses = msgspec.field(default_factory=_Statuses)


class Instance(msgspec.Struct):
    """What an instance says of itself."""

    configuration: _Configuration = msgspec.field(default_factory=_Configuration)


class Status(msgspec.Struct):
    """One whose parent was deleted meanwhile says no more what it answers, but still whom."""

    id: Number
    created_at: datetime
    in_reply_to_id: Number | None = None
    in_reply_to_account_id: Number | None = None
    url: str | None = None
    uri: str | None = None

    def answers(self, parent: str | None) -> bool:
        """Whether it may be an answer to the status of that number, which is not known where that is gone."""
        if self.in_reply_to_id is None:
            return self.in_reply_to_account_id is not None
        return str(self.in_reply_to_id) == parent


class Found(msgspec.Struct):
    """What a search found."""

    statuses: list[Status] = []


class Source(msgspec.Struct):
    """What a status was written as."""

    text: str


def addressed(text: str, parent: Parent) -> str:
    """The text with a mention of whom it answers: without one that person is not told."""
    if not parent.handle or re.search(rf"(?<![\w@/])@{re.escape(parent.handle)}(?![\w@])", text, re.IGNORECASE):
        return text
    return f"@{parent.handle} {text}"
