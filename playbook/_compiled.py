"""Queries as chains of small checks over one message's terms, the cheap ones first."""

from collections.abc import Callable, Iterable, Mapping

from core.findings import BY_FIELD, UNCERTAIN
from core.query import And, AnyNode, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.types import Finding, Mention
from playbook import _facts
from playbook._terms import is_plain, plain_term, term_of
from playbook._text import Text, is_wild

NOTHING_FOUND: Mapping[str, Finding] = {}


class View:
    """One message with its terms; what costs more is made when a check first asks for it."""

    __slots__ = ("_joined", "_text", "findings", "language", "mention", "sequence", "terms")

    def __init__(
        self,
        mention: Mention,
        language: str | None,
        sequence: list[str],
        terms: set[str],
        findings: Mapping[str, Finding] = NOTHING_FOUND,
    ) -> None:
        self.mention = mention
        self.language = language
        self.sequence = sequence
        self.terms = terms
        self.findings = findings
        self._joined: str | None = None
        self._text: Text | None = None

    @property
    def joined(self) -> str:
        """The tokens with one space around each."""
        if self._joined is None:
            self._joined = f" {' '.join(self.sequence)} "
        return self._joined

    @property
    def text(self) -> Text:
        if self._text is None:
            self._text = Text(self.mention.text, self.mention.title, folded=self.sequence)
        return self._text


Check = Callable[[View], bool]
_Costed = tuple[int, Check]
_TERMS, _FIELD, _PHRASE, _NEAR = range(4)


def compiled(node: AnyNode, *, final: bool) -> Check:
    """The query as one check. `final` takes what is not known as false; otherwise as whatever lets the message pass."""
    return _Compiler(final=final).check(node, hopeful=True)[1]


class _Compiler:
    """`hopeful` is what an unknown fact counts as, so that the whole is true unless it is certainly false."""

    def __init__(self, *, final: bool) -> None:
        self.final = final

    def check(self, node: AnyNode, *, hopeful: bool) -> _Costed:
        match node:
            case And(parts=parts):
                return self._all(parts, hopeful=hopeful)
            case Or(parts=parts):
                return self._any(parts, hopeful=hopeful)
            case Not(part=part):
                cost, inner = self.check(part, hopeful=not hopeful)
                return cost, lambda view: not inner(view)
            case Handle() | Tag():
                term = plain_term(node)
                return _TERMS, lambda view: term in view.terms
            case Word():
                return _word(node)
            case Phrase():
                return _PHRASE, _phrase(node)
            case Near():
                return _NEAR, _near(node)
            case Field():
                return _FIELD, self._field(node, hopeful=hopeful)
            case Everything():
                return _TERMS, lambda view: True  # noqa: ARG005 - a check takes a view

    def _all(self, parts: tuple[AnyNode, ...], *, hopeful: bool) -> _Costed:
        required = frozenset(plain_term(p) for p in parts if isinstance(p, Word | Handle | Tag) and is_plain(p))
        refused = frozenset(term for p in parts if isinstance(p, Not) for term in _only_terms(p.part) or ())
        rest = [
            self.check(p, hopeful=hopeful)
            for p in parts
            if not is_plain(p) and not (isinstance(p, Not) and _only_terms(p.part))
        ]
        if required:
            rest.append((_TERMS - 1, lambda view: required <= view.terms))
        if refused:
            rest.append((_TERMS, lambda view: refused.isdisjoint(view.terms)))
        return _in_turn(rest, until=False)

    def _any(self, parts: tuple[AnyNode, ...], *, hopeful: bool) -> _Costed:
        accepted = frozenset(plain_term(p) for p in parts if isinstance(p, Word | Handle | Tag) and is_plain(p))
        rest = [self.check(p, hopeful=hopeful) for p in parts if not is_plain(p)]
        if accepted:
            rest.append((_TERMS - 1, lambda view: not accepted.isdisjoint(view.terms)))
        return _in_turn(rest, until=True)

    def _field(self, field: Field, *, hopeful: bool) -> Check:
        unknown = hopeful and not self.final and field.name in _facts.UNDECIDED
        if field.name is FieldName.LANGUAGE:
            return _language(field.value, unknown=unknown)
        if field.name in _facts.NUMBER:
            return _number(field, unknown=unknown)
        if field.name in _facts.VALUES:
            return _value(field)
        return _found(field) if self.final else lambda view: unknown  # noqa: ARG005 - what is found is not known at first


def _value(field: Field) -> Check:
    value = field.value
    match field.name:  # those asked most, without a list of values in between
        case FieldName.SOURCE:
            return lambda view: view.mention.source.casefold() == value
        case FieldName.KIND:
            return lambda view: view.mention.kind == value
        case _:
            values = _facts.VALUES[field.name]
            return lambda view: value in values(view.mention)


