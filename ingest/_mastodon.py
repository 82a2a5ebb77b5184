"""Statuses of Mastodon and of what speaks its API to messages: pure.

Shapes: the Status, StatusEdit, Notification, Conversation, Context and Search entities of Mastodon 2 to 4.6, quotes of
its forks, of Pleroma and Akkoma; streaming events as server-sent text or as JSON; recorded HTTP exchanges.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

from core.types import Author, Deletion, Engagement, Failure, Kind, Media, Mention, Scope, VerifiedLink, Visibility
from ingest import _json as read
from ingest._html import plain

SOURCE = "mastodon"
NEW, EDITED, DELETED = "update", "status.update", "delete"
_VISIBILITY = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "mutuals_only": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
    "limited": Visibility.DIRECT,
}
MOST_FIELDS = 32
"""Of a profile: servers show a few, and what others send may be any number."""
_ADDRESS = re.compile(r"https://[^\s<>\"]{1,2000}")
_MEDIA = {"image": "image", "video": "video", "gifv": "video", "audio": "audio"}


def key(instance: str, native: str) -> str:
    """The mention id of a status as the connected instance numbers it."""
    return f"{SOURCE}:{instance}/{native}"


def order(native: str) -> tuple[int, str]:
    """Sorts native ids by age: numbers as numbers, flake ids and ULIDs as the texts they are."""
    return (len(native), native)


def native_id(document: read.Document, name: str = "id") -> str | None:
    """An id as text; very old versions write numbers."""
    value = document.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else read.text(document, name)


def is_status(document: read.Document) -> bool:
    """Whether this is meant as a status, also where it lacks what a status must have."""
    return "account" in document and ("content" in document or "visibility" in document)


def status(document: read.Document, *, instance: str, seen_at: datetime, payload: bytes) -> Mention | Failure:
    """The message in a Status entity, numbered as `instance` numbers it."""
    native, account = native_id(document), read.inner(document, "account")
    author = native_id(account)
    if native is None or author is None:
        return Failure("incomplete", "a status without its id or its account", payload)
    created = read.moment(document.get("created_at"))
    if created is None:
        return Failure(
            "bad time",
            f"created_at {str(document.get('created_at'))[:60]!r} is no time",
            payload,
            key(instance, native),
        )
    boosted = read.inner(document, "reblog")
    shown = document if read.text(document, "content") or not boosted else boosted
    if not isinstance(shown.get("content"), str):
        return Failure("wrong type", "a status whose content is no text", payload, key(instance, native))
    quoted = _quoted(document)
    answered = native_id(document, "in_reply_to_id")
    return Mention(
        id=key(instance, native),
        source=SOURCE,
        author=_author(account, f"{SOURCE}:{instance}/{author}", seen_at),
        text=_text(shown, quoted=quoted is not None),
        created_at=min(created, seen_at),
        seen_at=seen_at,
        edited_at=read.moment(document.get("edited_at")),
        kind=Kind.REPOST if boosted else Kind.REPLY if answered else Kind.QUOTE if quoted else Kind.POST,
        language=read.text(document, "language"),
        url=read.text(document, "url") or read.text(document, "uri"),
        reply_to=key(instance, answered) if answered else None,
        repost_of=key(instance, original) if boosted and (original := native_id(boosted)) else None,
        quote_of=key(instance, quoted) if quoted else None,
        mentions=read.distinct(acct for entry in read.items(shown, "mentions") if (acct := read.text(entry, "acct"))),
        tags=read.distinct(name for entry in read.items(shown, "tags") if (name := read.text(entry, "name"))),
        media=_media(shown),
        content_warning=plain(read.text(shown, "spoiler_text") or "") or None,
        engagement=_engagement(document, seen_at),
        visibility=_VISIBILITY.get(read.text(document, "visibility") or "", Visibility.UNKNOWN),
    )


def deletion(native: str, *, instance: str, at: datetime) -> Deletion:
    return Deletion(target=key(instance, native), scope=Scope.MENTION, at=at, reason="deleted")


def home(document: read.Document) -> str | None:
    """The instance a status was read from, where its author is local there: the host of the author's page."""
    account = read.inner(document, "account")
    acct = read.text(account, "acct") or "@"
    try:
        return None if "@" in acct else urlsplit(read.text(account, "url") or "").netloc or None
    except ValueError:
        return None


def _author(account: read.Document, identity: str, seen_at: datetime) -> Author:
    followers = read.number(account, "followers_count")
    known = followers is not None and followers >= 0
    return Author(
        id=identity,
        handle=read.text(account, "acct") or read.text(account, "username"),
        name=read.text(account, "display_name"),
        url=read.text(account, "url"),
        followers=followers if known else None,
        followers_at=seen_at if known else None,
        bot=read.flag(account, "bot"),
        links=_verified(account) if "fields" in account else None,
    )


def _verified(account: read.Document) -> tuple[VerifiedLink, ...]:
    """The profile fields that the instance has verified: it found a link back, rel="me", on the page that a field names.

    It looks itself, at accounts of other servers too, and only at a field that is one https address and nothing else
    (`Field#verified_at` of the Account entity).
    """
    fields = read.items(account, "fields")[:MOST_FIELDS]
    found = [(plain(read.text(one, "value") or ""), read.moment(one.get("verified_at"))) for one in fields]
    return tuple(VerifiedLink(url=url, at=at) for url, at in found if at is not None and _ADDRESS.fullmatch(url))


def _text(document: read.Document, *, quoted: bool) -> str:
    """The words; a quote's fallback link is left out, a poll's options stand below as items."""
    words = plain(read.text(document, "content") or "", without={"quote-inline"} if quoted else ())
    options = read.items(read.inner(document, "poll"), "options")
    lines = [f"- {title}" for option in options if (title := read.text(option, "title"))]
    return "\n".join([words, *lines]) if words else "\n".join(lines)


def _quoted(document: read.Document) -> str | None:
    """Id of the quoted status: Mastodon 4.4 and later, its forks (quote_id), Pleroma and Akkoma."""
    quote, pleroma = read.inner(document, "quote"), read.inner(document, "pleroma")
    return (
        native_id(read.inner(quote, "quoted_status"))
        or native_id(quote, "quoted_status_id")
        or native_id(quote)
        or native_id(document, "quote_id")
        or native_id(read.inner(pleroma, "quote"))
        or native_id(pleroma, "quote_id")
    )


def _media(document: read.Document) -> tuple[Media, ...]:
    found = [
        Media(
            kind=_MEDIA.get(read.text(entry, "type") or "", "other"),
            url=read.text(entry, "url") or read.text(entry, "remote_url"),
            alt=read.text(entry, "description"),
        )
        for entry in read.items(document, "media_attachments")
    ]
    card = read.inner(document, "card")
    if link := read.text(card, "url"):
        found.append(Media(kind="link", url=link, alt=read.text(card, "title")))
    return tuple(found)


def _engagement(document: read.Document, seen_at: datetime) -> Engagement:
    return Engagement(
        read_at=seen_at,
        likes=read.number(document, "favourites_count"),
        reposts=read.number(document, "reblogs_count"),
        replies=read.number(document, "replies_count"),
        quotes=read.number(document, "quotes_count"),
    )
