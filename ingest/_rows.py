"""One row of named values to one mention."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import msgspec

from core.errors import Reject
from core.settings import nearest
from core.types import Author, Engagement, Kind, Mention, Visibility
from ingest._dates import moment

_GLOBAL = re.compile(
    r"[a-z][a-z0-9+.-]*://|urn:|tag:|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", re.IGNORECASE
)
_RATING = re.compile(
    r"^(\d+(?:[.,]\d+)?)\s*(?:(?:/|van(?: de)?|of|out of|uit)\s*(\d+(?:[.,]\d+)?)|(%))?\s*(?:sterren|stars?|ster)?$"
)
MOST_STARS = 5.0
Value = TypeVar("Value")
Option = TypeVar("Option", bound=StrEnum)
_COUNT = re.compile(r"^\d{1,3}(?:[., ]\d{3})+$|^\d+$")
_PROSE = frozenset({"text", "title"})
_JSON_NAMES = {bool: "true or false", list: "a list", dict: "an object", int: "a number", float: "a number"}
_HOUR = re.compile(r"^\d{1,2}[:.u]\d{2}([:.]\d{2})?")


def _unheard(_field: str, _sentence: str) -> None:
    """Nobody asked to be told."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a row does not say itself, and who is told of what it says badly.

    source     the connector's name
    namespace  what keeps ids of one origin apart from those of another; put before ids that are not global themselves
    zone       of times without one
    seen_at    first sight
    kind, site, language  of rows that give none
    rating_scale  what a rating that says no scale is out of
    trusted    whether klankbord's own records, which say their own ids, may be of other sources
    unread     takes the name of a side field that cannot be read and is left unknown, and a sentence why
    """

    source: str
    namespace: str
    zone: tzinfo
    seen_at: datetime
    kind: Kind = Kind.POST
    site: str | None = None
    language: str | None = None
    rating_scale: float = MOST_STARS
    trusted: bool = True
    unread: Callable[[str, str], None] = _unheard


def mention_of(values: Mapping[str, Any], context: Context) -> Mention:
    """The mention in these values, by field name. Any: cells of a file or whatever JSON holds.

    Side fields (rating, counts, language, tags, and the like) that cannot be read are unknown, and said so.
    Raises Reject with a bounded reason: no text, wrong type, unreadable date, unknown value.
    """
    row = _Row(values, context.unread)
    text = row.text("text") or ""
    title = row.text("title")
    rating = row.side("rating", lambda field: _rating(row.values.get(field), context.rating_scale))
    if not text and not title and rating is None:
        raise Reject("there is no text in it", reason="no text")
    created = _created(row, context)
    context, own = _origin(row, context)
    native = own or _native(row, context, text or title or "", created)
    seen = context.seen_at
    url = row.side("url", row.text)
    default_kind = Kind.REVIEW if "rating" in row.values else context.kind
    return Mention(
        id=f"{context.source}:{native}",
        source=context.source,
        author=_author(row, context, native),
        text=text,
        title=title,
        created_at=created or seen,
        seen_at=seen,
        edited_at=row.side("edited_at", lambda field: _moment(row, field, context)),
        kind=row.side("kind", lambda field: _choice(row, field, Kind)) or default_kind,
        language=row.side("language", row.text) or context.language,
        url=url,
        site=row.side("site", row.text) or context.site or _host(url),
        country=row.side("country", row.text),
        reply_to=_reference(row.text("reply_to"), context),
        thread=_reference(row.text("thread"), context),
        tags=row.side("tags", lambda field: row.words(field, "#")) or (),
        mentions=row.side("mentions", lambda field: row.words(field, "@")) or (),
        content_warning=row.side("content_warning", row.text),
        rating=rating,
        engagement=_engagement(row, seen),
        own_account=row.text("own_account"),
        visibility=_choice(row, "visibility", Visibility) or Visibility.PUBLIC,
    )


def _origin(row: "_Row", context: Context) -> tuple[Context, str]:
    """Where a row of klankbord's own export came from, and its native id: known by ids that start with the source."""
    source = row.values.get("source")
    identifier, author = row.values.get("id"), row.values.get("author_id")
    if not (isinstance(source, str) and isinstance(identifier, str) and isinstance(author, str) and source):
        return context, ""
    before = f"{source}:"
    if not (identifier.startswith(before) and author.startswith(before)):
        return context, ""
    refuse_foreign((identifier,), context)
    row.values = {**row.values, "author_id": author.removeprefix(before)}
    return msgspec.structs.replace(context, source=source, namespace=""), identifier.removeprefix(before)


def refuse_foreign(identifiers: Iterable[str | None], context: Context) -> None:
    """Raises Reject where one of these is another source's, and this one is not trusted with those."""
    for identifier in identifiers:
        if not context.trusted and identifier and not identifier.startswith(f"{context.source}:"):
            of = "belongs to another source; only a webhook whose settings say trusted: true takes such records"
            _refuse(f'"{identifier[:100]}" {of}', "foreign id")


