"""The findings that archives, queries and figures know: one row each, from which their columns and fields derive.

A finding of any other name travels and is shown all the same; it is not asked or counted by.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from core.document import Group
from core.query import FieldName
from core.types import Enriched, Finding

UNCERTAIN = "uncertain"
"""What a classifier counts as that looked at the message and did not decide. One that never looked counts as nothing."""

ANY = "any"
"""What a query asks for where any label will do."""

JUDGED = "judgement"
"""`model` of a finding that a person gave."""

POSITIVE, NEGATIVE = "positive", "negative"
FEELINGS = (POSITIVE, "neutral", NEGATIVE)


class KnownFinding(NamedTuple):
    """How one finding counts.

    group    the finding's name, and its field in every archive
    field    what queries call it
    several  every label counts; else the first does, and UNCERTAIN where there is none
    labels   all there can be; () where the enricher's settings or people name them
    also     what a query finds a label by, beside itself
    """

    group: Group
    field: FieldName
    several: bool = False
    labels: tuple[str, ...] = ()
    also: Callable[[str], tuple[str, ...]] = lambda _: ()

    @property
    def name(self) -> str:
        return self.group.value

    def counted(self, labels: tuple[str, ...] | None) -> tuple[str, ...]:
        """What counts of a finding's labels; None where there is no such finding."""
        if labels is None:
            return ()
        return labels if self.several else labels[:1] or (UNCERTAIN,)

    def asked(self, label: str) -> tuple[str, ...]:
        """The values, casefolded, that find a label that counts."""
        return tuple(value.casefold() for value in (label, *self.also(label)))


def _aspect(label: str) -> tuple[str, ...]:
    """The aspect without what is felt about it: "trein" of "trein:negative"."""
    return (label.rpartition(":")[0],) if ":" in label else ()


def _any(_label: str) -> tuple[str, ...]:
    return (ANY,)


SEVERITIES = ("minor", "serious", "critical")
AGREED, OTHERWISE = "agreed", "otherwise"
PRAISE = "praise"
INTENTS = ("complaint", "question", PRAISE, "suggestion", "purchase", "incident", "other")

KNOWN = (
    KnownFinding(Group.SENTIMENT, FieldName.SENTIMENT, labels=FEELINGS),
    KnownFinding(Group.EMOTION, FieldName.EMOTION),
    KnownFinding(Group.TOPIC, FieldName.TOPIC, several=True),
    KnownFinding(Group.TAG, FieldName.PERSON_TAG, several=True),
    KnownFinding(Group.INTENT, FieldName.INTENT, labels=INTENTS),
    KnownFinding(Group.ASPECT, FieldName.ASPECT, several=True, also=_aspect),
    KnownFinding(Group.SPAM, FieldName.SPAM, several=True, also=_any),
    KnownFinding(Group.TOXICITY, FieldName.TOXICITY),
    KnownFinding(Group.OUTCOME, FieldName.OUTCOME),
    KnownFinding(Group.SEVERITY, FieldName.SEVERITY, labels=SEVERITIES),
    KnownFinding(Group.UNIT, FieldName.UNIT),
    KnownFinding(Group.ANSWER, FieldName.ANSWER, several=True),
    KnownFinding(Group.CHECKED, FieldName.CHECKED, labels=(AGREED, OTHERWISE), also=_any),
)
"""In the order in which archives hold them: what is new comes last."""

NAMES = tuple(known.name for known in KNOWN)
BY_NAME = {known.name: known for known in KNOWN}
BY_FIELD = {known.field: known for known in KNOWN}
ROUTED = frozenset({FieldName.OUTCOME, FieldName.SEVERITY, FieldName.UNIT, FieldName.ANSWER, FieldName.CHECKED})
"""What is known once a message is routed: what routes it cannot ask for these."""
ONE_LABEL = tuple(known for known in KNOWN if not known.several)


def counted(finding: Finding) -> tuple[str, ...]:
    """What counts of a finding of any name."""
    known = BY_NAME.get(finding.name)
    return known.counted(finding.labels) if known else finding.labels


def known_of(enriched: Enriched) -> dict[str, Finding]:
    """Its findings by name, judgements applied, and beside them what it was routed by: counted and asked the same way."""
    found = {finding.name: finding for finding in _routed(enriched)} if enriched.routing.outcome else {}
    return found | {finding.name: finding for finding in reversed(enriched.findings)}


def _routed(enriched: Enriched) -> Iterator[Finding]:
    routing, model = enriched.routing, enriched.routing.playbook
    for group, label in (
        (Group.OUTCOME, routing.outcome),
        (Group.SEVERITY, routing.severity),
        (Group.UNIT, routing.team),
    ):
        if label:
            yield Finding(name=group, model=model, labels=(label,))
    answers = tuple(f"{step}/{after}" for step, after in pairwise(routing.path))
    yield Finding(name=Group.ANSWER, model=model, labels=answers)
    said = enriched.finding(Group.OUTCOME)
    if said is not None and said.model == JUDGED:
        agrees = said.labels[:1] == (routing.outcome,)
        yield Finding(name=Group.CHECKED, model=JUDGED, labels=(AGREED if agrees else OTHERWISE,))
