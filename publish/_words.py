"""Texts as sources count and keep them. Pure."""

import re
from unicodedata import normalize

import regex

LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
"""An address in a text; see `links`."""

_AFTER_LINK = ".,:;!?'\"*_~"
_CLUSTER = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """What a reader sees as characters (UAX 29, extended grapheme clusters)."""
    return len(_CLUSTER.findall(text))


def links(text: str) -> list[tuple[int, int]]:
    """Where addresses stand, as [start, end) in characters; punctuation that ends the sentence is no part of one."""
    found = []
    for match in LINK.finditer(text):
        address = match[0].rstrip(_AFTER_LINK)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(_AFTER_LINK)
        found.append((match.start(), match.start() + len(address)))
    return found


def with_links_of(length: int, text: str) -> str:
    """The text with `length` letters in the place of each address, however long that is."""
    pieces, at = [], 0
    for start, end in links(text):
        pieces += [text[at:start], "x" * length]
        at = end
    return "".join([*pieces, text[at:]])


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for what a source changes as it keeps them: composed letters, line ends, edges."""
    return _kept(one) == _kept(other)


def _kept(text: str) -> str:
    return normalize("NFC", text).replace("\r\n", "\n").strip()
