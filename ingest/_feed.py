"""The bytes of a feed (RSS, Atom, RDF, as ill-formed as they come) to mentions: pure."""

import calendar
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import feedparser
import msgspec

from core.types import Author, Engagement, Failure, Kind, Media, Mention
from ingest._dates import moment
from ingest._html import plain
from ingest._valid import EARLIEST, settled, sound

SOURCE = "rss"
MOST_TAGS, MOST_MEDIA = 50, 20

_GLOBAL = re.compile(r"[a-z][a-z0-9+.-]*://|(?:urn|tag|at|doi|info|mid):", re.IGNORECASE)
_GUID = re.compile(rb"<guid(?:\s[^>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]*)", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:[a-z]+|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_ONLY_A_LINK = frozenset({"comments", "reacties", "read more", "lees meer"})
_PARTS = ("published_parsed", "created_parsed", "updated_parsed")
_MISREAD = re.compile(r"\s*(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b|\d{4}/)|.*\b(?:ce|me)s?t\s*$", re.IGNORECASE)
"""Dates that feedparser takes for others: the day first, slashes, the zones of Middle Europe."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What one reading of a feed gave.

    mentions  in the feed's order
    failed    entries that cannot be one; or the whole, where it is no feed
    is_feed   False where nothing in it says that it is a feed
    """

    mentions: tuple[Mention, ...] = ()
    failed: tuple[Failure, ...] = ()
    is_feed: bool = True


def read(
    payload: bytes,
    *,
    url: str,
    seen_at: datetime,
    headers: Mapping[str, str] | None = None,
    language: str | None = None,
) -> Feed:
    """The feed in these bytes. Never raises.

    url      where it was read: the scope of ids that are not global, and the base of relative links
    headers  of the answer, lower case: content type and language count where the feed itself is silent
    """
    try:
        parsed = _parsed(payload, url, headers or {})
    except Exception as error:  # noqa: BLE001 - the guard: the parser of a format that has no floor
        failure = Failure("not a feed", sound(f"{type(error).__name__}: {error}"[:300]), payload)
        return Feed(failed=(failure,), is_feed=False)
    if not parsed.entries and not parsed.get("version"):
        wrong = parsed.get("bozo_exception") or "it holds no feed"
        return Feed(failed=(Failure("not a feed", sound(f"not a feed: {wrong}"[:300]), payload),), is_feed=False)
    _unresolve(parsed.entries, payload, url)
    given = [_entry(entry, parsed.feed, url, seen_at, language) for entry in parsed.entries]
    return Feed(
        mentions=tuple(item for item in given if isinstance(item, Mention)),
        failed=tuple(item for item in given if isinstance(item, Failure)),
    )


def _parsed(payload: bytes, url: str, headers: Mapping[str, str]) -> Any:  # Any: feedparser ships no types
    known = {"content-type": "application/xml"}  # without it, feedparser takes Latin-1 for granted
    known |= {name: headers[name] for name in ("content-type", "content-language") if name in headers}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # feedparser warns about what old users of it may expect
        # A stream, never bytes: feedparser would try bytes as the name of a file.
        return feedparser.parse(BytesIO(payload), response_headers={"content-location": url} | known)


def _unresolve(entries: Any, payload: bytes, url: str) -> None:
    """Give back the ids that feedparser made an address of because they do not say isPermaLink="false"."""
    guids = {unescape(found.decode("utf-8", "replace").strip()) for found in _GUID.findall(payload)}
    made = {_joined(url, guid): guid for guid in guids if not _GLOBAL.match(guid)}
    for entry in entries:
        resolved = str(entry.get("id") or "")
        guid = resolved if resolved in guids else made.get(resolved, resolved)
        if entry.get("link") == resolved and not guid.startswith(("http://", "https://")) and "guidislink" in entry:
            del entry["link"]
        entry["id"] = guid


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _entry(entry: Any, feed: Any, url: str, seen_at: datetime, language: str | None) -> Mention | Failure | None:
    """None for an entry that says nothing."""
    try:
        mention = mention_of(entry, feed, url=url, seen_at=seen_at, language=language)
        return settled(mention, seen_at) if mention.text or mention.title else None
    except Exception as error:  # noqa: BLE001 - the guard: one entry may not take the others with it
        detail = sound(f"{type(error).__name__}: {error}"[:300])
        return Failure("malformed", detail, sound(repr(entry)).encode())


def mention_of(entry: Any, feed: Any, *, url: str, seen_at: datetime, language: str | None) -> Mention:
    """One entry of feedparser's as a mention. Any: feedparser ships no types."""
    given = str(entry.get("id") or "") if "link" not in entry else ""
    permalink = given if given.startswith(("http://", "https://")) else ""
    link = unwrapped(
        entry.get("feedburner_origlink") or entry.get("link") or permalink or str(entry.get("comments") or "")
    )
    title = _title(entry)
    text = _text(entry) or title
    text = title if title and text.casefold() in _ONLY_A_LINK else text
    created = min(_time(entry, *_PARTS) or seen_at, seen_at)
    updated = min(_time(entry, "updated_parsed") or created, seen_at) if "updated" in entry else created
    reply = (entry.get("thr_in-reply-to") or {}).get("ref")
    native = _native(entry, link, url, f"{title} {text} {entry.get('published', '')}")
    site = host_of(link) or host_of(url) or None
    return Mention(
        id=f"{SOURCE}:{native}",
        source=SOURCE,
        author=_author(entry, feed, site, url),
        text=text,
        title=title or None,
        created_at=created,
        seen_at=seen_at,
        edited_at=updated if updated > created else None,
        kind=Kind.COMMENT if reply else Kind.ARTICLE,
        language=_language(entry, feed) or language,
        url=link or None,
        site=site,
        reply_to=f"{SOURCE}:{reply}" if reply else None,
        tags=_tags(entry),
        media=_media(entry, link),
        engagement=_engagement(entry, seen_at),
    )


def _native(entry: Any, link: str, url: str, content: str) -> str:
    given = str(entry.get("id") or "").strip()
    if given:
        return given if _GLOBAL.match(given) else f"{scope_of(url)}#{given}"
    if link:
        return link
    return f"{host_of(url) or 'feed'}#{blake2b(content.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}"


def _title(entry: Any) -> str:
    detail = entry.get("title_detail") or {}
    value = str(detail.get("value") or entry.get("title") or "")
    is_markup = "html" in str(detail.get("type", "")) or _MARKUP.search(value) is not None
    return " ".join((plain(value) if is_markup else value).split())


def _text(entry: Any) -> str:
    """The longest content; the summary where there is none, or where the content is only a caption beside it."""
    contents = [_plain(content) for content in entry.get("content", ()) if isinstance(content, dict)]
    content = max(contents, key=len, default="")
    detail = entry.get("summary_detail") or {}
    summary = _plain(detail if detail.get("value") else {"value": entry.get("summary", ""), "type": detail.get("type")})
    return summary if len(summary) > 2 * len(content) else content


def _plain(detail: Mapping[str, Any]) -> str:
    value = str(detail.get("value") or "")
    kind = str(detail.get("type") or "")
    if "html" in kind or "xml" in kind or _MARKUP.search(value):
        return plain(value)
    return value.replace("\xa0", " ").strip()


def _time(entry: Any, *names: str) -> datetime | None:
    """The first of these times that can be read and be true: some programs write the year 1 or 1970 for none."""
    for name in names:
        bare = name.removesuffix("_parsed")
        if bare not in entry:
            continue
        parts = entry.get(name) if name in entry else None
        try:
            if parts and not str(entry[bare]).strip().isdecimal() and not _MISREAD.match(str(entry[bare])):
                found = datetime.fromtimestamp(calendar.timegm(parts), UTC)
            else:
                found = moment(entry[bare], UTC)
        except (ValueError, OverflowError, OSError, TypeError):
            continue
        if found >= EARLIEST:
            return found
    return None


def _author(entry: Any, feed: Any, site: str | None, url: str) -> Author:
    """The person named; else the site: a feed speaks for it. Addresses for mail are left out."""
    detail = entry.get("author_detail") or {}
    source = entry.get("source") or {}
    scope = host_of(url) or site or "feed"
    name = " ".join(str(detail.get("name") or "").split())
    if not name and "@" not in str(entry.get("author") or "@"):
        name = " ".join(str(entry.get("author")).split())
    if name:
        return Author(id=f"{SOURCE}:{scope}/{name}", name=name, url=detail.get("href") or None)
    origin = unwrapped(str(source.get("href") or source.get("link") or ""))
    place = host_of(origin) or site or scope
    title = plain(str(source.get("title") or "")) or (plain(str(feed.get("title") or "")) if place == scope else "")
    return Author(id=f"{SOURCE}:{place}", name=title or place, url=origin or None)


def _language(entry: Any, feed: Any) -> str | None:
    details = [*entry.get("content", ()), entry.get("summary_detail"), entry.get("title_detail")]
    stated = [str(detail.get("language") or "") for detail in details if isinstance(detail, dict)]
    languages = (language.strip().replace("_", "-") for language in (*stated, str(feed.get("language") or "")))
    return next(
        (language for language in languages if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language)), None
    )


