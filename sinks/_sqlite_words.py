"""Query nodes as full-text expressions of the archive's index: exact where that can be, else one that finds more.

The index holds core/words.py's tokens separated by spaces (sinks/_sqlite_rows.py), so a plain word, a phrase and a
trailing "*" mean there what they mean in a query.
"""

import re

from core.query import And, AnyNode, Handle, Near, Or, Phrase, Tag, Word
from core.words import tokens
from sinks._sqlite_rows import account, hashtag

DEEPEST = 12
"""Levels of parentheses the index's parser is asked to read; deeper ones are joined in SQL."""

_PLAIN = re.compile(r"\w+")
_PREFIX = re.compile(r"(\w+)\*")


def exact(node: AnyNode, depth: int = 0) -> str | None:
    """An expression that finds exactly what the node matches, or None where there is none."""
    match node:
        case Word(exact=False, pattern=pattern):
            return _literal(pattern)
        case Phrase(words=words) if words and all(
            not word.exact and _PLAIN.fullmatch(word.pattern) for word in words[:-1]
        ):
            start = "".join(f"{word.pattern} " for word in words[:-1])
            return None if words[-1].exact else _literal(words[-1].pattern, after=start)
        case And(parts=parts) | Or(parts=parts) if parts and depth < DEEPEST:
            found = [exact(part, depth + 1) for part in parts]
            known = [one for one in found if one is not None]
            return _joined(node, known) if len(known) == len(found) else None
        case _:
            return None


def wider(node: AnyNode, depth: int = 0) -> str | None:
    """An expression that finds all the node matches and maybe more; None where only reading every text will do."""
    same = exact(node, depth)
    if same is not None or depth >= DEEPEST:
        return same
    match node:
        case Word(pattern=pattern):
            return _beginning(pattern)
        case Phrase(words=words):
            return _all(words, depth)
        case And(parts=parts):
            return _all(parts, depth)
        case Near(left=left, right=right):
            return _all((left, right), depth)
        case Or(parts=parts):
            found = [wider(part, depth + 1) for part in parts]
            known = [one for one in found if one is not None]
            return _joined(node, known) if known and len(known) == len(found) else None
        case Handle(name=name):
            return _either(f'"{account(name)}"', tokens(name))
        case Tag(name=name):
            star = "*" if name.endswith("*") else ""
            said = tokens(name.removesuffix("*"))
            return _either(f'"{hashtag(name.removesuffix("*"))}"{star}', said, star)
        case _:
            return None


def hits(node: AnyNode) -> list[str]:
    """Expressions of the words and phrases a text is liked for: what relevance is counted by."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return [hit for part in parts for hit in hits(part)]
        case Near(left=left, right=right):
            return hits(left) + hits(right)
        case Word() | Phrase() | Handle() | Tag():
            found = wider(node)
            return [] if found is None else [found]
        case _:
            return []


def _literal(pattern: str, *, after: str = "") -> str | None:
    if _PLAIN.fullmatch(pattern):
        return f'"{after}{pattern}"'
    prefix = _PREFIX.fullmatch(pattern)
    return f'"{after}{prefix[1]}"*' if prefix else None


def _beginning(pattern: str) -> str | None:
    if "*" not in pattern and "?" not in pattern:
        said = tokens(pattern)
        return f'"{" ".join(said)}"' if said else None
    start = tokens(re.split(r"[*?]", pattern)[0])
    return f'"{" ".join(start)}"*' if start else None


def _all(parts: tuple[AnyNode, ...], depth: int) -> str | None:
    known = [one for one in (wider(part, depth + 1) for part in parts) if one is not None]
    return f"({' AND '.join(known)})" if known else None


def _either(name: str, said: list[str], star: str = "") -> str:
    return f'({name} OR "{" ".join(said)}"{star})' if said else name


def _joined(node: And | Or, parts: list[str]) -> str:
    return f"({(' AND ' if isinstance(node, And) else ' OR ').join(parts)})"
