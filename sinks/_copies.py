"""Which mentions say the same: one number for a text, whoever passes it on with another link, handle or hashtag. Pure."""

import hashlib

from core.types import Mention
from core.words import tokens
from sinks._stored import BREAK

_FEWEST = 4
"""Words that must be left for the rest not to count: "bedankt @anna" and "bedankt @bert" are two voices."""
_LINKS = ("http://", "https://", "www.")
_PASSED_ON = frozenset({"rt", "via", "cc"})
_OPENING = ".,:;!?\"'([{\u200b\u2060\ufeff"


def copy_group(mention: Mention, said: str) -> int:
    """One number for all mentions of the same text; `said` are its words (sinks._stored.said_tokens).

    Links, handles, what stands before them to pass a text on ("RT @anna:"), and hashtags at the end are left out where
    enough words remain. Of texts without words the characters count; a share without a text is one of what it shares, and
    any other message without a text is nobody's copy.
    """
    text = mention.text
    if not said and not text.strip():
        return _number(f"{BREAK}{mention.repost_of or mention.id}")
    if not ("@" in text or "#" in text or "://" in text or "www." in text):
        return _number(said or text)
    own = tokens(_own(text))
    if len(own) < _FEWEST:
        return _number(said or text)
    title = f"{' '.join(tokens(mention.title))} {BREAK} " if mention.title else ""
    return _number(title + " ".join(own))


def _own(text: str) -> str:
    """What is left without what is added when a text is passed on."""
    kept, gone = text.split(), 0
    marked = [
        place for place, part in enumerate(kept) if "@" in part or "://" in part or "ww." in part or "WW." in part
    ]
    for place in marked:
        here = place - gone
        bare = kept[here].lstrip(_OPENING)
        if bare.startswith("@"):
            first = here - (here > 0 and kept[here - 1].casefold().strip(_OPENING) in _PASSED_ON)
        elif bare.casefold().startswith(_LINKS):
            first = here
        else:
            continue
        del kept[first : here + 1]
        gone += here + 1 - first
    while kept and (kept[-1].lstrip(_OPENING).startswith("#") or not any(map(str.isalnum, kept[-1]))):
        kept.pop()
    return " ".join(kept)


def _number(words: str) -> int:
    digest = hashlib.blake2b(words.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