def _tags(entry: Any) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for tag in entry.get("tags") or ():
        name = " ".join(plain(str(tag.get("label") or tag.get("term") or "")).split()).lstrip("#")
        if name and not name.startswith(("http://", "https://")):
            names.setdefault(name.casefold(), name)
    return tuple(names.values())[:MOST_TAGS]


def _media(entry: Any, link: str) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for item in (*(entry.get("enclosures") or ()), *(entry.get("media_content") or ())):
        address = str(item.get("href") or item.get("url") or "")
        kind = str(item.get("medium") or item.get("type") or "").split("/")[0]
        address = f"https:{address}" if address.startswith("//") else address
        if address:
            found.setdefault(address, Media(kind=kind if kind in {"image", "video", "audio"} else "other", url=address))
    comments = str(entry.get("comments") or "")
    if comments and comments != link:
        found.setdefault(comments, Media(kind="link", url=comments, alt="comments"))
    return tuple(found.values())[:MOST_MEDIA]


def _engagement(entry: Any, seen_at: datetime) -> Engagement | None:
    for name in ("slash_comments", "thr_total"):
        count = str(entry.get(name) or "").strip()
        if count.isascii() and count.isdecimal():
            return Engagement(read_at=seen_at, replies=int(count))
    return None


def unwrapped(link: str) -> str:
    """The address behind a redirect of Google's alerts and news; any other address as it is."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        if parts.path == "/url" and re.fullmatch(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", host):
            asked = parse_qs(parts.query)
            return next(iter(asked.get("url") or asked.get("q") or ()), link)
    except ValueError:
        return link
    return link


def host_of(url: str) -> str:
    """The host of an address, or nothing."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def scope_of(url: str) -> str:
    """What keeps the ids of a feed apart from those of others: its address without scheme and without what may be secret."""
    host = host_of(url)
    if not host:
        return "feed"
    parts = urlsplit(url)
    port = parts.netloc.rpartition("@")[2].rpartition(":")[2]
    place = f"{host}:{port}" if port.isdecimal() else host
    query = f"?{blake2b(parts.query.encode(), digest_size=5).hexdigest()}" if parts.query else ""
    return f"{place}{parts.path.rstrip('/')}{query}"


def entries(payload: bytes, name: str, seen_at: datetime) -> Iterator[Mention | Failure]:
    """What a recorded feed holds; its own address, where it says one, is the scope of its ids."""
    found = read(payload, url=_own_address(payload) or f"file:///{name}", seen_at=seen_at)
    yield from found.mentions
    yield from found.failed


def _own_address(payload: bytes) -> str:
    try:
        feed = _parsed(payload, "", {}).feed
        links = [link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == "self"]
        return next((str(link) for link in (*links, feed.get("link", "")) if host_of(str(link))), "")
    except Exception:  # noqa: BLE001 - the guard: a feed that cannot be read has no address, and `read` says why
        return ""
