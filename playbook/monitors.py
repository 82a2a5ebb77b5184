"""Thousands of monitors at once: which of them want this message."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from core import names
from core.query import AnyNode, FieldName
from core.types import Finding, Mention
from core.words import tokens
from playbook import _facts
from playbook._compiled import NOTHING_FOUND, Check, View, compiled
from playbook._terms import Anchoring, terms
from playbook._text import folded_sequence
from playbook._vocabulary import Vocabulary

_ByValue = tuple[dict[str, list[int]], Callable[[Mention], list[str]]]

_WORTH_READING = 5
"""From how many values asked on a field is read once a message and looked up, instead of compared for each monitor."""


class Monitors:
    """All monitors of a playbook, answering what `matching.evaluate` would answer for each.

    A monitor is looked at only when a message has one of its anchors: terms it cannot match without. The few that have
    none (only NOT, only fields) are looked at for each message.
    """

    def __init__(self, queries: Mapping[str, AnyNode]) -> None:
        self.names = tuple(queries)
        self._final = [compiled(node, final=True) for node in queries.values()]
        self._open = [compiled(node, final=False) for node in queries.values()]
        anchors, unanchored = _filed(queries)
        wild = {term for node in queries.values() for term in terms(node) if "*" in term or "?" in term}
        self._unanchored = frozenset(unanchored)
        self._fields_only = [i for i, node in enumerate(queries.values()) if i in unanchored and not any(terms(node))]
        self._terms_always = any(any(terms(node)) for i, node in enumerate(queries.values()) if i in unanchored)
        self._by_value = _values_asked(anchors)
        self._vocabulary = Vocabulary(wild, anchors)

    def possible(self, mention: Mention) -> bool:
        """Whether some monitor may want the message: False only where each is certainly false, whatever is found later."""
        checks = self._open
        if self._fields_only:
            unread = View(mention, None, [], set())
            if any(checks[i](unread) for i in self._fields_only):
                return True
        view, candidates = self._look(mention, None)
        return any(checks[i](view) for i in candidates)

    def match(self, mention: Mention, language: str | None) -> tuple[str, ...]:
        """Names of the monitors that want the message, in the playbook's order.

        language  as detected; None takes the one the source states
        """
        view, candidates = self._look(mention, language or mention.language)
        checks = self._final
        found = [i for i in candidates if checks[i](view)]
        if len(found) > 1:
            found.sort()
        return tuple([self.names[i] for i in found])

    def answers(self, mention: Mention, language: str | None, findings: Mapping[str, Finding]) -> "Answers":
        """For asking single queries of one message, by their place in the playbook's order, findings by name included."""
        view, candidates = self._look(mention, language or mention.language, findings)
        return Answers(view, candidates, self._final)

    def _look(
        self, mention: Mention, language: str | None, findings: Mapping[str, Finding] = NOTHING_FOUND
    ) -> tuple[View, set[int]]:
        """The message's view and the monitors worth checking."""
        text, title = mention.text, mention.title
        sequence = folded_sequence(text, title) if title else tokens(text)
        marked: list[str] = []
        if "@" in text or mention.mentions or title:
            marked += ["@" + name for name in names.handles(mention)]
        if "#" in text or mention.tags or title:
            marked += ["#" + name for name in names.hashtags(mention)]
        candidates = self._vocabulary.monitors(sequence + marked if marked else sequence)
        for anchors, values in self._by_value:
            for value in values(mention):
                candidates.update(anchors.get(value, ()))
        asked = candidates or self._terms_always
        seen = self._vocabulary.widened({*sequence, *marked}) if asked else set[str]()
        return View(mention, language, sequence, seen, findings), candidates | self._unanchored


class Answers:
    """What one message answers to queries of `Monitors`: one that is no candidate is not true, others are as checked."""

    __slots__ = ("candidates", "checks", "view")

    def __init__(self, view: View, candidates: Collection[int], checks: Sequence[Check]) -> None:
        self.view, self.candidates, self.checks = view, candidates, checks


def _filed(queries: Mapping[str, AnyNode]) -> tuple[dict[str, list[int]], set[int]]:
    """The monitors by their anchors, and those to look at always."""
    anchoring = Anchoring(queries)
    anchors: dict[str, list[int]] = {}
    always = set()
    for i, node in enumerate(queries.values()):
        found = anchoring.anchors(node)
        if found is None:
            always.add(i)
        for term in found or ():
            anchors.setdefault(term, []).append(i)
    uses = Counter(term.partition(":")[0] for term in anchors if ":" in term)
    for term in [term for term in anchors if ":" in term and uses[term.partition(":")[0]] < _WORTH_READING]:
        always.update(anchors.pop(term))
    return anchors, always


def _values_asked(anchors: Mapping[str, list[int]]) -> list[_ByValue]:
    """For each field that some monitor is found by: its values with their monitors, and how a message's are read."""
    asked: dict[FieldName, dict[str, list[int]]] = {}
    for term, monitors in anchors.items():
        name, colon, value = term.partition(":")
        if colon:
            asked.setdefault(FieldName(name), {})[value] = monitors
    return [(values, _facts.VALUES[name]) for name, values in asked.items()]
