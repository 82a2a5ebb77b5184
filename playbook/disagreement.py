"""Where people disagree with triage: which question gave the answer that led away from what a person said instead."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.types import Enriched
from playbook.leading import reached
from playbook.triage import Triage

OUTCOME = "outcome"
"""Name of the judgement, and so of the finding, by which a person says another outcome (core.types.Judgement)."""


@dataclass(kw_only=True)
class Disagreement:
    """By step: how many messages were asked it, and what people said instead where its answer led away from that.

    elsewhere  of those that people said something else of: by outcomes that the flow cannot come to from the path that is stored
    """

    asked: Counter[str] = field(default_factory=Counter)
    instead: dict[str, Counter[str]] = field(default_factory=dict)
    elsewhere: int = 0


def said(record: Enriched) -> str | None:
    """The outcome that a person gave it, be it triage's own; None where nobody did."""
    finding = record.finding(OUTCOME)
    return finding.labels[0] if finding and finding.labels else None


def said_instead(record: Enriched) -> str | None:
    """The outcome that a person gave it, where that is not triage's own."""
    given = said(record)
    return None if given == record.routing.outcome else given


def disagreement(triage: Triage, records: Iterable[Enriched], into: Disagreement) -> None:
    """Count the records' stored paths, and what was said instead, at the last question from which that could be reached."""
    reaches = reached(triage)
    for record in records:
        steps = record.routing.path[:-1]
        into.asked.update(steps)
        instead = said_instead(record)
        if instead is None or not steps:
            continue
        step = next((step for step in reversed(steps) if instead in reaches.get(step, ())), None)
        if step is None:
            into.elsewhere += 1
        else:
            into.instead.setdefault(step, Counter())[instead] += 1
