"""Words with "*" or "?" inside, as the words of the index they stand for: what makes them as quick and exact as others."""

import re
from functools import partial

import apsw
from msgspec.structs import replace

from core.query import And, AnyNode, Not, Or, Word
from core.words import TOKEN
from sinks._sqlite_schema import rows

MOST = 1000
"""Words one pattern may stand for; one that stands for more is looked for in the texts themselves."""

_ENDLESS = "\U0010ffff"
_SIMPLE = re.compile(r"\w+\*?")


def expanded(connection: apsw.Connection, node: AnyNode) -> AnyNode:
    """The same query with such words, where they stand alone, spelled out as of this moment of the archive."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return replace(node, parts=tuple(map(partial(expanded, connection), parts)))
        case Not(part=part):
            return replace(node, part=expanded(connection, part))
        case Word(exact=False, pattern=pattern) if not _SIMPLE.fullmatch(pattern):
            return _spelled(connection, node)
        case _:
            return node


def _spelled(connection: apsw.Connection, word: Word) -> AnyNode:
    start = re.split(r"[*?]", word.pattern)[0]
    parts = (
        re.escape(part) if part not in "*?" else {"*": ".*", "?": "."}[part]
        for part in re.split("([*?])", word.pattern)
        if part
    )
    wanted = re.compile("".join(parts), re.DOTALL)
    select = "SELECT term FROM vocabulary WHERE term >= ? AND term < ?"
    terms = (term for (term,) in rows(connection, select, (start, start + _ENDLESS)))
    found = [term for term in terms if wanted.fullmatch(term) and TOKEN.fullmatch(term)]
    return Or(parts=tuple(Word(pattern=term) for term in found)) if len(found) <= MOST else word
