"""What a word is: the one rule by which queries, monitors and archives cut text into tokens and compare them."""

import re
from unicodedata import normalize

TOKEN = re.compile(r"\w+")
_EXACT_TOKEN = re.compile("[\\w\u0300-\u036f]+")
_MARKS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Text as it is compared: compatibility forms unified (NFKC), case folded, diacritics gone (coördinatie: coordinatie)."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", _MARKS.sub("", normalize("NFKD", text).casefold()))


def tokens(text: str) -> list[str]:
    """The folded tokens in order: runs of letters, digits and "_". Hyphens and apostrophes separate (e-mail: e, mail)."""
    return TOKEN.findall(fold(text))


def exact_tokens(text: str) -> list[str]:
    """The tokens in order with their case and diacritics, in NFKC: what `exact` words are compared with."""
    return TOKEN.findall(text) if text.isascii() else _EXACT_TOKEN.findall(normalize("NFKC", text))
