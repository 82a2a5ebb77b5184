"""Words, phrases and NEAR as conditions on the archive's terms: pure.

Folded words are asked of the field `words`, exact ones of `exact`, whose places agree, so that one phrase may hold both.
A pattern inside a phrase is looked up by the engine among its terms, and it refuses where they are too many: asked
`loosely`, the words need only be there, all of them, and the texts are read.
"""

import re
from collections.abc import Sequence

from core.query import AnyNode, Near, Or, Phrase, Word
from sinks import _elastic_tokens
from sinks._elastic_conditions import SOME, Condition, Query, all_of, any_of, either, term
from sinks._elastic_tokens import LONGEST, shortened

MOST_PAIRS = 400
"""Pairs of sides that one NEAR is asked with."""

_WILD = re.compile(r"[*?]")
_PREFIX = re.compile(r"[^*?]+\*")
_EMPTY = re.compile(r"\*+")


def said(node: Word | Phrase | Near, *, loosely: bool = False) -> Condition:
    """Mentions in whose title or text the node stands."""
    match node:
        case Word():
            return _word(node)
        case Phrase(words=(only,)):
            return _word(only)
        case Phrase(words=words):
            return _phrase(words, loosely=loosely)
        case Near():
            return _near(node, loosely=loosely)


def _word(word: Word) -> Condition:
    pattern, field = word.pattern, _field(word)
    whole = (_elastic_tokens.EXACT if word.exact else _elastic_tokens.FOLDED) + pattern
    if _EMPTY.fullmatch(pattern):
        return SOME
    if not _WILD.search(pattern):
        return term(field, pattern) if len(pattern) <= LONGEST else term("facts", whole)
    if _PREFIX.fullmatch(pattern) and len(pattern) <= LONGEST // 2:
        return Condition({"prefix": {field: pattern[:-1]}})
    return either([_like(field, pattern), _like("facts", whole)])


def _like(field: str, pattern: str) -> Condition:
    return Condition({"wildcard": {field: pattern.replace("\\", "\\\\")}})


def _phrase(words: Sequence[Word], *, loosely: bool) -> Condition:
    wild = any(_WILD.search(word.pattern) for word in words)
    fields = {_field(word) for word in words}
    if not wild and len(fields) == 1:
        together = " ".join(shortened(word.pattern) for word in words)
        return Condition({"match_phrase": {fields.pop(): together}}, leaves=len(words))
    if loosely or any(_EMPTY.fullmatch(word.pattern) for word in words):
        return all_of([_standing(word) for word in words])._replace(exact=False)
    return Condition(_somewhere(_run(Phrase(words=tuple(words)))), leaves=len(words))


def _near(near: Near, *, loosely: bool) -> Condition:
    left, right = _runs(near.left), _runs(near.right)
    every = [word for run in (*left, *right) for word in _words(run)]
    if loosely or len(left) * len(right) > MOST_PAIRS or any(_EMPTY.fullmatch(word.pattern) for word in every):
        sides = [any_of([said(run, loosely=True) for run in runs]) for runs in (left, right)]
        return all_of(sides)._replace(exact=False)
    one, other = (_any([_run(run) for run in runs]) for runs in (left, right))
    both = [_in_turn([one, other], near.distance - 1), _in_turn([other, one], near.distance - 1)]
    return Condition(_somewhere(_any(both)), leaves=2 * len(every))


def _runs(side: AnyNode) -> list[Word | Phrase]:
    match side:
        case Or(parts=parts):
            return [run for part in parts for run in _runs(part)]
        case Word() | Phrase():
            return [side]
        case _:
            raise TypeError(f"{type(side).__name__} has no place among the tokens")


def _words(run: Word | Phrase) -> Sequence[Word]:
    return run.words if isinstance(run, Phrase) else (run,)


def _standing(word: Word) -> Condition:
    """The word, as far as a phrase can tell it: of a long token its beginning and end."""
    if not _WILD.search(word.pattern):
        return term(_field(word), shortened(word.pattern))
    return SOME if _EMPTY.fullmatch(word.pattern) else _like(_field(word), word.pattern)


def _somewhere(rule: Query) -> Query:
    return {"intervals": {"words": rule}}


def _run(run: Word | Phrase) -> Query:
    rules = [_place(word) for word in _words(run)]
    return rules[0] if len(rules) == 1 else _in_turn(rules, 0)


def _place(word: Word) -> Query:
    field: Query = {"use_field": "exact"} if word.exact else {}
    if not _WILD.search(word.pattern):
        return {"match": {"query": shortened(word.pattern), **field}}
    if _PREFIX.fullmatch(word.pattern):
        return {"prefix": {"prefix": word.pattern[:-1], **field}}
    return {"wildcard": {"pattern": word.pattern.replace("\\", "\\\\"), **field}}


def _in_turn(rules: Sequence[Query], most: int) -> Query:
    """One after another, with at most that many other words between."""
    return {"all_of": {"ordered": True, "max_gaps": most, "intervals": list(rules)}}


def _any(rules: Sequence[Query]) -> Query:
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": list(rules)}}


def _field(word: Word) -> str:
    return "exact" if word.exact else "words"
