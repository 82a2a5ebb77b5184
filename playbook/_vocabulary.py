"""From a message's tokens to the monitors that may want it, remembering what each token leads to."""

from collections.abc import Callable, Iterable, Mapping
from itertools import filterfalse

from playbook._text import wildcard

MOST_REMEMBERED = 200_000
_LONGEST_REMEMBERED = 100
_BUCKET = 2


class Vocabulary:
    """Which tokens lead to monitors, and which fit wildcards. Most do neither and are passed over in one sweep.

    patterns  every wildcard term any monitor asks about
    anchors   term to the monitors that are found by it
    most      how many tokens are remembered before all are forgotten
    """

    def __init__(
        self, patterns: Iterable[str], anchors: Mapping[str, Iterable[int]], *, most: int = MOST_REMEMBERED
    ) -> None:
        self._most = most
        self._anchors = anchors
        self._patterns = _Patterns(patterns)
        self._nowhere: set[str] = set()
        self._monitors: dict[str, tuple[int, ...]] = {}
        self._unfit: set[str] = set()
        self._fitting: dict[str, tuple[str, ...]] = {}

    def monitors(self, tokens: Iterable[str]) -> set[int]:
        """Monitors anchored at one of the tokens or at a wildcard that one fits."""
        found: set[int] = set()
        known = self._monitors
        for token in list(filterfalse(self._nowhere.__contains__, tokens)):
            found.update(known.get(token) or self._learn(token))
        return found

    def widened(self, tokens: set[str]) -> set[str]:
        """The tokens with each wildcard term that one of them fits."""
        known = self._fitting
        for token in list(filterfalse(self._unfit.__contains__, tokens)):
            tokens.update(known.get(token) or self._fit(token))
        return tokens

    def _learn(self, token: str) -> tuple[int, ...]:
        if len(self._nowhere) + len(self._monitors) >= self._most:
            self._nowhere.clear()
            self._monitors.clear()
        terms = (token, *self._patterns.fitting(token))
        monitors = tuple(sorted({i for term in terms for i in self._anchors.get(term, ())}))
        if len(token) > _LONGEST_REMEMBERED:
            return monitors
        if monitors:
            self._monitors[token] = monitors
        else:
            self._nowhere.add(token)
        return monitors

    def _fit(self, token: str) -> tuple[str, ...]:
        if len(self._unfit) + len(self._fitting) >= self._most:
            self._unfit.clear()
            self._fitting.clear()
        fitting = tuple(self._patterns.fitting(token))
        if len(token) > _LONGEST_REMEMBERED:
            return fitting
        if fitting:
            self._fitting[token] = fitting
        else:
            self._unfit.add(token)
        return fitting


_Pattern = tuple[str, Callable[[str], object]]


class _Patterns:
    """Wildcard terms by their first or last letters, so that a token is compared with few of them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._by_start: dict[str, list[_Pattern]] = {}
        self._by_end: dict[str, list[_Pattern]] = {}
        self._anywhere: list[_Pattern] = []
        for pattern in sorted(patterns):
            self._place(pattern).append((pattern, wildcard(pattern).fullmatch))

    def _place(self, pattern: str) -> list[_Pattern]:
        stars = pattern.replace("?", "*")
        start, end = stars.partition("*")[0], stars.rpartition("*")[2]
        if len(start) >= _BUCKET:
            return self._by_start.setdefault(start[:_BUCKET], [])
        if len(end) >= _BUCKET:
            return self._by_end.setdefault(end[-_BUCKET:], [])
        return self._anywhere

    def fitting(self, token: str) -> list[str]:
        """The patterns the token fits. Handles and hashtags fit only patterns that start as they do."""
        near = self._by_start.get(token[:_BUCKET], [])
        if not token.startswith(("@", "#")):
            near = [*near, *self._by_end.get(token[-_BUCKET:], []), *self._anywhere]
        return [pattern for pattern, fits in near if fits(token)]
