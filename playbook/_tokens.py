"""The query text cut into tokens, each with the column where it starts."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from core.query import Comparison, FieldName
from core.settings import nearest
from playbook import _foreign
from playbook.errors import QueryError


class Sort(Enum):
    WORD = auto()
    PHRASE = auto()
    EXACT = auto()
    HANDLE = auto()
    TAG = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    WITHIN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what the token says without its marks; a FIELD has its values with their columns in `values`."""

    sort: Sort
    column: int
    text: str = ""
    comparison: Comparison = Comparison.IS
    values: tuple[tuple[str, int], ...] = ()


_QUOTES = '"“”„«»'
_FIELDS = [name.value for name in FieldName]
_KNOWN = {*_FIELDS, *_foreign.RENAMED, *_foreign.AS_TAG, *_foreign.AS_HANDLE, *_foreign.UNSUPPORTED}
_NEXT = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<open>\() | (?P<close>\))
    | (?P<and>&&) | (?P<or>\|\|)
    | (?P<phrase>[{_QUOTES}])
    | (?P<exact>\{{)
    | (?P<handle>@[\w.*?-]+(?:@[\w.*?-]+)?)
    | (?P<tag>\#[\w*?]+)
    | (?P<within>~(?=\d))
    | (?P<field>[A-Za-z_]+(?::|\s*(?:>=|<=|>|<)))
    | (?P<not>[-!](?=[\w({{@#{_QUOTES}]))
    | (?P<plus>\+(?=[\w({{@#{_QUOTES}]))
    | (?P<word>[^\s(){{}}{_QUOTES}&|]+(?:[&|][^\s(){{}}{_QUOTES}&|]+)*|[&|}}])
    """,
    re.VERBOSE,
)
_VALUE = re.compile(rf"[^\s(){{}}{_QUOTES}]+")
_LISTED = re.compile(rf"[^\s(){{}},{_QUOTES}]+")
_OPERATORS = {"AND": Sort.AND, "OR": Sort.OR, "NOT": Sort.NOT}


def cut(query: str) -> list[Token]:
    """The tokens, the last one END. Raises QueryError at the first thing that cannot be read."""
    return _Cutter(query).run()


class _Cutter:
    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.found: list[Token] = []

    def run(self) -> list[Token]:
        while self.at < len(self.query):
            piece = _NEXT.match(self.query, self.at)
            if piece is None:
                raise self.error(f"{self.query[self.at]!r} cannot be read here")
            self._take(piece)
        self.add(Sort.END, len(self.query))
        return self.found

    def error(self, message: str, at: int | None = None) -> QueryError:
        return QueryError(message, query=self.query, column=(self.at if at is None else at) + 1)

    def add(self, sort: Sort, at: int, text: str = "") -> None:
        self.found.append(Token(sort, at + 1, text))

    def _take(self, piece: re.Match[str]) -> None:
        start, text, self.at = self.at, piece.group(), piece.end()
        match piece.lastgroup:
            case "space" | "plus":
                pass
            case "open" | "close" | "and" | "or" | "not":
                self.add(Sort[piece.lastgroup.upper()], start, text)
            case "phrase":
                self.add(Sort.PHRASE, start, self._until(_QUOTES, start))
            case "exact":
                self.add(Sort.EXACT, start, self._until("}", start))
            case "handle" | "tag":
                self.add(Sort[piece.lastgroup.upper()], start, text[1:])
            case "within":
                self._within(start)
            case "field":
                self._field(text, start)
            case _:
                self._word(text, start)

    def _until(self, ends: str, start: int) -> str:
        """The text up to the closing mark, which is passed."""
        found = re.compile(f"[{re.escape(ends)}]").search(self.query, start + 1)
        if found is None:
            opened = self.query[start]
            missing = "}" if opened == "{" else '"'
            raise self.error(f"{opened} is never closed; add {missing}", start)
        self.at = found.end()
        return self.query[start + 1 : found.start()]

    def _within(self, start: int) -> None:
        number = re.compile(r"\d+").match(self.query, start + 1)
        assert number is not None  # noqa: S101 - the pattern looked ahead for a digit
        self.at = number.end()
        self.add(Sort.WITHIN, start, number.group())

    def _word(self, text: str, start: int) -> None:
        near = re.fullmatch(r"NEAR/(\d+)", text)
        if near:
            self.add(Sort.NEAR, start, near[1])
        elif text in _OPERATORS:
            self.add(_OPERATORS[text], start, text)
        elif advice := _foreign.operator_advice(text):
            raise self.error(advice, start)
        elif text == "}":
            raise self.error("} closes nothing; write { before the words in exact case", start)
        else:
            self.add(Sort.WORD, start, text)

    def _field(self, text: str, start: int) -> None:
        name = re.match(r"[A-Za-z_]+", text)
        assert name is not None  # noqa: S101 - the pattern starts with a name
        spelled, sign = name.group().lower(), text[name.end() :].strip()
        if spelled not in _KNOWN:
            follows = self.query[self.at : self.at + 1].strip()
            if sign == ":" and not follows:
                self.add(Sort.WORD, start, name.group())
                return
            raise self.error(f"there is no field `{name.group()}`; {nearest(spelled, _FIELDS)}", start)
        if spelled in _foreign.UNSUPPORTED:
            raise self.error(_foreign.UNSUPPORTED[spelled].replace("{}", name.group()), start)
        values = self._values(spelled, start)
        self.found.append(Token(Sort.FIELD, start + 1, spelled, Comparison(sign), values))

    def _values(self, name: str, start: int) -> tuple[tuple[str, int], ...]:
        self._skip()
        if self.query[self.at : self.at + 1] != "(":
            return (self._value(name, start, _VALUE),)
        opened = self.at
        self.at += 1
        values = [self._group_value(name, opened)]
        while not self._closed(opened):
            self._or(name)
            values.append(self._group_value(name, opened))
        return tuple(values)

    def _closed(self, opened: int) -> bool:
        self._skip()
        if self.at >= len(self.query):
            raise self.error("( is never closed; add )", opened)
        closed = self.query[self.at] == ")"
        self.at += closed
        return closed

    def _or(self, name: str) -> None:
        joint = re.compile(r"OR\b|\|\||,").match(self.query, self.at)
        if joint is None:
            raise self.error(f"only values with OR between them stand in {name}:( ... ); write NOT {name}: outside")
        self.at = joint.end()

    def _group_value(self, name: str, opened: int) -> tuple[str, int]:
        self._skip()
        if self.at >= len(self.query):
            raise self.error("( is never closed; add )", opened)
        return self._value(name, self.at, _LISTED)

    def _value(self, name: str, start: int, bare: re.Pattern[str]) -> tuple[str, int]:
        at = self.at
        if self.query.startswith("[", at):
            return f"[{self._until(']', at)}]", at + 1
        if at < len(self.query) and self.query[at] in _QUOTES:
            return self._until(_QUOTES, at), at + 1
        found = bare.match(self.query, at)
        if found is None or found.group() in _OPERATORS:
            raise self.error(f"{name} has no value; write one right after it, as in {name}:value", start)
        self.at = found.end()
        return found.group(), at + 1

    def _skip(self) -> None:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
