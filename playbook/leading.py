"""Where each question of triage leads, and the searches that find who went which way."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from playbook.triage import Triage


class Answer(NamedTuple):
    """One answer to one question; `to` is the question or outcome that it leads to."""

    step: str
    yes: bool
    to: str

    @property
    def stored(self) -> str:
        """How it is counted: a value of core.document.Group.ANSWER."""
        return f"{self.step}/{self.to}"


def answers(triage: Triage, step: str) -> tuple[Answer, Answer]:
    """Yes, then no."""
    asked = triage.steps[step]
    return Answer(step, True, asked.then), Answer(step, False, asked.otherwise)


def reached(triage: Triage) -> Mapping[str, frozenset[str]]:
    """The outcomes that the flow can come to from each step; from an outcome itself alone."""

    @cache
    def of(name: str) -> frozenset[str]:
        if name in triage.outcomes:
            return frozenset([name])
        return of(triage.steps[name].then) | of(triage.steps[name].otherwise)

    return {name: of(name) for name in (*triage.steps, *triage.outcomes)}


def asked(triage: Triage, step: str) -> str:
    """The search for all that were asked this question."""
    return f"answer:({' OR '.join(sorted({one.stored for one in answers(triage, step)}))})"


def otherwise(triage: Triage, step: str) -> str:
    """The search for those that people said something else of, which an answer to this question led away from; "" where
    none can.
    """
    found = list(_led_away(triage, step))
    return f"checked:otherwise ({' OR '.join(found)})" if found else ""


def _led_away(triage: Triage, step: str) -> Iterator[str]:
    reaches = reached(triage)
    for answer in answers(triage, step):
        missed = sorted(reaches[step] - reaches[answer.to])
        if missed:
            yield f"(answer:{answer.stored} outcome:({' OR '.join(missed)}))"
