"""What a word is: the one rule by which queries, monitors and archives cut text into tokens and compare them."""

import re
from enum import Enum, auto
from functools import lru_cache
from unicodedata import normalize

TOKEN = re.compile(r"\w+")
_EXACT_TOKEN = re.compile("[\\w\u0300-\u036f]+")
INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Soft hyphen, zero-width space and joiners: written inside a word, they are no part of it."""

_MARKS = re.compile(f"[\u0300-\u036f{INVISIBLE}]+")
_HIDDEN = re.compile(f"[{INVISIBLE}]+")

_ASCII = bytes(range(128))
_CASED = bytes(b if b < 128 and TOKEN.match(chr(b)) else ord(" ") for b in range(256))
_LOWERED = bytes(ord(chr(b).lower()) if b < 128 and TOKEN.match(chr(b)) else ord(" ") for b in range(256))


def fold(text: str) -> str:
    """Text as it is compared: compatibility forms unified (NFKC), case folded, diacritics and invisible signs gone."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", _MARKS.sub("", normalize("NFKD", text).casefold()))


def tokens(text: str) -> list[str]:
    """The folded tokens in order: runs of letters, digits and "_". Hyphens and apostrophes separate (e-mail: e, mail).

    The same as TOKEN.findall(fold(text)), and twice as fast where all letters are ASCII once folded.
    """
    if text.isascii():
        return text.encode().translate(_LOWERED).decode().split()
    decomposed = normalize("NFKD", text)
    encoded = decomposed.encode(errors="surrogatepass")
    match _others(encoded.translate(None, _ASCII)):
        case _Others.LETTERS:
            return TOKEN.findall(fold(text))
        case _Others.MARKS:
            encoded = decomposed.encode("ascii", "ignore")
        case _Others.MIXED:
            encoded = _MARKS.sub("", decomposed).encode(errors="surrogatepass")
        case _Others.SIGNS:
            pass
    return encoded.translate(_LOWERED).decode().split()


def plain_tokens(text: str) -> list[str] | None:
    """The exact tokens of a text whose letters are all ASCII, so that in lower case they are its folded ones; else None."""
    encoded = text.encode() if text.isascii() else normalize("NFKD", text).encode(errors="surrogatepass")
    if not text.isascii() and _others(encoded.translate(None, _ASCII)) is not _Others.SIGNS:
        return None
    return encoded.translate(_CASED).decode().split()


class _Others(Enum):
    """What the characters outside ASCII are."""

    LETTERS = auto()
    MARKS = auto()
    SIGNS = auto()
    MIXED = auto()


@lru_cache(maxsize=10_000)
def _others(encoded: bytes) -> _Others:
    others = encoded.decode(errors="surrogatepass")
    if TOKEN.search(others.casefold()):
        return _Others.LETTERS
    if _MARKS.fullmatch(others):
        return _Others.MARKS
    return _Others.MIXED if _MARKS.search(others) else _Others.SIGNS


def exact_tokens(text: str) -> list[str]:
    """The tokens in order with their case and diacritics, in NFKC: what `exact` words are compared with."""
    if text.isascii():
        return text.encode().translate(_CASED).decode().split()
    composed = normalize("NFKC", text)
    encoded = composed.encode(errors="surrogatepass")
    if _others(encoded.translate(None, _ASCII)) is _Others.SIGNS:
        return encoded.translate(_CASED).decode().split()
    return _EXACT_TOKEN.findall(composed if composed.isprintable() else _HIDDEN.sub("", composed))
