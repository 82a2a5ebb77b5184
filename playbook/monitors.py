"""Thousands of monitors at once: which of them want this message."""

from collections.abc import Mapping

from core.query import AnyNode
from core.types import Mention
from core.words import tokens
from playbook import _facts
from playbook._compiled import View, compiled
from playbook._terms import Anchoring, terms
from playbook._text import folded_sequence
from playbook._vocabulary import Vocabulary


class Monitors:
    """All monitors of a playbook, answering what `matching.evaluate` would answer for each.

    A monitor is looked at only when a message has one of its anchors: terms it cannot match without. The few that have
    none (only NOT, only fields) are looked at for each message.
    """

    def __init__(self, queries: Mapping[str, AnyNode]) -> None:
        self.names = tuple(queries)
        self._final = [compiled(node, final=True) for node in queries.values()]
        self._open = [compiled(node, final=False) for node in queries.values()]
        anchoring = Anchoring(queries)
        anchors: dict[str, list[int]] = {}
        unanchored = []
        for i, node in enumerate(queries.values()):
            found = anchoring.anchors(node)
            if found is None:
                unanchored.append(i)
            for term in found or ():
                anchors.setdefault(term, []).append(i)
        wild = {term for node in queries.values() for term in terms(node) if "*" in term or "?" in term}
        self._unanchored = tuple(unanchored)
        self._vocabulary = Vocabulary(wild, anchors)

    def possible(self, mention: Mention) -> bool:
        """Whether some monitor may want the message: False only where each is certainly false, whatever is found later."""
        return self._first(mention)

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

    def _first(self, mention: Mention) -> bool:
        view, candidates = self._look(mention, None)
        checks = self._open
        return any(checks[i](view) for i in candidates)

    def _look(self, mention: Mention, language: str | None) -> tuple[View, set[int]]:
        """The message's view and the monitors worth checking."""
        text, title = mention.text, mention.title
        sequence = folded_sequence(text, title) if title else tokens(text)
        seen = set(sequence)
        seen.discard("")
        if "@" in text or mention.mentions or title:
            seen.update("@" + name for name in _facts.handles(mention))
        if "#" in text or mention.tags or title:
            seen.update("#" + name for name in _facts.hashtags(mention))
        candidates = set(self._unanchored)
        vocabulary = self._vocabulary
        leads = vocabulary.leads
        for token in seen.difference(vocabulary.nowhere):
            lead = leads.get(token) or vocabulary.lead(token)
            if lead is not None:
                seen.update(lead[0])
                candidates.update(lead[1])
        return View(mention, language, sequence, seen), candidates