def _found(field: Field) -> Check:
    known, name, value = BY_FIELD[field.name], BY_FIELD[field.name].name, field.value

    def first(view: View) -> bool:
        finding = view.findings.get(name)
        return finding is not None and (finding.labels[0].casefold() if finding.labels else UNCERTAIN) == value

    def each(view: View) -> bool:
        finding = view.findings.get(name)
        return finding is not None and any(value in known.asked(label) for label in finding.labels)

    return each if known.several else first


def _number(field: Field, *, unknown: bool) -> Check:
    read, compare, limit = _facts.NUMBER[field.name], _facts.COMPARE[field.comparison], int(field.value)

    def check(view: View) -> bool:
        known = read(view.mention)
        return unknown if known is None else compare(known, limit)

    return check


def _language(asked: str, *, unknown: bool) -> Check:
    def check(view: View) -> bool:
        spoken = view.language
        if spoken == asked:
            return True
        return unknown if spoken is None else _facts.language_is(spoken, asked) is True

    return check


def _only_terms(node: AnyNode) -> list[str] | None:
    """The terms of a node that is true as soon as one of them is there; None for any other node."""
    parts = node.parts if isinstance(node, Or) else (node,)
    found = [plain_term(p) for p in parts if isinstance(p, Word | Handle | Tag) and is_plain(p)]
    return found if len(found) == len(parts) else None


def _in_turn(checks: list[_Costed], *, until: bool) -> _Costed:
    """The checks one after another, cheapest first, until one answers `until`."""
    ordered = sorted(checks, key=lambda costed: costed[0])
    cost = ordered[-1][0]
    match [check for _, check in ordered]:
        case [only]:
            return cost, only
        case [first, second]:
            if until:
                return cost, lambda view: first(view) or second(view)
            return cost, lambda view: first(view) and second(view)
        case several:
            return cost, _each(several, until=until)


def _each(checks: Iterable[Check], *, until: bool) -> Check:
    in_turn = tuple(checks)

    def check(view: View) -> bool:
        for one in in_turn:
            if one(view) is until:
                return until
        return not until

    return check


def _word(word: Word) -> _Costed:
    term = term_of(word)
    if not word.exact:
        return _TERMS, lambda view: term in view.terms
    if is_wild(word):
        return _PHRASE, lambda view: term in view.terms and bool(view.text.runs(word))
    return _PHRASE, lambda view: term in view.terms and word.pattern in view.text.exact.places


def _phrase(phrase: Phrase) -> Check:
    needed = frozenset(map(term_of, phrase.words))
    if any(word.exact or is_wild(word) for word in phrase.words):
        return lambda view: needed <= view.terms and bool(view.text.runs(phrase))
    together = f" {' '.join(word.pattern for word in phrase.words)} "
    return lambda view: needed <= view.terms and together in view.joined


def _near(near: Near) -> Check:
    words = [_plain_words(side) for side in (near.left, near.right)]
    if words[0] and words[1]:
        return _near_words(words[0], words[1], near.distance)
    left, right = _side(near.left), _side(near.right)
    return lambda view: left(view) and right(view) and bool(view.text.near(near))


def _plain_words(node: AnyNode) -> frozenset[str] | None:
    """The words of a side that has nothing but whole folded words."""
    found = [
        part.pattern
        for part in (node.parts if isinstance(node, Or) else (node,))
        if isinstance(part, Word) and not part.exact and not is_wild(part)
    ]
    parts = len(node.parts) if isinstance(node, Or) else 1
    return frozenset(found) if len(found) == parts else None


def _near_words(left: frozenset[str], right: frozenset[str], distance: int) -> Check:
    def check(view: View) -> bool:
        if left.isdisjoint(view.terms) or right.isdisjoint(view.terms):
            return False
        last_left = last_right = -distance - 1
        for place, token in enumerate(view.sequence):
            here_left, here_right = token in left, token in right
            if (here_left and place - last_right <= distance) or (here_right and place - last_left <= distance):
                return True
            last_left = place if here_left else last_left
            last_right = place if here_right else last_right
        return False

    return check


def _side(node: AnyNode) -> Check:
    """Whether one of the side's words or phrases has all its terms in the message."""
    parts = node.parts if isinstance(node, Or) else (node,)
    single = frozenset(term_of(part) for part in parts if isinstance(part, Word))
    phrases = [frozenset(map(term_of, part.words)) for part in parts if isinstance(part, Phrase)]

    def check(view: View) -> bool:
        return not single.isdisjoint(view.terms) or any(needed <= view.terms for needed in phrases)

    return check