class _Row:
    def __init__(self, values: Mapping[str, Any], unread: Callable[[str, str], None]) -> None:
        self.values, self._unread = values, unread

    def side(self, field: str, read: Callable[[str], Value | None]) -> Value | None:
        """What `read` makes of a field that a mention can do without; None, and told, where it cannot be read."""
        try:
            return read(field)
        except Reject as error:
            self._unread(field, str(error))
            return None

    def text(self, field: str) -> str | None:
        """The value as text without white space around it; None where it is empty."""
        value = self.values.get(field)
        if value is None:
            return None
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, (bool, list, dict)) or field in _PROSE:
            _refuse(f"{field} should be a string, not {_JSON_NAMES.get(type(value), 'something else')}", "wrong type")
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    def words(self, field: str, mark: str) -> tuple[str, ...]:
        """A list, or words parted by commas, semicolons or white space, without the mark before each."""
        value = self.values.get(field)
        if isinstance(value, list):
            if not all(isinstance(word, str) for word in value):
                _refuse(f"{field} should be a list of texts", "wrong type")
            words = value
        else:
            whole = self.text(field) or ""
            words = re.split(r"\s*[,;|]\s*" if re.search("[,;|]", whole) else r"\s+", whole)
        return tuple(clean for word in words if (clean := word.strip().lstrip(mark)))

    def count(self, field: str) -> int | None:
        """A whole number, also as 1.234; None where it is empty."""
        value = self.values.get(field)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value if value >= 0 else _refuse(f"{field} is less than 0", "unreadable number")
        text = self.text(field)
        if text is None:
            return None
        if not _COUNT.match(text):
            _refuse(f'{field} "{text[:40]}" is no whole number', "unreadable number")
        return int(re.sub(r"\D", "", text))


def _refuse(sentence: str, reason: str) -> NoReturn:
    raise Reject(sentence, reason=reason)


def _created(row: _Row, context: Context) -> datetime | None:
    value = row.values.get("created_at")
    time = row.values.get("time_of_day")
    if isinstance(value, str) and isinstance(time, str) and _HOUR.match(time.strip()) and not _has_time(value):
        return _moment(_Row({"created_at": f"{value} {time}"}, context.unread), "created_at", context)
    return _moment(row, "created_at", context)


def _has_time(text: str) -> bool:
    return re.search(r"\d[:u]\d\d", text) is not None


def _moment(row: _Row, field: str, context: Context) -> datetime | None:
    value = row.values.get(field)
    if isinstance(value, (list, dict, bool)):
        _refuse(f"{field} should be a date, not {_JSON_NAMES[type(value)]}", "wrong type")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return moment(value, context.zone)
    except (ValueError, OverflowError) as error:
        raise Reject(f"{field}: {error}", reason="unreadable date") from None


def _rating(value: object, scale: float) -> float | None:
    """Up to 5, a score out of something else scaled: "4,5", "4/5", "8 van 10", "80%" and stars are read.

    A number that says no scale is out of `scale`. Raises Reject where it is no number, or more than the best there is.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number, best = math.nan, 0.0
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str):
        text = value.strip().casefold()
        if found := _RATING.match(text):
            number = float(found[1].replace(",", "."))
            best = float(found[2].replace(",", ".")) or math.nan if found[2] else 100.0 if found[3] else 0.0
        elif text.strip("★⭐☆ ") == "":
            number, best = float(text.count("★") + text.count("⭐")), MOST_STARS
    if not best and number > scale == MOST_STARS:
        sentence = f'rating "{str(value)[:40]}" is more than 5; set rating_scale to what it is out of'
        raise Reject(sentence, reason="unreadable number")
    best = best or scale
    if not 0 <= number <= best:
        _refuse(f'rating "{str(value)[:40]}" is not a number of 0 to {best:g}', "unreadable number")
    return round(number * MOST_STARS / best, 2)


def _native(row: _Row, context: Context, text: str, created: datetime | None) -> str:
    given = row.text("id")
    if given:
        return scoped(given, context)
    link = row.side("url", row.text)
    author = row.text("author_id") or row.text("author_handle") or row.text("author_name") or ""
    known = f"{link or ''}\n{created.isoformat() if created else ''}\n{author}\n{text}"
    return scoped(f"#{blake2b(known.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}", context)


def scoped(given: str, context: Context) -> str:
    """An id or name as it is where it is global, else within the namespace."""
    return given if _GLOBAL.match(given) or not context.namespace else f"{context.namespace}/{given}"


def _reference(given: str | None, context: Context) -> str | None:
    if not given or given.startswith(f"{context.source}:"):
        return given
    return f"{context.source}:{scoped(given, context)}"


def _author(row: _Row, context: Context, native: str) -> Author:
    """An author without id or name is one of their own: strangers are never lumped together."""
    handle = row.text("author_handle")
    name = row.text("author_name")
    known = row.text("author_id") or handle or name
    followers = row.side("followers", row.count)
    return Author(
        id=f"{context.source}:{scoped(known, context)}" if known else f"{context.source}:anonymous/{native}",
        handle=handle.lstrip("@") if handle else None,
        name=name,
        url=row.side("author_url", row.text),
        followers=followers,
        followers_at=context.seen_at if followers is not None else None,
    )


def _engagement(row: _Row, seen: datetime) -> Engagement | None:
    counts = {name: row.side(name, row.count) for name in ("likes", "reposts", "replies", "views")}
    if all(count is None for count in counts.values()):
        return None
    return Engagement(read_at=seen, **counts)


def _choice(row: _Row, field: str, options: type[Option]) -> Option | None:
    """One of an enumeration's values; None where there is none."""
    value = row.text(field)
    if value is None:
        return None
    names = [str(option) for option in options]
    if value.casefold() not in names:
        _refuse(f'{field} "{value[:40]}" is not known; {nearest(value.casefold(), names)}', "unknown value")
    return options(value.casefold())


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None
