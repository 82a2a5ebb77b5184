"""The words of a mention as terms of the index: our own tokens in order, none longer than the index takes.

An analyser that cuts at white space would cut a term of more than 255 characters in two. Longer tokens (a run of Chinese
without a pause, an encoded file) stand in the text shortened, and once more as a whole among the facts, where a word and
a word with "*" or "?" find them. Inside a phrase such a token is known by its beginning.
"""

from collections.abc import Sequence
from typing import NamedTuple

from core.types import Mention
from core.words import exact_tokens, plain_tokens, tokens
from sinks._stored import BREAK

LONGEST = 120
"""Characters of a term, none of which takes more than two of the engine's."""

GAP = 101
"""Places between title and text: further than a phrase or NEAR reaches."""

MARK = "\u2026" * 8
"""Stands where a token was shortened; no token and no pattern has it."""

_END = 32

FOLDED, EXACT = "word:", "exact:"
"""What a whole long token among the facts begins with."""


class Cut(NamedTuple):
    """A mention's words. `folded` and `exact` are texts for the index, of the title, where there is one, and of the text.

    long  facts of the tokens that do not fit there
    said  all folded tokens, as sinks._stored.said_tokens has them
    """

    folded: Sequence[str]
    exact: Sequence[str]
    long: Sequence[str]
    said: str


def cut(mention: Mention) -> Cut:
    """All of it, each token cut once."""
    if not mention.title:
        return _cut(mention.text)
    title, text = _cut(mention.title), _cut(mention.text)
    folded, exact = [*title.folded, *text.folded], [*title.exact, *text.exact]
    return Cut(folded, exact, [*title.long, *text.long], f"{title.said} {BREAK} {text.said}")


def _cut(text: str) -> Cut:
    plain = plain_tokens(text)
    if plain is not None and max(map(len, plain), default=0) <= LONGEST:
        as_is = " ".join(plain)
        said = as_is.lower()
        return Cut([said], [as_is], (), said)
    folded, exact = tokens(text), exact_tokens(text)
    said = " ".join(folded)
    if max(map(len, folded), default=0) <= LONGEST and max(map(len, exact), default=0) <= LONGEST:
        return Cut([said], [" ".join(exact)], (), said)
    long = [FOLDED + token for token in folded if len(token) > LONGEST]
    long += [EXACT + token for token in exact if len(token) > LONGEST]
    return Cut([" ".join(map(shortened, folded))], [" ".join(map(shortened, exact))], long, said)


def shortened(token: str) -> str:
    """The token as it stands in the text."""
    return token if len(token) <= LONGEST else token[: LONGEST - len(MARK) - _END] + MARK + token[-_END:]
