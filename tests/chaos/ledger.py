"""What must be true once everything has calmed down: a pure fold over the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.chaos.naming import author_of, mention_of
from tests.chaos.plan import Act, Delete, Judge, Leave, Poison, Say


@dataclass
class Expected:
    """One message: the marks of its versions in order, whether it is gone, and what was said of it by name."""

    id: str
    author: str
    marks: list[str] = field(default_factory=list)
    gone: bool = False
    judged: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Of the version that has to be there."""
        return self.marks[-1]


@dataclass
class Ledger:
    """messages by number; the tokens of all poison"""

    messages: dict[int, Expected] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)

    @property
    def standing(self) -> dict[int, Expected]:
        return {number: one for number, one in self.messages.items() if not one.gone}

    @property
    def gone_marks(self) -> set[str]:
        """Of every version of what is gone."""
        return {mark for one in self.messages.values() if one.gone for mark in one.marks}


def ledger_of(batches: Iterable[Sequence[Act]]) -> Ledger:
    ledger = Ledger()
    for batch in batches:
        for act in batch:
            _enter(ledger, act)
    return ledger


def _enter(ledger: Ledger, act: Act) -> None:
    match act:
        case Say():
            known = Expected(mention_of(act), author_of(act.connector, act.author))
            ledger.messages.setdefault(act.number, known).marks.append(act.mark)
        case Delete():
            ledger.messages[act.number].gone = True
        case Leave():
            author = author_of(act.connector, act.author)
            for one in ledger.messages.values():
                one.gone = one.gone or one.author == author
        case Judge(labels=None):
            ledger.messages[act.number].judged.pop(act.name, None)
        case Judge():
            ledger.messages[act.number].judged[act.name] = act.labels
        case Poison():
            ledger.poison.add(act.token)
