"""Whether a message can be stored at all: its size, its characters, its times."""

import re
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from core.codec import encode
from core.types import Deletion, Failure, Mention

MOST_CHARACTERS = 1_000_000
MOST_ID = 2_000  # characters of an id of a message or an account, and of what refers to one
MOST_NAME, MOST_TITLE, MOST_ADDRESS = 1_000, 10_000, 10_000  # characters; names and titles are cut, addresses left out
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_SKEW = timedelta(days=1)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")  # BCP 47, without its rarer forms

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def holds_nul(encoded: bytes) -> bool:
    """Whether any string in this JSON holds a NUL character."""
    return b"\\u0000" in encoded and _NUL.search(encoded) is not None


def sound(text: str) -> str:
    """The text with what UTF-8 cannot say written as an escape: for reasons, details and keys."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def invalid(mention: Mention, now: datetime) -> Failure | None:
    """Why this mention can never be stored, or None. The reasons are a bounded set of words."""
    reason = _fault(mention, now)
    return Failure(*reason, payload_of(mention), sound(str(mention.id)[:MOST_ID])) if reason else None


def within_limits(mention: Mention) -> Mention:
    """The mention with names and titles cut to what is stored of them, without addresses too long to be one.

    What an author states as language and is none is left out: figures are told by language, and no text of a stranger
    belongs among their names.
    """
    author = mention.author
    if mention.language is not None and not _LANGUAGE.fullmatch(mention.language):
        mention = replace(mention, language=None)
    if _long(author.name, MOST_NAME) or _long(author.handle, MOST_NAME) or _long(author.url, MOST_ADDRESS):
        author = replace(
            author,
            name=_cut(author.name, MOST_NAME),
            handle=_cut(author.handle, MOST_NAME),
            url=None if _long(author.url, MOST_ADDRESS) else author.url,
        )
    if author is mention.author and not _long(mention.title, MOST_TITLE) and not _long(mention.url, MOST_ADDRESS):
        return mention
    url = None if _long(mention.url, MOST_ADDRESS) else mention.url
    return replace(mention, author=author, title=_cut(mention.title, MOST_TITLE), url=url)


def _long(text: str | None, most: int) -> bool:
    return text is not None and len(text) > most


def _cut(text: str | None, most: int) -> str | None:
    return text[: most - 1] + "…" if text is not None and len(text) > most else text


def settled(mention: Mention, now: datetime) -> Mention | Failure:
    """The mention as it may be stored, a small clock skew taken out of created_at; or why it never can be."""
    mention = within_limits(mention)
    failure = invalid(mention, now)
    if failure:
        return failure
    try:
        nul = holds_nul(encode(mention))
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError) as error:
        reason = "lone surrogate" if isinstance(error, UnicodeEncodeError) else "malformed"
        return Failure(reason, sound(f"{type(error).__name__}: {error}"[:500]), payload_of(mention), sound(mention.id))
    if nul:
        return Failure("NUL character", "a field holds a NUL character", payload_of(mention), sound(mention.id))
    if mention.created_at > mention.seen_at:
        return replace(mention, created_at=mention.seen_at)
    return mention


def _fault(mention: Mention, now: datetime) -> tuple[str, str] | None:
    text = mention.text
    if not mention.id or not mention.author.id:
        return "no id", "the message or its author has no id"
    for name, identifier in (
        ("the id", mention.id),
        ("the author's id", mention.author.id),
        ("reply_to", mention.reply_to),
        ("thread", mention.thread),
        ("quote_of", mention.quote_of),
        ("repost_of", mention.repost_of),
    ):
        if identifier is not None and len(identifier) > MOST_ID:
            return "id too long", f"{name} has {len(identifier):,} characters; {MOST_ID:,} are let in"
    if len(text) > MOST_CHARACTERS:
        return "text too long", f"the text has {len(text):,} characters; {MOST_CHARACTERS:,} are let in"
    if "\0" in text:
        return "NUL character", "the text holds a NUL character"
    if not text.isascii() and not _encodable(text):
        return "lone surrogate", "the text holds half of a surrogate pair, which is no character"
    for name in ("created_at", "seen_at", "edited_at"):
        moment = getattr(mention, name)
        if moment is not None and moment.tzinfo is None:
            return "time without zone", f"{name} has no time zone"
    if not EARLIEST <= mention.created_at <= mention.seen_at + MOST_SKEW:
        return "time out of range", f"created_at {mention.created_at.isoformat()} is before 1990 or in the future"
    if not EARLIEST <= mention.seen_at <= now + MOST_SKEW:
        return "time out of range", f"seen_at {mention.seen_at.isoformat()} is before 1990 or in the future"
    if mention.edited_at is not None and not EARLIEST <= mention.edited_at <= mention.seen_at + MOST_SKEW:
        return "time out of range", f"edited_at {mention.edited_at.isoformat()} is before 1990 or in the future"
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def invalid_deletion(deletion: Deletion, now: datetime) -> Failure | None:
    """Why this deletion can never be stored, or None."""
    if not deletion.target or not _encodable(deletion.target + deletion.reason):
        reason = "no id", "the deletion names nothing that can be an id"
    elif len(deletion.target) > MOST_ID:
        reason = "id too long", f"the deletion's target has {len(deletion.target):,} characters; {MOST_ID:,} are let in"
    elif deletion.at.tzinfo is None:
        reason = "time without zone", "the deletion's time has no time zone"
    elif not EARLIEST <= deletion.at <= now + MOST_SKEW:
        reason = "time out of range", f"the deletion's time {deletion.at.isoformat()} is before 1990 or in the future"
    else:
        return None
    return Failure(*reason, payload_of(deletion), sound(deletion.target[:MOST_ID]))


def payload_of(message: Mention | Deletion) -> bytes:
    """The message as bytes for a dead letter, whatever it holds."""
    try:
        return encode(message)
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError):
        return repr(message).encode("utf-8", "backslashreplace")
