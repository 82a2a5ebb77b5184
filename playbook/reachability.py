"""Proof that each branch of a flow can be taken: a message that takes it.

For a branch the conditions on the way to it are broken down, as in an analytic tableau, into single claims (this word, not that
label, a rating of at most 2). Claims that cannot go together end that line of the search. Claims that can are written as a message,
which walks the real flow: it is the proof. Where every line ends in claims that cannot go together there is no such message; where
messages were written and none took the branch, or the search was cut off, none was found, which is told apart.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from core.query import And, Everything, Not, Or
from core.types import Enriched
from playbook._claims import All, Any_, Atom, Claim, Formula, clashes, formula, written
from playbook._rules import Rules
from playbook.facts import by_name
from playbook.flow import Flow
from playbook.triage import Triage

MOST_WAYS = 100
MOST_MESSAGES = 300
"""Ways to a step, and messages written for one of its answers, before the search is ended."""

Wanted = tuple[Formula, bool]
Way = tuple[tuple[str, bool], ...]
"""Steps with their answers."""


class Branch(NamedTuple):
    """An answer to a step: the first way to it with the message that takes it, or the last that was tried without.

    unsure  there is no proof, and it was not shown either that there is none
    """

    step: str
    yes: bool
    way: Way
    proof: Enriched | None
    unsure: bool


def branches(triage: Triage) -> Iterator[Branch]:
    """Each answer of each step that something leads to."""
    rules = Rules(triage.lists)
    flow = Flow(triage, rules)
    asked = {name: formula(step.when, triage.lists) for name, step in triage.steps.items()}
    for step in triage.steps:
        for yes in (True, False):
            branch, unsure = None, False
            for number, before in enumerate(_ways(triage, step), 1):
                way = (*before, (step, yes))
                wanted = sorted(((asked[name], answer) for name, answer in way), key=lambda one: one[1])
                proof, tried = _proof(wanted, flow, rules, way)
                unsure = unsure or tried > 0 or number == MOST_WAYS
                branch = Branch(step, yes, way, proof, unsure and proof is None)
                if proof or number == MOST_WAYS:
                    break
            if branch:
                yield branch


def out_of_reach(triage: Triage) -> Iterator[tuple[str, str]]:
    """(path, sentence) of each answer that no message gets, and of each step and outcome that none comes to."""
    arrived = {triage.start}
    for branch in branches(triage):
        step = triage.steps[branch.step]
        if branch.proof:
            arrived.add(step.then if branch.yes else step.otherwise)
        elif branch.step in arrived:
            on_the_way = " -> ".join(name for name, _ in branch.way)
            answer = "yes" if branch.yes else "no"
            none = "no message was found that is" if branch.unsure else "no message is"
            at = f"steps.{branch.step}.{'then' if branch.yes else 'otherwise'}"
            yield at, f"{none} answered {answer} here, on the way {on_the_way}"
    for section, names in (("steps", triage.steps), ("outcomes", triage.outcomes)):
        yield from ((f"{section}.{name}", "no message comes here") for name in names if name not in arrived)


def _ways(triage: Triage, target: str) -> Iterator[Way]:
    waiting: list[tuple[str, Way]] = [(triage.start, ())]
    while waiting:
        here, way = waiting.pop()
        if here == target:
            yield way
        elif here in triage.steps:
            step = triage.steps[here]
            waiting += [(step.then, (*way, (here, True))), (step.otherwise, (*way, (here, False)))]


def _proof(wanted: Sequence[Wanted], flow: Flow, rules: Rules, way: Way) -> tuple[Enriched | None, int]:
    """The message that takes the way, and how many were written that do not."""
    steps = flow.triage.steps
    step, yes = way[-1]
    path = (*(name for name, _ in way), steps[step].then if yes else steps[step].otherwise)
    tried = 0
    for claims in islice(_lines(wanted, ()), MOST_MESSAGES):
        record = written(claims)
        mention = record.mention
        facts = rules.facts(mention, mention.language, by_name(record.findings), record.routing.monitors)
        if flow.walk(facts).path[: len(path)] == path:
            return record, tried
        tried += 1
    return None, tried


def _lines(wanted: Sequence[Wanted], claims: tuple[Claim, ...]) -> Iterator[tuple[Claim, ...]]:
    """Sets of claims that go together and make everything that is wanted true."""
    waiting, choices = list(reversed(wanted)), list[list[Wanted]]()
    while waiting:
        node, true = waiting.pop()
        parts = _split(node, true)
        if parts is None:
            claim = (_atom(node), true)
            if clashes(claim, claims):
                return
            claims = claims if claim in claims else (*claims, claim)
        elif parts.every:
            waiting += reversed(parts.of)
        else:
            choices.append(parts.of)
    if not choices:
        yield claims
        return
    open_choices = [[one for one in choice if not _closed(one, claims)] for choice in choices]
    first = min(open_choices, key=len)
    rest = [(Any_(tuple(_signed(one) for one in choice)), True) for choice in open_choices if choice is not first]
    for one in first:
        yield from _lines([one, *rest], claims)


class _Parts(NamedTuple):
    every: bool
    of: list[Wanted]


def _split(node: Formula, true: bool) -> _Parts | None:
    """What a formula asks, of all its parts or of one of them; None of a single claim."""
    match node:
        case Not(part=part):
            return _Parts(True, [(part, not true)])
        case Everything():
            return _Parts(true, [])
        case And(parts=parts) | All(parts=parts):
            return _Parts(true, [(part, true) for part in parts])
        case Or(parts=parts) | Any_(parts=parts):
            return _Parts(not true, [(part, true) for part in parts])
        case _:
            return None


def _atom(node: Formula) -> Atom:
    assert not isinstance(node, Not | Everything | And | All | Or | Any_)  # noqa: S101 - what is left after splitting
    return node


def _closed(wanted: Wanted, claims: Sequence[Claim]) -> bool:
    node, true = wanted
    return _split(node, true) is None and clashes((_atom(node), true), claims)


def _signed(wanted: Wanted) -> Formula:
    node, true = wanted
    return node if true else Not(part=node)  # type: ignore[arg-type] # Not goes around any formula here
