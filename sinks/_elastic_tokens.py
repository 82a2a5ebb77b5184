"""The words of a mention as terms of the index: our own tokens in order, none longer than the index takes.

An analyser that cuts at white space would cut a term of more than 255 characters in two. Longer tokens (a run of Chinese
without a pause, an encoded file) stand in the text shortened, and once more as a whole among the facts, where a word and
a word with "*" or "?" find them. Inside a phrase such a token is known by its beginning.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from core.types import Mention
from core.words import INVISIBLE, exact_tokens, tokens

LONGEST = 120
"""Characters of a term, none of which takes more than two of the engine's."""

GAP = 101
"""Places between title and text: further than a phrase or NEAR reaches."""

MARK = "\u2026" * 8
"""Ends a shortened token; no token and no pattern has it."""

FOLDED, EXACT = "word:", "exact:"
"""What a whole long token among the facts begins with."""

_MAYBE_LONG = re.compile(f"[\\w\u0300-\u036f{INVISIBLE}]{{{LONGEST // 3}}}")  # folding makes some characters several


def words(mention: Mention) -> Sequence[str]:
    """Folded tokens joined by spaces, of the title, where there is one, and of the text."""
    return _joined(mention, tokens)


def exact_words(mention: Mention) -> Sequence[str]:
    """The same with case and diacritics."""
    return _joined(mention, exact_tokens)


def long_words(mention: Mention) -> Iterator[str]:
    """Facts of the tokens that do not fit."""
    for part in (mention.title, mention.text):
        if part and _MAYBE_LONG.search(part):
            yield from (FOLDED + token for token in tokens(part) if len(token) > LONGEST)
            yield from (EXACT + token for token in exact_tokens(part) if len(token) > LONGEST)


def shortened(token: str) -> str:
    """The token as it stands in the text."""
    return token if len(token) <= LONGEST else token[: LONGEST - len(MARK)] + MARK


def _joined(mention: Mention, cut: Callable[[str], list[str]]) -> Sequence[str]:
    parts = (mention.title, mention.text) if mention.title else (mention.text,)
    return [" ".join(map(shortened, cut(part))) for part in parts]
