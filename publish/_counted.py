"""How long a text is as X counts it. Pure.

Rules by docs.x.com/fundamentals/counting-characters and the configuration of version 3 of github.com/twitter/twitter-text:
280 in all, two for most letters, one for those of Latin scripts and common signs, two for an emoji however it is put
together, 23 an address. Text is counted in composed form (NFC).
"""

from unicodedata import normalize

import regex

from publish._words import with_links_of

A_LINK = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_EMOJI = regex.compile(
    r"\p{RI}{2}|[0-9#*]\uFE0F?\u20E3"
    r"|\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)*"
)
_BARE = regex.compile(
    r"(?<![\w@./:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|info|biz|edu|gov|eu|nl|be|de|fr|uk|es|it|at|ch|lu|dk|se|no|pl"
    r"|io|nu|me|tv|co|app|dev|frl|amsterdam)(?:/[^\s]*)?(?![\w-])",
    regex.IGNORECASE,
)
"""An address without https:// that X makes a link of too: of the common endings."""


def weighted(text: str) -> int:
    """The text's length as X counts it."""
    bare = _BARE.sub("x" * A_LINK, with_links_of(A_LINK, normalize("NFC", text)))
    rest = _EMOJI.sub("", bare)
    emoji = len(_EMOJI.findall(bare))
    return 2 * emoji + sum(1 if _light(ord(letter)) else 2 for letter in rest)


def _light(point: int) -> bool:
    return any(low <= point <= high for low, high in _LIGHT)
