"""One text as every model sees it, in training and in serving."""

import re
import unicodedata

from core.types import Mention

MOST_CHARACTERS = 16384
"""What lies behind is never read, so that a text of any length takes bounded time."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{0,2000}[^\s<>\"'.,;:!?)\]}]", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.@/])@\w+(?:[.\-]\w+)*(?:@\w+(?:[.\-]\w+)*)?")
# Zero-width space, direction marks and embeddings, word joiner, byte order mark, soft hyphen, halves of a surrogate
# pair. The joiner (200d) and non-joiner (200c) stay: emoji families and Persian are spelled with them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def normalise(text: str) -> str:
    """The text with handles as "@user", links as "http", NFKC, no invisible characters, single spaces.

    NFKC rather than NFC: the encoder's vocabulary was made that way, and letters of the mathematical alphabets, as
    people use them for show, become letters again. Emoji and case stay. Pure, idempotent, total: any str will do.
    """
    text = text[:MOST_CHARACTERS]
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = _CONTROL.sub(" ", text)
    if "://" in text or "www." in text.lower():
        text = _LINK.sub("http", text)
    if "@" in text:
        text = _HANDLE.sub("@user", text)
    return " ".join(text.split())


def written(mention: Mention) -> str:
    """Title and text as one, as they were written; a title that the text repeats is left out."""
    if not mention.title or mention.text.startswith(mention.title):
        return mention.text
    return f"{mention.title}\n{mention.text}"


def without_links(text: str) -> str:
    """The text with a space for each character of a link, so that all else stays where it is."""
    if "://" not in text and "www." not in text.lower():
        return text
    return _LINK.sub(lambda link: " " * len(link.group()), text)
