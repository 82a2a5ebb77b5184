"""Single claims about a message: which cannot go together, and the message that they describe."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from core.findings import BY_FIELD, UNCERTAIN
from core.query import And, AnyNode, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.redaction.kinds import Kind as Personal
from core.types import Author, Engagement, Enriched, Finding, Kind, Mention, Routing, Visibility
from playbook import _facts
from playbook._text import wildcard
from playbook.conditions import When, WordLists


class Rated(NamedTuple):
    least: float | None
    most: float | None

    def holds(self, rating: float | None) -> bool:
        return rating is not None and self.least_or(rating) <= rating <= self.most_or(rating)

    def least_or(self, rating: float) -> float:
        return rating if self.least is None else self.least

    def most_or(self, rating: float) -> float:
        return rating if self.most is None else self.most


class Reached(NamedTuple):
    """One of these accounts of ours; any, where none is named."""

    accounts: tuple[str, ...] = ()


class Found(NamedTuple):
    name: str
    label: str


class Matched(NamedTuple):
    monitor: str


class Holds(NamedTuple):
    kind: Personal


class All(NamedTuple):
    parts: tuple["Formula", ...]


class Any_(NamedTuple):  # noqa: N801 - Any is taken
    parts: tuple["Formula", ...]


Atom = Rated | Reached | Found | Matched | Holds | Word | Phrase | Near | Handle | Tag | Field
Formula = All | Any_ | Atom | And | Or | Not | Everything
Claim = tuple[Atom, bool]
"""That it is so, or that it is not."""

ONE_VALUE = frozenset(
    {FieldName.SENTIMENT, FieldName.EMOTION, FieldName.INTENT, FieldName.KIND, FieldName.VISIBILITY, FieldName.SOURCE, FieldName.COUNTRY}
)  # fmt: skip
"""Fields of which a message has one value at the most."""
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
Value = TypeVar("Value")


def formula(any_of: Sequence[When], lists: WordLists) -> Formula:
    """A condition as a formula over claims."""
    return Any_(tuple(All(tuple(_parts(when, lists))) for when in any_of))


def _parts(when: When, lists: WordLists) -> Iterable[Formula]:
    yield from when.nodes(lists)
    yield from (Any_(tuple(Found(name, label) for label in labels)) for name, labels in when.findings.items())
    if when.monitors:
        yield Any_(tuple(Matched(name) for name in when.monitors))
    if when.account is not None:
        yield Reached() if when.account else Not(part=Reached())  # type: ignore[arg-type] # Not goes around any formula here
    if when.accounts:
        yield Reached(when.accounts)
    if when.personal:
        yield Any_(tuple(Holds(kind) for kind in when.personal))
    if (when.rating_at_least, when.rating_at_most) != (None, None):
        yield Rated(when.rating_at_least, when.rating_at_most)


def clashes(claim: Claim, others: Sequence[Claim]) -> bool:
    """Whether no message can make the claim true beside those others, which can go together."""
    atom, true = claim
    if any(_opposed(claim, other) or _opposed(other, claim) for other in others):
        return True
    if isinstance(atom, Field) and atom.name in _facts.NUMBER:
        return _number(atom.name, [*others, claim])[0] is False
    if isinstance(atom, Rated):
        return _rating([*others, claim])[0] is False
    return (
        isinstance(atom, Field) and not true and atom.name in _CHOICES and _choice(atom.name, [*others, claim]) is None
    )


def _opposed(one: Claim, other: Claim) -> bool:
    (left, true), (right, also) = one, other
    if left == right:
        return true is not also
    if isinstance(right, Word) and true and not also:
        fits = wildcard(right.pattern).fullmatch
        return not right.exact and any(not word.exact and fits(_instance(word)) for word in _needed(left))
    if isinstance(left, Field) and isinstance(right, Field) and true and also:
        return left.name == right.name and left.name in ONE_VALUE
    return isinstance(left, Reached) and isinstance(right, Reached) and true and not also and not right.accounts


def _needed(node: Atom | AnyNode) -> Sequence[Word]:
    """Words without which it is not true."""
    match node:
        case Word():
            return (node,)
        case Phrase(words=words):
            return words
        case Near(left=left, right=right):
            return (*_needed(left), *_needed(right))
        case _:
            return ()


def _instance(word: Word) -> str:
    """A token that the word fits."""
    return word.pattern.replace("*", "").replace("?", "a") or "a"


def _number(name: FieldName, claims: Sequence[Claim]) -> tuple[bool, int | None]:
    asked = [(atom, true) for atom, true in claims if isinstance(atom, Field) and atom.name == name]
    limits = {int(atom.value) + step for atom, _ in asked for step in (-1, 0, 1)}
    return _solved(
        [None, *sorted(limit for limit in limits if limit >= 0)],
        [(lambda value, a=atom: value is not None and _facts.COMPARE[a.comparison](value, int(a.value)), true) for atom, true in asked],  # type: ignore[misc] # a lambda's default has no type
    )  # fmt: skip


def _rating(claims: Sequence[Claim]) -> tuple[bool, float | None]:
    asked = [(atom, true) for atom, true in claims if isinstance(atom, Rated)]
    limits = {limit + step for atom, _ in asked for limit in atom if limit is not None for step in (-0.5, 0, 0.5)}
    return _solved([None, *sorted(limits)], [(atom.holds, true) for atom, true in asked])


def _solved(
    values: Sequence[Value], asked: Sequence[tuple[Callable[[Value], bool], bool]]
) -> tuple[bool, Value | None]:
    """Whether one of the values answers all as asked, and which."""
    for value in values:
        if all(holds(value) is true for holds, true in asked):
            return True, value
    return False, None


_CHOICES = {FieldName.KIND: [one.value for one in Kind], FieldName.VISIBILITY: [one.value for one in (Visibility)]}


def _choice(name: FieldName, claims: Sequence[Claim]) -> str | None:
    """Of a field that always has one of few values: one that goes with all that is claimed."""
    values = {atom.value for atom, true in claims if isinstance(atom, Field) and atom.name == name and true}
    refused = {atom.value for atom, true in claims if isinstance(atom, Field) and atom.name == name and not true}
    return next((one for one in [*values, *_CHOICES[name]] if one not in refused), None)


def written(claims: Sequence[Claim]) -> Enriched:
    """A message of which the claims are true, as far as they say anything."""
    true = [atom for atom, holds in claims if holds]
    values = {
        name: [atom.value for atom in true if isinstance(atom, Field) and atom.name == name] for name in FieldName
    }
    accounts = [(*atom.accounts, "us")[0] for atom in sorted(t for t in true if isinstance(t, Reached))]
    engagement = _number(FieldName.ENGAGEMENT, claims)[1]
    mention = Mention(
        id="example:1",
        source=next(iter(values[FieldName.SOURCE]), "example"),
        author=Author(
            id="example:a",
            handle=next(iter(values[FieldName.AUTHOR]), None),
            followers=_number(FieldName.FOLLOWERS, claims)[1],
        ),
        text=" ... ".join(text for atom in true for text in _texts(atom)),
        created_at=_EPOCH,
        seen_at=_EPOCH,
        kind=Kind(_choice(FieldName.KIND, claims) or Kind.POST),
        visibility=Visibility(_choice(FieldName.VISIBILITY, claims) or Visibility.PUBLIC),
        language=next(iter(values[FieldName.LANGUAGE]), None),
        country=next(iter(values[FieldName.COUNTRY]), None),
        site=next(iter(values[FieldName.SITE]), None),
        mentions=tuple(atom.name for atom in true if isinstance(atom, Handle)),
        tags=tuple(atom.name.rstrip("*") for atom in true if isinstance(atom, Tag)),
        own_account=accounts[-1] if accounts else None,
        rating=_rating(claims)[1],
        engagement=None if engagement is None else Engagement(read_at=_EPOCH, likes=engagement),
    )
    monitors = tuple(atom.monitor for atom in true if isinstance(atom, Matched))
    return Enriched(mention=mention, findings=tuple(_findings(true)), routing=Routing(monitors=monitors))


def _texts(atom: Any) -> Iterable[str]:  # Any: each kind of claim, and sides of a Near
    match atom:
        case Word():
            yield _instance(atom)
        case Phrase(words=words):
            yield " ".join(map(_instance, words))
        case Near(left=left, right=right):
            yield f"{next(iter(_texts(left)))} {next(iter(_texts(right)))}"
        case Or(parts=parts):
            yield from _texts(parts[0])
        case Holds(kind=kind):
            yield f"[{kind}]"
        case _:
            return


def _findings(true: Sequence[Atom]) -> Iterable[Finding]:
    labels: dict[str, list[str]] = {}
    for atom in true:
        if isinstance(atom, Found):
            labels.setdefault(atom.name, []).append(atom.label)
        if isinstance(atom, Field) and atom.name in BY_FIELD:
            found = labels.setdefault(BY_FIELD[atom.name].name, [])
            found += [] if atom.value == UNCERTAIN else [atom.value]
    return [Finding(name=name, model="example", labels=tuple(found)) for name, found in labels.items()]
