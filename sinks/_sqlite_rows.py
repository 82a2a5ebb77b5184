"""One processed mention as the archive's rows hold it: pure, and all that can be refused of it is refused here."""

import re

import msgspec
from msgspec.structs import replace

from core import order
from core.codec import encode
from core.time import milliseconds
from core.types import Enriched, Mention
from core.words import fold
from sinks._copies import copy_group
from sinks._stored import BREAK, bounded, engagement, said_tokens

_ODD = re.compile(r"[\x00-\x2f\x3a-\x5e\x60\x7b-\x7f]")


class Row(msgspec.Struct):
    """A mention ready to be stored; what depends on judgements and tombstones is added by the writer."""

    mention: str
    order_key: int
    enriched: Enriched
    tokens: str
    copy: int
    body: bytes
    vector: bytes
    created: int
    seen: int
    followers: int | None
    engagement: int | None
    arrived: int | None = None
    """When another archive took it in (ms), where it comes from one."""


def row(enriched: Enriched) -> Row:
    """The stored form. Raises ValueError or OverflowError where a part of it can be stored nowhere."""
    mention = enriched.mention
    said = said_tokens(mention)
    return Row(
        mention=mention.id,
        order_key=order.of_enriched(enriched),
        enriched=enriched,
        tokens=said + named_tokens(mention),
        copy=copy_group(mention, said),
        body=encode(replace(enriched, vector=b"") if enriched.vector else enriched),
        vector=enriched.vector,
        created=milliseconds(mention.created_at),
        seen=milliseconds(mention.seen_at),
        followers=bounded(mention.author.followers),
        engagement=engagement(mention.engagement),
    )


def named_tokens(mention: Mention) -> str:
    """Accounts and hashtags as tokens of their own kind: "@" addressed, "#" hashtag."""
    if not mention.mentions and not mention.tags:
        return ""
    found = [account(part) for handle in mention.mentions for part in {handle, handle.split("@")[0]}]
    found += [hashtag(tag) for tag in mention.tags]
    return f" {BREAK} {' '.join(found)}"


def named(mark: str, name: str) -> str:
    """A name as one token: folded by case alone, everything that would cut it made "_"."""
    return mark + _ODD.sub("_", name.casefold())


def account(handle: str) -> str:
    return named("@", handle)


def hashtag(tag: str) -> str:
    return named("#", fold(tag))
