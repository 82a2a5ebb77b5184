"""What a muted word stands for, in every archive."""

import re

from core.query import AnyNode, Phrase, Word
from core.words import fold

_WORDS = re.compile(r"[\w*?]*\w[\w*?]*")


def silenced(word: str) -> AnyNode | None:
    """The query whose mentions leave the counts when that word or phrase is muted; None where it holds no word."""
    parts = tuple(Word(pattern=part) for part in _WORDS.findall(fold(word)))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Phrase(words=parts)
