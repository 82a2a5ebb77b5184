"""Terms: the strings a message either has or has not, and which few of them a query cannot match without.

A term is a folded token (storing), a wildcard pattern that some token fits (prijs*), a handle (@name), a hashtag (#name)
or, as an anchor only, a field's value (source:rss).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from core.query import And, AnyNode, Field, Handle, Near, Not, Or, Phrase, Tag, Word
from core.words import fold
from playbook import _facts

_FREQUENT = frozenset(
    re.findall(
        r"\w+",
        """
    a aan about after again al all alle als altijd am amp an and any are as at be because been ben betaal bij
    bijna but by can com dag dan dat day de den der deze did die dit do doen don door dus een en er for from ga
    gaan geen get go goed good great had has have he heb hebben heeft heel her here het hier hij him his hoe how
    http https hun i iets if ik in into is it its ja je jij jullie just kan know komt like maar mag me mee meer
    men met mij mijn moet more my na naar new niet nieuw nieuwe niks nl no nog not nou now nu of off om omdat on
    one only ons ook op or org our out over per re rt s said see she so some t te tegen than that the their them
    then there these they this time to toch today toen too tot u uit up us uur van vandaag veel very voor waar
    waarom want was wat way we weer wel werd were what when where who why wie wij wil will with worden wordt would
    www year yes you your zal ze zeer zich zij zijn zo zonder zou
    """,
    )
)
"""Words of Dutch and English that most messages have some of."""


def term_of(word: Word) -> str:
    """The term without which the word stands nowhere. For an exact word that is necessary, not enough."""
    return fold(word.pattern.replace("?", "*")) if word.exact else word.pattern


def is_plain(node: AnyNode) -> bool:
    """Whether having its term is all that the node asks."""
    return isinstance(node, Handle | Tag) or (isinstance(node, Word) and not node.exact)


def plain_term(node: Word | Handle | Tag) -> str:
    match node:
        case Word():
            return term_of(node)
        case Handle(name=name):
            return "@" + name
        case Tag(name=name):
            return "#" + name


def terms(node: AnyNode) -> Iterator[str]:
    """Each term the query asks about, also under NOT."""
    match node:
        case And(parts=parts) | Or(parts=parts) | Phrase(words=parts):
            for part in parts:
                yield from terms(part)
        case Not(part=part):
            yield from terms(part)
        case Near(left=left, right=right):
            yield from terms(left)
            yield from terms(right)
        case Word() | Handle() | Tag():
            yield plain_term(node)
        case _:
            return


class Anchoring:
    """Chooses for each query the terms it is found by: at least one of them is in every message that matches.

    The rarest are chosen: words known to be frequent, short words and words that many of the queries use count as common.
    """

    def __init__(self, queries: Mapping[str, AnyNode]) -> None:
        self._uses = Counter(term for node in queries.values() for term in set(terms(node)))

    def anchors(self, node: AnyNode) -> frozenset[str] | None:
        """The chosen terms, or None where a message without any of the query's terms may match."""
        match node:
            case Word() | Handle() | Tag():
                return frozenset([plain_term(node)])
            case Field() if node.name in _facts.VALUES:
                return frozenset([f"{node.name}:{node.value}"])
            case Phrase(words=parts) | And(parts=parts):
                return self._rarest([self.anchors(part) for part in parts])
            case Near(left=left, right=right):
                return self._rarest([self.anchors(left), self.anchors(right)])
            case Or(parts=parts):
                found = [self.anchors(part) for part in parts]
                known = [anchors for anchors in found if anchors is not None]
                return frozenset().union(*known) if len(known) == len(found) else None
            case _:
                return None

    def _rarest(self, choices: list[frozenset[str] | None]) -> frozenset[str] | None:
        known = [choice for choice in choices if choice is not None]
        return min(known, key=lambda choice: sum(map(self._frequency, choice)), default=None)

    def _frequency(self, term: str) -> float:
        """How common the term is taken to be; only the order matters."""
        if ":" in term:
            return 100.0
        if term in _FREQUENT:
            return 10.0 * self._uses[term]
        letters = len(re.sub(r"[*?@#]", "", term))
        wild = 6.0 if "*" in term or "?" in term else 1.0
        return wild * self._uses[term] / (1 + letters) ** 2
