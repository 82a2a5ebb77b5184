"""What a person has to confirm before it is done: outcomes of which the playbook says so, of which nobody has said anything."""

from core.types import Enriched
from playbook.disagreement import said
from playbook.triage import Triage


def waits(triage: Triage, record: Enriched) -> bool:
    """Whether it waits for somebody to say this outcome, or another one."""
    outcome = triage.outcomes.get(record.routing.outcome or "")
    return outcome is not None and outcome.confirm and said(record) is None


def query(triage: Triage) -> str:
    """The search that finds all that waits; "" where nothing can."""
    asked = [name for name, outcome in triage.outcomes.items() if outcome.confirm]
    return f"outcome:({' OR '.join(asked)}) -checked:any" if asked else ""
