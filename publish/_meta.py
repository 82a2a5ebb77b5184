"""What Meta's Graph API answers, as far as it is read here. Pure."""

import re
from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

from core.errors import Reject
from core.types import Parent, Refusal, Visibility

_COMMENT = re.compile(r"\d+(?:_\d+)*")
One = TypeVar("One")
Place = Literal["facebook", "instagram"]
EDGES: dict[Place, str] = {"facebook": "comments", "instagram": "replies"}
FIELDS: dict[Place, str] = {
    "facebook": "id,message,created_time,from,permalink_url",
    "instagram": "id,text,timestamp,from",
}
PLATFORMS: dict[Place, str] = {"facebook": "messenger", "instagram": "instagram"}


class Own(msgspec.Struct):
    """The account behind a token: a page has a name, an Instagram account a username."""

    id: str
    name: str = ""
    username: str = ""


class Made(msgspec.Struct):
    id: str = ""
    message_id: str = ""


class _Id(msgspec.Struct):
    id: str


class Above(msgspec.Struct):
    """What a comment answers."""

    parent: _Id | None = None
    parent_id: str | None = None

    @property
    def higher(self) -> str | None:
        return self.parent.id if self.parent else self.parent_id


class Said(msgspec.Struct):
    """A comment or a message: Facebook has `message` and `created_time`, Instagram's comments `text` and `timestamp`."""

    id: str
    message: str = ""
    text: str = ""
    created_time: str = ""
    timestamp: str = ""
    by: _Id | None = msgspec.field(default=None, name="from")
    permalink_url: str | None = None

    def __post_init__(self) -> None:
        """A time that cannot be read makes it one that cannot be."""
        datetime.fromisoformat(self.created_time or self.timestamp)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.created_time or self.timestamp)

    @property
    def words(self) -> str:
        return self.message or self.text


class _Cursors(msgspec.Struct):
    after: str = ""


class _Paging(msgspec.Struct):
    next: str | None = None
    cursors: _Cursors = msgspec.field(default_factory=_Cursors)


class Page(msgspec.Struct, Generic[One]):
    data: list[One]
    paging: _Paging = msgspec.field(default_factory=_Paging)


def comment(number: str) -> str:
    """The number of a comment or post, as a part of a path. Raises Reject for a message: nobody can change those."""
    if not _COMMENT.fullmatch(number):
        raise Reject(f"{number[:80]} is no comment: a message stays as it is", reason=Refusal.FORBIDDEN)
    return number


def private(parent: Parent) -> bool:
    """Whether it is a message that only two see."""
    return parent.visibility is Visibility.DIRECT
