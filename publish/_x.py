"""What X answers, as far as it is read here, and whether a post is an answer. Pure."""

import re
from datetime import datetime
from html import unescape

import msgspec

from core.types import Reply
from publish._fitting import native
from publish._words import same

SOURCE = "x"
LED = re.compile(r"^(?:@\w+\s+)+")
"""Whom a post answers, as X writes it before the text."""


class _Me(msgspec.Struct):
    id: str
    username: str


class Me(msgspec.Struct):
    data: _Me


class _Made(msgspec.Struct):
    id: str


class Made(msgspec.Struct):
    data: _Made


class _Url(msgspec.Struct):
    url: str
    expanded_url: str = ""


class _Entities(msgspec.Struct):
    urls: list[_Url] = []


class _Referenced(msgspec.Struct):
    type: str
    id: str


class Post(msgspec.Struct):
    id: str
    text: str
    created_at: datetime
    entities: _Entities = msgspec.field(default_factory=_Entities)
    referenced_tweets: list[_Referenced] = []

    @property
    def said(self) -> str:
        """The text as it was sent: X writes whom it answers before it, and puts addresses of its own in the place of others."""
        text = self.text
        for one in self.entities.urls:
            text = text.replace(one.url, one.expanded_url or one.url)
        return LED.sub("", unescape(text))

    def says(self, reply: Reply) -> bool:
        return same(self.said, LED.sub("", reply.text))

    def answers(self, reply: Reply) -> bool:
        answered = [one.id for one in self.referenced_tweets if one.type == "replied_to"]
        return answered == [native(reply.parent.id, SOURCE)]


class _Meta(msgspec.Struct):
    next_token: str | None = None


class Page(msgspec.Struct):
    data: list[Post] = []
    meta: _Meta = msgspec.field(default_factory=_Meta)
