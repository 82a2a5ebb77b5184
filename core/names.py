"""Which accounts and hashtags a message names: the one rule by which queries, monitors and archives find them."""

import re

from core.types import Mention
from core.words import fold

HANDLE = re.compile(r"@(?<!\w@)(\w[\w.-]*(?:@\w[\w.-]*)?)")
HASHTAG = re.compile("#([\\w\u0300-\u036f]+)")


def handles(mention: Mention) -> set[str]:
    """Handles addressed or named, casefolded, each also without its host."""
    written = _written(mention)
    if not mention.mentions and "@" not in written:
        return set()
    found = set(map(str.casefold, mention.mentions))
    if "@" in written:
        found.update(handle.rstrip(".-").casefold() for handle in HANDLE.findall(written))
    return found | {handle.partition("@")[0] for handle in found if "@" in handle}


def hashtags(mention: Mention) -> set[str]:
    """Hashtags carried or written, folded."""
    written = _written(mention)
    if not mention.tags and "#" not in written:
        return set()
    found = set(map(fold, mention.tags))
    if "#" in written:
        found.update(map(fold, HASHTAG.findall(written)))
    return found


def _written(mention: Mention) -> str:
    return f"{mention.text}\n{mention.title}" if mention.title else mention.text
