"""From a message's tokens to the monitors that may want it, remembering what each token leads to."""

from collections.abc import Iterable, Mapping

from playbook._text import wildcard

MOST_REMEMBERED = 200_000
_BUCKET = 2

Lead = tuple[tuple[str, ...], tuple[int, ...]]
"""The wildcard terms a token fits, and the monitors anchored at it or at them."""


class Vocabulary:
    """Which tokens lead anywhere. Most lead nowhere and are dropped by one set difference.

    patterns  every wildcard term any monitor asks about
    anchors   term to the monitors that are found by it
    """

    def __init__(self, patterns: Iterable[str], anchors: Mapping[str, list[int]]) -> None:
        self._anchors = anchors
        self._by_start: dict[str, list[str]] = {}
        self._by_end: dict[str, list[str]] = {}
        self._anywhere: list[str] = []
        for pattern in patterns:
            self._file(pattern)
        self.nowhere: set[str] = set()
        self.leads: dict[str, Lead] = {}

    def _file(self, pattern: str) -> None:
        start = pattern.replace("?", "*").partition("*")[0]
        end = pattern.replace("?", "*").rpartition("*")[2]
        if len(start) >= _BUCKET:
            self._by_start.setdefault(start[:_BUCKET], []).append(pattern)
        elif len(end) >= _BUCKET and pattern[0] not in "@#":
            self._by_end.setdefault(end[-_BUCKET:], []).append(pattern)
        else:
            self._anywhere.append(pattern)

    def lead(self, token: str) -> Lead | None:
        """What a token leads to that is not among `nowhere`; remembered. None where it leads nowhere."""
        known = self.leads.get(token)
        return known if known is not None else self._learn(token)

    def _learn(self, token: str) -> Lead | None:
        if len(self.nowhere) + len(self.leads) >= MOST_REMEMBERED:
            self.nowhere.clear()
            self.leads.clear()
        fitting = tuple(pattern for pattern in self._near(token) if wildcard(pattern).fullmatch(token))
        monitors = {i for term in (token, *fitting) for i in self._anchors.get(term, ())}
        if not fitting and not monitors:
            self.nowhere.add(token)
            return None
        self.leads[token] = lead = (fitting, tuple(sorted(monitors)))
        return lead

    def _near(self, token: str) -> Iterable[str]:
        yield from self._by_start.get(token[:_BUCKET], ())
        if token[0] in "@#":
            return
        yield from self._by_end.get(token[-_BUCKET:], ())
        yield from self._anywhere
