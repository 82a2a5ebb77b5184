"""The query language: text in, nodes out. docs/queries.md is its page for people.

or    = and (OR and)*                    and = not ((AND | nothing) not)*
not   = NOT not | near                   near = one (NEAR/n one)*
one   = word | "phrase" | {exact} | @handle | #tag | field | ( or )
"""

import re
from unicodedata import normalize

from core.findings import BY_FIELD
from core.query import And, AnyNode, Everything, Near, Not, Or, Phrase, Word
from core.query import Handle as HandleNode
from core.query import Tag as TagNode
from core.words import fold
from playbook import _fields, _foreign
from playbook._tokens import Sort, Token, cut
from playbook.errors import QueryError

LONGEST = 10_000
DEEPEST = 40
FARTHEST = 100
_PIECE = re.compile(r"[\w*?]+")
_EXACT_PIECE = re.compile("[\\w*?\u0300-\u036f]+")
_STARTS = {Sort.WORD, Sort.PHRASE, Sort.EXACT, Sort.HANDLE, Sort.TAG, Sort.FIELD, Sort.OPEN, Sort.NOT}


def parse(text: str, *, search: bool = False) -> AnyNode:
    """The nodes of a query. `search` admits what is known only after enrichment; without it an empty query is refused.

    Raises QueryError with the column.
    """
    if len(text) > LONGEST:
        message = f"the query has {len(text):,} characters; {LONGEST:,} is the most, so split it into several monitors"
        raise QueryError(message, query=text, column=LONGEST + 1)
    tokens = cut(text)
    if tokens[0].sort is Sort.END:
        if search:
            return Everything()
        raise QueryError("the query is empty; write at least one word", query=text, column=1)
    return _Parser(text, tokens, search=search).run()


