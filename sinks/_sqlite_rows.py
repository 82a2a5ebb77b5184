"""One processed mention as the archive's rows hold it: pure, and all that can be refused of it is refused here."""

import hashlib
import re
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from core import order
from core.codec import encode
from core.time import milliseconds
from core.types import Engagement, Enriched, Mark, Mention
from core.words import fold, tokens

BREAK = "\u2016"
"""A token no query has, between title, text and names, so that no phrase runs over the edge."""

MOST = (1 << 63) - 1
_ODD = re.compile(r"[\x00-\x2f\x3a-\x5e\x60\x7b-\x7f]")
_PACKED = order.GENERATION_BITS + order.JUDGEMENT_BITS + 1


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


class Labels(NamedTuple):
    """What a mention is counted by, after judgements: in the order of the columns of `facts`."""

    source: str
    kind: str
    site: str | None
    language: str
    sentiment: str | None
    emotion: str | None
    monitors: tuple[str, ...]
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    heard: str


def row(enriched: Enriched) -> Row:
    """The stored form. Raises ValueError or OverflowError where a part of it can be stored nowhere."""
    mention = enriched.mention
    said = said_tokens(mention)
    return Row(
        mention=mention.id,
        order_key=order.of_enriched(enriched),
        enriched=enriched,
        tokens=said + named_tokens(mention),
        copy=copy_group(said, mention.text),
        body=encode(replace(enriched, vector=b"") if enriched.vector else enriched),
        vector=enriched.vector,
        created=milliseconds(mention.created_at),
        seen=milliseconds(mention.seen_at),
        followers=bounded(mention.author.followers),
        engagement=engagement(mention.engagement),
    )


def said_tokens(mention: Mention) -> str:
    """Words of title and text, as the index and the copy group see them."""
    said = " ".join(tokens(mention.text))
    return f"{' '.join(tokens(mention.title))} {BREAK} {said}" if mention.title else said


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


def copy_group(said: str, text: str) -> int:
    """One number for all mentions of the same words (of the same characters where there are no words)."""
    digest = hashlib.blake2b((said or text).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def labels(enriched: Enriched) -> Labels:
    """What the mention is counted by; `enriched` has its judgements applied."""
    mention = enriched.mention
    found = {finding.name: finding.labels for finding in reversed(enriched.findings)}
    return Labels(
        mention.source,
        mention.kind,
        mention.site,
        next(iter(found.get("language", ())), None) or mention.language or "und",
        next(iter(found.get("sentiment", ())), None),
        next(iter(found.get("emotion", ())), None),
        enriched.routing.monitors,
        found.get("topics", ()),
        found.get("tags", ()),
        heard_by(mention),
    )


def heard_by(mention: Mention) -> str:
    """The configured source that heard it, whose retention it is under; the connector's name where none is said."""
    return mention.stream.partition("/")[0] or mention.source


def engagement(read: Engagement | None) -> int | None:
    """Likes, reposts, replies and quotes together, those known; None where none is."""
    if read is None:
        return None
    known = [count for count in (read.likes, read.reposts, read.replies, read.quotes) if count is not None]
    return bounded(sum(known)) if known else None


def bounded(number: int | None) -> int | None:
    return None if number is None else max(-MOST, min(number, MOST))


def drill(enriched: Enriched) -> bool:
    return Mark.DRILL in enriched.mention.marks


def content_ms(order_key: int) -> int:
    """The time of content in an order key, in ms."""
    return order_key >> _PACKED
