"""What rules know of one message: nothing but itself and what was found in it."""

from collections.abc import Callable, Mapping
from functools import cached_property

from core.redaction.kinds import Kind
from core.redaction.redactor import Redactor
from core.types import Finding, Mention
from playbook.monitors import Answers

_REDACTOR = Redactor(tuple(Kind))
_TAKEN_OUT = {f"[{kind}]": kind for kind in Kind}


class Facts:
    """One message as rules see it. `asks` answers the queries that the rules were compiled with."""

    def __init__(
        self, mention: Mention, findings: Mapping[str, Finding], monitors: tuple[str, ...], asks: Answers
    ) -> None:
        self.mention, self.findings, self.monitors, self.asks = mention, findings, monitors, asks

    @cached_property
    def personal(self) -> frozenset[Kind]:
        """Kinds of personal data in its text, and those that were taken out of it before it was kept."""
        text = self.mention.text
        found = {one.kind for one in _REDACTOR.find(text, handles=self.mention.mentions)}
        if "[" in text:
            found |= {kind for sign, kind in _TAKEN_OUT.items() if sign in text}
        return frozenset(found)


Check = Callable[[Facts], bool]


def by_name(findings: tuple[Finding, ...]) -> Mapping[str, Finding]:
    return {finding.name: finding for finding in reversed(findings)}
