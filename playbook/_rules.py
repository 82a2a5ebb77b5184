"""Conditions as checks over one message's facts; all their queries are looked at by one sweep over its words."""

from collections.abc import Mapping, Sequence

from core.query import AnyNode
from core.types import Finding, Mention
from playbook.accounts import plain
from playbook.conditions import When, WordLists
from playbook.facts import Check, Facts
from playbook.monitors import Monitors


class Rules:
    """Collects conditions; once all are in, `facts` are what the checks ask."""

    def __init__(self, lists: WordLists) -> None:
        self._lists = lists
        self._queries: dict[str, AnyNode] = {}
        self._places: dict[AnyNode, int] = {}
        self._monitors: Monitors | None = None

    def check(self, any_of: Sequence[When]) -> Check:
        """Whether one of these conditions holds."""
        return _any([self._all(when) for when in any_of])

    def facts(
        self, mention: Mention, language: str | None, findings: Mapping[str, Finding], monitors: tuple[str, ...]
    ) -> Facts:
        if self._monitors is None or len(self._monitors.names) != len(self._queries):
            self._monitors = Monitors(self._queries)
        return Facts(mention, findings, monitors, self._monitors.answers(mention, language, findings))

    def _all(self, when: When) -> Check:
        """The cheap ones first: what was found, then words, then what is searched for in the text."""
        checks: list[Check] = []
        if when.monitors:
            checks.append(_matched(frozenset(when.monitors)))
        if when.account is not None or when.accounts:
            checks.append(_reached(when.account, frozenset(map(plain, when.accounts))))
        if when.rating_at_least is not None or when.rating_at_most is not None:
            checks.append(_rated(when.rating_at_least, when.rating_at_most))
        checks += [_found(name, frozenset(labels)) for name, labels in when.findings.items()]
        checks += [self._query(node) for node in when.nodes(self._lists)]
        if when.personal:
            checks.append(_personal(when))
        return _every(checks)

    def _query(self, node: AnyNode) -> Check:
        place = self._places.setdefault(node, len(self._places))
        self._queries[str(place)] = node

        def check(facts: Facts) -> bool:
            asks = facts.asks
            return place in asks.candidates and asks.checks[place](asks.view)

        return check


def _any(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    several = tuple(checks)

    def check(facts: Facts) -> bool:
        for one in several:  # noqa: SIM110 - a generator costs as much as the checks, for every question of every message
            if one(facts):
                return True
        return False

    return check


def _every(checks: Sequence[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    several = tuple(checks)

    def check(facts: Facts) -> bool:
        for one in several:  # noqa: SIM110 - as above
            if not one(facts):
                return False
        return True

    return check


def _matched(names: frozenset[str]) -> Check:
    return lambda facts: not names.isdisjoint(facts.monitors)


def _reached(any_account: bool | None, accounts: frozenset[str]) -> Check:
    def check(facts: Facts) -> bool:
        own = facts.mention.own_account
        if any_account is not None and (own is not None) is not any_account:
            return False
        return not accounts or (own is not None and plain(own) in accounts)

    return check


def _rated(least: float | None, most: float | None) -> Check:
    def check(facts: Facts) -> bool:
        rating = facts.mention.rating
        return rating is not None and (least is None or rating >= least) and (most is None or rating <= most)

    return check


def _found(name: str, labels: frozenset[str]) -> Check:
    def check(facts: Facts) -> bool:
        finding = facts.findings.get(name)
        return finding is not None and not labels.isdisjoint(finding.labels)

    return check


def _personal(when: When) -> Check:
    kinds = frozenset(when.personal)
    return lambda facts: not kinds.isdisjoint(facts.personal)
