"""A vocabulary as people write it: what a word of it asks for, and what it can stand for."""

from enum import StrEnum

import msgspec

from core.words import exact_tokens, tokens

LONGEST = 80


class Kind(StrEnum):
    """What a name stands for."""

    PRODUCT = "product"
    PLACE = "place"
    PERSON = "person"
    OTHER = "other"


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What a word of a vocabulary asks for.

    words      its folded tokens, in order
    exact      the same tokens with case and diacritics, where those count too; else ()
    inflected  whether plurals, diminutives and the like are meant as well
    opens, closes  whether letters may stand before the first token, and after the last
    """

    words: tuple[str, ...]
    exact: tuple[str, ...] = ()
    inflected: bool = False
    opens: bool = False
    closes: bool = False


def read_term(text: str) -> Term:
    """`trein` and its inflections, `"trein"` in that form alone, `{NS}` exactly as written, `*trein*` within longer words.

    Raises ValueError with a sentence where it is none of these.
    """
    said = text.strip()
    if len(said) > LONGEST:
        raise ValueError(f"a word has at most {LONGEST} characters")
    if not tokens(said):
        raise ValueError(f"{said!r} holds no letter or digit, so nothing can be found by it")
    match said[0], said[-1]:
        case "{", "}":
            inside = _plain(said[1:-1], said)
            return Term(words=tuple(tokens(inside)), exact=tuple(exact_tokens(inside)))
        case '"', '"':
            return Term(words=tuple(tokens(_plain(said[1:-1], said))))
    opens, closes = said.startswith("*"), said.endswith("*")
    inside = _plain(said.removeprefix("*").removesuffix("*"), said)
    return Term(words=tuple(tokens(inside)), inflected=not opens and not closes, opens=opens, closes=closes)


def _plain(inside: str, said: str) -> str:
    for mark in '*?{}"':
        if mark in inside:
            raise ValueError(
                f'{mark} cannot stand within {said!r}: write word, "word" in that form alone, {{Word}} exactly as '
                "written, or word* and *word within longer words"
            )
    return inside