class _Parser:
    def __init__(self, text: str, tokens: list[Token], *, search: bool) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.search = search
        self.depth = 0

    def run(self) -> AnyNode:
        node = self._or()
        if not self._is(Sort.END):
            raise self._error(self._misplaced(self.token))
        return node

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def _error(self, message: str, column: int | None = None) -> QueryError:
        return QueryError(message, query=self.text, column=column or self.token.column)

    def _is(self, sort: Sort) -> bool:
        return self.token.sort is sort

    def _next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def _deeper(self, column: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"groups and NOTs stand more than {DEEPEST} deep in one another here", column)

    def _or(self) -> AnyNode:
        column = self.token.column
        parts = [self._and()]
        while self._is(Sort.OR):
            operator = self._next()
            self._expect_operand(operator)
            parts.append(self._and())
        return _joined(Or, parts, column)

    def _and(self) -> AnyNode:
        column = self.token.column
        parts = [self._not()]
        while self._is(Sort.AND) or self.token.sort in _STARTS:
            if self._is(Sort.AND):
                self._expect_operand(self._next())
            parts.append(self._not())
        return _joined(And, parts, column)

    def _not(self) -> AnyNode:
        if not self._is(Sort.NOT):
            return self._near()
        operator = self._next()
        self._expect_operand(operator)
        self._deeper(operator.column)
        part = self._not()
        self.depth -= 1
        return Not(part=part, column=operator.column)

    def _near(self) -> AnyNode:
        column = self.token.column
        left, pairs = self._one(), list[AnyNode]()
        while self._is(Sort.NEAR):
            operator = self._next()
            self._expect_operand(operator)
            start = self.token.column
            right = self._one()
            self._check_side(left, column)
            self._check_side(right, start)
            pairs.append(Near(left=left, right=right, distance=self._distance(operator), column=operator.column))
            left, column = right, start
        return _joined(And, pairs, pairs[0].column) if pairs else left

    def _check_side(self, node: AnyNode, column: int) -> None:
        parts = node.parts if isinstance(node, Or) else (node,)
        if not all(isinstance(part, Word | Phrase) for part in parts):
            raise self._error("beside NEAR stand words and phrases, or a group of them with OR between", column)

    def _distance(self, token: Token) -> int:
        distance = int(token.text[:9])
        if not 1 <= distance <= FARTHEST:
            raise self._error(f"words can be 1 to {FARTHEST} apart, not {token.text}", token.column)
        return distance

    def _expect_operand(self, operator: Token) -> None:
        if self.token.sort not in _STARTS:
            name = f"NEAR/{operator.text}" if operator.sort is Sort.NEAR else operator.text
            raise self._error(f"something has to follow {name}", operator.column)
        if operator.sort is Sort.NEAR and self._is(Sort.NOT):
            raise self._error("NOT cannot stand inside NEAR; write NOT before the whole pair")

    def _one(self) -> AnyNode:
        token = self._next()
        match token.sort:
            case Sort.WORD:
                return self._words(token, phrase=False)
            case Sort.PHRASE | Sort.EXACT:
                return self._within(token, self._words(token, phrase=True))
            case Sort.HANDLE:
                return HandleNode(name=self._handle(token), column=token.column)
            case Sort.TAG:
                return TagNode(name=self._tag(token), column=token.column)
            case Sort.FIELD:
                return self._field(token)
            case Sort.OPEN:
                return self._group(token)
            case Sort.END:
                raise self._error("the query ends where a word is expected", token.column)
            case _:
                raise self._error(self._misplaced(token), token.column)

    @staticmethod
    def _misplaced(token: Token) -> str:
        if token.sort is Sort.CLOSE:
            return ") closes nothing; remove it or add ( before"
        if token.sort is Sort.WITHIN:
            return 'write ~ right after a phrase, as in "a b"~5'
        name = f"NEAR/{token.text}" if token.sort is Sort.NEAR else token.text
        return f"something has to stand before {name}"

    def _group(self, opened: Token) -> AnyNode:
        if self._is(Sort.CLOSE):
            raise self._error("the group is empty; write something between ( and )", opened.column)
        self._deeper(opened.column)
        node = self._or()
        self.depth -= 1
        if self._is(Sort.END):
            raise self._error("( is never closed; add )", opened.column)
        if not self._is(Sort.CLOSE):
            raise self._error(self._misplaced(self.token))
        self._next()
        if self._is(Sort.WITHIN):
            raise self._error(
                f"~{self.token.text} stands only after a phrase; write (...) NEAR/{self.token.text} (...)"
            )
        return node

    def _words(self, token: Token, *, phrase: bool) -> AnyNode:
        exact = token.sort is Sort.EXACT
        pieces = _EXACT_PIECE.findall(normalize("NFKC", token.text)) if exact else _PIECE.findall(fold(token.text))
        lone = next((p for p in pieces if not fold(p).strip("*?")), None)
        if lone is not None:
            raise self._error(f"{lone} needs letters or digits beside it", token.column)
        if not pieces and phrase:
            raise self._error("nothing stands between the marks", token.column)
        if not pieces:
            raise self._error(f"{token.text!r} has no letter or digit to search for", token.column)
        words = tuple(Word(pattern=p, exact=exact, column=token.column) for p in pieces)
        return words[0] if len(words) == 1 else Phrase(words=words, column=token.column)

    def _within(self, token: Token, node: AnyNode) -> AnyNode:
        """A phrase followed by ~n: each pair of its words at most n apart."""
        if not self._is(Sort.WITHIN):
            return node
        distance = self._distance(self._next())
        if not isinstance(node, Phrase):
            raise self._error("~ needs two words or more before it", token.column)
        pairs = [
            Near(left=left, right=right, distance=distance, column=token.column)
            for i, left in enumerate(node.words)
            for right in node.words[i + 1 :]
        ]
        if len(pairs) > FARTHEST:
            raise self._error("too many words for ~; write NEAR/n between the few that matter", token.column)
        return _joined(And, list(pairs), token.column)

    def _handle(self, token: Token) -> str:
        if "*" in token.text or "?" in token.text:
            raise self._error("* and ? do not work in @handles; list them with OR", token.column)
        return token.text.rstrip(".-").casefold()

    def _tag(self, token: Token) -> str:
        name = fold(token.text)
        stem = name.removesuffix("*")
        if not stem or "*" in stem or "?" in stem:
            raise self._error("in a #tag * stands only at the end, after letters or digits", token.column)
        return name

    def _field(self, token: Token) -> AnyNode:
        name = _foreign.RENAMED.get(token.text, token.text)
        if not self.search and name in BY_FIELD:
            message = (
                f"a monitor cannot ask {name}: because it decides what is kept before {name} is known; "
                f"leave it out here and use {name}: in search"
            )
            raise self._error(message, token.column)
        parts = []
        for value, column in token.values:
            try:
                parts.append(_fields.node(token.text, token.comparison, value, token.column))
            except _fields.BadValueError as error:
                raise self._error(str(error), column) from None
        return _joined(Or, parts, token.column)


def _joined(sort: type[And] | type[Or], parts: list[AnyNode], column: int) -> AnyNode:
    """One node of that sort over the parts, parts of the same sort taken in."""
    if len(parts) == 1:
        return parts[0]
    flat: list[AnyNode] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, sort) else (part,))
    return sort(parts=tuple(flat), column=column)
