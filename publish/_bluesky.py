"""What a Bluesky host answers, as far as it is read here. Pure."""

from datetime import datetime

import msgspec

from core.errors import Reject
from core.types import Refusal

POST = "app.bsky.feed.post"


class Entered(msgspec.Struct, rename="camel"):
    """A session."""

    access_jwt: str
    refresh_jwt: str
    handle: str
    did: str
    active: bool = True
    status: str | None = None


class Reference(msgspec.Struct):
    """A strong reference: which record, and which version of it."""

    uri: str
    cid: str


class Replied(msgspec.Struct):
    root: Reference
    parent: Reference


class Post(msgspec.Struct, rename="camel"):
    """The record of a post."""

    text: str
    created_at: str = ""
    reply: Replied | None = None

    @property
    def at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.created_at)
        except ValueError:
            return None


class Record(msgspec.Struct):
    uri: str
    value: Post


class _Viewer(msgspec.Struct, rename="camel"):
    reply_disabled: bool = False


class View(msgspec.Struct):
    """A post as the account sees it."""

    uri: str
    cid: str
    record: Post
    viewer: _Viewer = msgspec.field(default_factory=_Viewer)


class Views(msgspec.Struct):
    posts: list[View]


class Resolved(msgspec.Struct):
    did: str


def parts(uri: str) -> tuple[str, str, str]:
    """Account, collection and record key of an at:// URI. Raises Reject."""
    found = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(found) != 3:
        raise Reject(f"{uri[:80]} is no post of Bluesky", reason=Refusal.FORBIDDEN)
    return found[0], found[1], found[2]


def of(did: str, key: str) -> tuple[tuple[str, str], ...]:
    """The query for a post by its account and record key."""
    return (("repo", did), ("collection", POST), ("rkey", key))
