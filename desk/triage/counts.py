"""How many messages went which way through triage, who got them, and where people said otherwise: asked of the archive."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from core.document import Filter, Group
from core.findings import OTHERWISE
from core.ports import ArchiveReader
from core.query import Field, FieldName
from desk.ports import ParseQuery
from picture.moved import narrowed
from playbook import confirming, leading
from playbook.triage import Triage

MOST_ANSWERS = 1000
MOST_UNITS = 4
"""Units that are named of an outcome."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Of the filter's messages.

    answers    by step and where the answer led, as they were counted: also those of rules that are no more
    outcomes   what counts now, a person's word before triage's
    units      who got the messages of an outcome, most first
    otherwise  messages by the question that led away from what people said of them
    waiting    how many a person has yet to confirm
    untriaged  how many triage came to nothing for, or were archived by a release that did not count it
    """

    total: int
    answers: Mapping[str, int]
    outcomes: Mapping[str, int]
    units: Mapping[str, Sequence[tuple[str, int]]]
    otherwise: Mapping[str, int]
    waiting: int

    @property
    def untriaged(self) -> int:
        return self.total - sum(self.outcomes.values())


async def count(archive: ArchiveReader, where: Filter, triage: Triage, parse: ParseQuery) -> Counts:
    """Each figure is the number of messages that its search finds. Raises Retry where the archive is away."""
    total, checked, answers, outcomes = await asyncio.gather(
        archive.count(where),
        archive.terms(where, by=Group.CHECKED, size=2),
        archive.terms(where, by=Group.ANSWER, size=MOST_ANSWERS),
        archive.terms(where, by=Group.OUTCOME, size=MOST_ANSWERS),
    )

    async def found(query: str) -> int:
        return await archive.count(narrowed(where, parse(query))) if query else 0

    async def owners(outcome: str) -> Sequence[tuple[str, int]]:
        of = narrowed(where, Field(name=FieldName.OUTCOME, value=outcome))
        return await archive.terms(of, by=Group.UNIT, size=MOST_UNITS)

    steps = list(triage.steps) if OTHERWISE in dict(checked) else []
    answered = [name for name, _ in outcomes if name in triage.outcomes and triage.outcomes[name].answer]
    units, said, waiting = await asyncio.gather(
        asyncio.gather(*map(owners, answered)),
        asyncio.gather(*(found(leading.otherwise(triage, step)) for step in steps)),
        found(confirming.query(triage)),
    )
    return Counts(
        total=total,
        answers=dict(answers),
        outcomes=dict(outcomes),
        units=dict(zip(answered, units, strict=True)),
        otherwise=dict(zip(steps, said, strict=True)),
        waiting=waiting,
    )
