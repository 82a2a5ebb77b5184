"""Compares what is held in the end with the ledger, and names examples of what it finds. Pure.

How a duplicate could show: a message archived under its id twice (the archive on files has no key that forbids it, and
an id may stand in two indices of Elasticsearch), under two ids, or in a count that is more than the list is long. In the
log a record may stand twice, which is its promise; nobody who reads by order key sees it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.ledger import Expected, Ledger

MARK = re.compile(rb"m(\d{5})v\d+x[0-9a-f]{8}")
TOKEN = re.compile(rb"gif-\d{6}-")
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Archived:
    """One entry of the archive's list: its id, its text, and the labels of its findings that a person gave."""

    id: str
    text: str
    judged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the archive lists and counts, what the dead letters hold, and each mark found anywhere with where it stood.

    found  how many the archive finds by the words of what is gone or was replaced, by mark, where it was asked
    """

    archived: Sequence[Archived]
    count: int
    letters: Sequence[bytes] = ()
    traces: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Verdict:
    """Sentences on what is wrong, by kind; how many dead letters there are and how many there should be."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    undeleted: list[str] = field(default_factory=list)
    letters: int = 0
    expected_letters: int = 0
    odd_letters: list[str] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        """Whether the archive is as it should be, whatever the dead letters are."""
        return not (self.lost or self.duplicated or self.stale or self.undeleted)

    @property
    def good(self) -> bool:
        return self.arrived and not self.odd_letters and self.letters == self.expected_letters

    @property
    def line(self) -> str:
        counts = ", ".join(
            f"{len(getattr(self, kind))} {kind}" for kind in ("lost", "duplicated", "stale", "undeleted")
        )
        return f"{counts}, {self.letters} dead letters ({self.expected_letters} expected)"

    def examples(self) -> list[str]:
        """The first of each kind."""
        kinds = ("lost", "duplicated", "stale", "undeleted", "odd_letters")
        return [f"{kind.replace('_', ' ')}: {one}" for kind in kinds for one in getattr(self, kind)[:SHOWN]]


def check(ledger: Ledger, held: Held) -> Verdict:
    verdict = Verdict(expected_letters=len(ledger.poison))
    by_number = defaultdict(list)
    for one in held.archived:
        mark = MARK.search(one.text.encode())
        if mark is None:
            verdict.stale.append(f"{one.id} holds no text of the plan: {one.text[:60]!r}")
        else:
            by_number[int(mark[1])].append((mark[0].decode(), one))
    for number, expected in ledger.messages.items():
        _message(verdict, expected, by_number.get(number, []))
    _counted(verdict, held)
    _traces(verdict, ledger, held)
    _letters(verdict, ledger, held)
    return verdict


def _message(verdict: Verdict, expected: Expected, there: Sequence[tuple[str, Archived]]) -> None:
    if expected.gone:
        verdict.undeleted += [f"{one.id} is archived: {mark}" for mark, one in there]
        return
    if not there:
        verdict.lost.append(f"{expected.id} is not archived: {expected.mark}")
    if len(there) > 1:
        verdict.duplicated.append(f"{expected.id} is archived {len(there)} times: {[one.id for _, one in there]}")
    for mark, one in there:
        if mark != expected.mark:
            verdict.stale.append(f"{one.id} holds {mark}, not {expected.mark}")
        if one.id != expected.id:
            verdict.duplicated.append(f"{expected.id} is archived as {one.id}")
        if dict(one.judged) != expected.judged:
            verdict.lost.append(f"judgements of {one.id}: {dict(one.judged)}, not {expected.judged}")


def _counted(verdict: Verdict, held: Held) -> None:
    if held.count > len(held.archived):
        verdict.duplicated.append(f"the archive counts {held.count} and lists {len(held.archived)}")
    if held.count < len(held.archived):
        verdict.lost.append(f"the archive lists {len(held.archived)} and counts {held.count}")


def _traces(verdict: Verdict, ledger: Ledger, held: Held) -> None:
    """Deleted text anywhere, and old words that a search still finds."""
    gone = ledger.gone_marks
    verdict.undeleted += [f"{mark} stands in {where}" for mark, where in held.traces.items() if mark in gone]
    for mark, count in held.found.items():
        if count:
            (verdict.undeleted if mark in gone else verdict.stale).append(f"a search for {mark} finds {count}")


def _letters(verdict: Verdict, ledger: Ledger, held: Held) -> None:
    """Counted by content: setting aside is at least once. A letter of a message, which came in by replay, is none of these."""
    tokens = Counter[str]()
    for payload in held.letters:
        token = TOKEN.search(payload)
        if token is not None:
            tokens[token[0].decode()] += 1
        elif MARK.search(payload) is None:
            verdict.odd_letters.append(f"a dead letter that nobody planned: {payload[:80]!r}")
    verdict.letters = len(tokens)
    verdict.odd_letters += [f"no dead letter of {token}" for token in sorted(ledger.poison - set(tokens))]
    verdict.odd_letters += [
        f"a dead letter of {token}, which nobody sent" for token in sorted(set(tokens) - ledger.poison)
    ]
