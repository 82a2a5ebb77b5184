"""E-mail addresses, also where the sign between name and host is spelled out; handles of social networks are none.

What an address may hold follows RFC 5321, 4.5.3.1 (64 characters before the sign) and RFC 1035, 2.3.4 (labels of 63).
"""

import re
from collections.abc import Container, Iterator

from core.redaction.kinds import Found, Kind

_SIGN = re.compile(
    r"(?P<boxed>[ \t]{0,2}[\[({<][ \t]?(?:at|@|apenstaartje)[ \t]?[\])}>][ \t]{0,2})"
    r"|(?P<word>[ \t]{1,2}(?:at|apenstaartje)[ \t]{1,2})"
    r"|(?P<sign>[ \t]{0,2}@[ \t]{0,2})",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[\w.+%'&!#*=-]")
_MOST_LOCAL = 64

_LABEL = r"\w[\w-]{0,62}"
_HOST = re.compile(rf"(?:{_LABEL}\.){{1,8}}(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})(?![\w@])", re.IGNORECASE)
_DOT = r"(?:\.|[ \t]{0,2}[\[({<]?[ \t]?(?:\.|dot|punt)[ \t]?[\])}>]?[ \t]{0,2})"
_SPELLED = re.compile(rf"(?:{_LABEL}?{_DOT}){{1,4}}[a-z]{{2,10}}(?![\w@])", re.IGNORECASE)
_IN_WORDS = re.compile(r"\b(?:dot|punt)\b", re.IGNORECASE)
_ENDS = frozenset(["nl", "be", "com", "net", "org", "eu", "de", "fr", "uk", "info", "io", "me", "frl", "amsterdam"])

MAIL_NAMES = (
    "gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|gmx|proton|protonmail|ziggo|kpnmail|planet|hetnet|home"
    "|xs4all|casema|chello|upcmail|quicknet|telenet|skynet|zonnet|tele2|online|freedom"
)
_MAIL_HOST = re.compile(
    rf"(?:{MAIL_NAMES})(?:\.(?:co\.uk|[a-z]{{2,4}}))(?![\w@])|(?:gmail|hotmail)(?![\w@.-])",
    re.IGNORECASE,
)
"""Hosts where people have their addresses: enough to read "jan @ gmail.com" as one, and "jan@gmail" too."""
_FILES = frozenset(
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "css", "html", "mp4", "mp3", "zip", "json"]
)
_FEDIVERSE = re.compile(r"(?:mastodon|mstdn|mas)\.|(?:.*\.)?(?:social|mastodon\.\w+)$", re.IGNORECASE)


def addresses(text: str, handles: Container[str]) -> Iterator[Found]:
    """In order; `handles` are accounts named in the message, casefolded, which are no addresses."""
    end = 0
    for sign in _SIGN.finditer(text):
        start = _local(text, sign.start(), end)
        if start is None or sign.start() < end:
            continue
        host = _host(text, sign)
        if host is None:
            continue
        written = text[start:host].casefold()
        named = written in handles or written.startswith("git@") or _FEDIVERSE.match(text, sign.end(), host)
        if sign.lastgroup == "sign" and named:
            continue
        end = host
        yield Found(start, end, Kind.EMAIL)


def _local(text: str, end: int, floor: int) -> int | None:
    """Where the name before the sign begins; None where there is none, or where it is a handle's ("@jan@")."""
    start = end
    while start > floor and end - start <= _MOST_LOCAL and _LOCAL.match(text[start - 1]):
        start -= 1
    while start < end and text[start] in ".'-#&!*=":
        start += 1
    handle = start > 0 and (text[start - 1] == "@" or text[max(0, start - 5) : start].casefold() == "acct:")
    return None if start == end or end - start > _MOST_LOCAL or handle else start


def _host(text: str, sign: re.Match[str]) -> int | None:
    """Where the host after the sign ends; None where none stands there that this way of writing is used for."""
    at = sign.end()
    known = _MAIL_HOST.match(text, at)
    if sign.lastgroup == "sign" and sign[0] != "@":
        return known.end() if known else None
    plain = _HOST.match(text, at)
    if plain and sign.lastgroup != "word":
        return None if plain[0].rpartition(".")[2].casefold() in _FILES else plain.end()
    spelled = _SPELLED.match(text, at) if sign.lastgroup != "sign" else None
    if spelled and (sign.lastgroup == "boxed" or _IN_WORDS.search(spelled[0])):
        end = re.split(r"[^a-z]", spelled[0].casefold())[-1]
        return spelled.end() if end in _ENDS else None
    return known.end() if known else None
