"""What a source's policy takes out of what it gave before anything of it is kept: personal data in free text."""

import re
from typing import Any

import msgspec
from msgspec.structs import replace

from core.redaction import Redactor
from core.redaction.regions import regions_of
from core.types import Author, Failure, Media, Mention

_NAMING = re.compile(
    r"(?:^|_)(?:id|ids|uri|url|did|cid|rev|seq|cursor|acct|username|handle|target|source|time|at)$|(?:Id|Uri|Url|At)$"
)
"""Fields of a document that say which message or account it is, or when it was written: they make it readable again."""

_json = msgspec.json.Decoder()


def redacted(mention: Mention, redactor: Redactor) -> Mention:
    """The mention without personal data in its title, text, content warning, descriptions of media and its author's name.

    Ids, handles and addresses of messages stay: they say whose it is and where it stands. The same object where there is none.
    """
    author = mention.author
    handles = _handles(mention)
    regions = regions_of((mention.language or "", f"und-{mention.country or ''}"))

    def clean(text: str | None) -> str | None:
        return redactor.redact(text, handles=handles, regions=regions) if text else text

    text, title, warning, name = (
        clean(mention.text),
        clean(mention.title),
        clean(mention.content_warning),
        clean(author.name),
    )
    media = tuple(_described(one, clean(one.alt)) for one in mention.media)
    unchanged = (
        text is mention.text
        and title is mention.title
        and warning is mention.content_warning
        and name is author.name
        and all(one is before for one, before in zip(media, mention.media, strict=True))
    )
    if unchanged:
        return mention
    return replace(mention, text=text, title=title, content_warning=warning, media=media, author=_named(author, name))


def redacted_failure(failure: Failure, redactor: Redactor) -> Failure:
    """The failure without personal data in its sentence and in what it holds of the input.

    A JSON document is cleaned field by field, but for fields that name messages, accounts and times, and for numbers; anything
    else as one text. Not seen: base64, numbers that are no strings, addresses whose sign is written as an entity or an escape
    in what is no JSON, words cut in two by markup.
    """
    payload = _clean(failure.payload, redactor)
    detail = redactor.redact(failure.detail)
    if payload is failure.payload and detail is failure.detail:
        return failure
    return replace(failure, payload=payload, detail=detail)


def _handles(mention: Mention) -> frozenset[str]:
    named = (*mention.mentions, *((mention.author.handle,) if mention.author.handle else ()))
    return frozenset(handle.casefold() for handle in named)


def _described(media: Media, alt: str | None) -> Media:
    return media if alt is media.alt else replace(media, alt=alt)


def _named(author: Author, name: str | None) -> Author:
    return author if name is author.name else replace(author, name=name)


def _clean(payload: bytes, redactor: Redactor) -> bytes:
    """The same bytes where nothing is found in them."""
    try:
        document = _json.decode(payload)
        cleaned = _within(document, redactor)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _clean_text(payload, redactor)
    return payload if cleaned == document else msgspec.json.encode(cleaned)


def _clean_text(payload: bytes, redactor: Redactor) -> bytes:
    """As UTF-8, else each byte as one character: what is looked for is ASCII in every encoding that is written in bytes."""
    try:
        text, encoding = payload.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = payload.decode("latin-1"), "latin-1"
    cleaned = redactor.redact(text)
    return payload if cleaned is text else cleaned.encode(encoding)


def _within(value: Any, redactor: Redactor, name: str = "") -> Any:  # Any: a document of any shape
    match value:
        case str():
            return value if _NAMING.search(name) else redactor.redact(value)
        case list():
            return [_within(item, redactor, name) for item in value]
        case dict():
            return {key: _within(item, redactor, key) for key, item in value.items()}
        case _:
            return value
