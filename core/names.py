"""Which accounts and hashtags a message names: the one rule by which queries, monitors and archives find them."""

import re

from core.types import Mention
from core.words import fold

HANDLE = re.compile(r"@(?<!\w@)(\w[\w.-]*(?:@\w[\w.-]*)?)")
HASHTAG = re.compile("#([\\w\u0300-\u036f]+)")


def handles(mention: Mention) -> set[str]:
    """Handles addressed or named, casefolded, each also without its host."""
    found = {handle.casefold() for handle in mention.mentions}
    for text in (mention.text, mention.title):
        if text and "@" in text:
            found.update(handle.rstrip(".-").casefold() for handle in HANDLE.findall(text))
    return found and found | {handle.partition("@")[0] for handle in found if "@" in handle}


def hashtags(mention: Mention) -> set[str]:
    """Hashtags carried or written, folded."""
    found = {fold(tag) for tag in mention.tags}
    for text in (mention.text, mention.title):
        if text and "#" in text:
            found.update(map(fold, HASHTAG.findall(text)))
    return found
