"""What somebody may do at the desk, and which roles bring it along. The one table; every route names a right of it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Right(StrEnum):
    """One thing that a person may or may not. None includes another."""

    LOOK = "look"  # figures, messages, what is known of authors and customers
    JUDGE = "judge"  # correct what was found, mute, say who belongs together
    KEEP = "keep"  # monitors, alerts, reports, links, notes, and taking messages out as a file
    CASES = "cases"  # see cases and work on them
    LEAD = "lead"  # assign cases to others, many at once; simulate per team
    PEOPLE = "people"  # staff, rota, trainings, the policy
    FOUNDATION = "foundation"  # see how the organisation stands: goals, policy, trainings, maturity
    PRIVACY = "privacy"  # give out all that is held of somebody who is heard
    OPERATE = "operate"  # how the pipeline does, and settings of the house


AGENT, LEAD, ANALYST, HR, OPERATOR = "agent", "lead", "analyst", "hr", "operator"

RIGHTS: Mapping[Right, frozenset[str]] = MappingProxyType(
    {
        Right.LOOK: frozenset({AGENT, LEAD, ANALYST, OPERATOR}),
        Right.JUDGE: frozenset({AGENT, LEAD, ANALYST, OPERATOR}),
        Right.KEEP: frozenset({LEAD, ANALYST, OPERATOR}),
        Right.CASES: frozenset({AGENT, LEAD, OPERATOR}),
        Right.LEAD: frozenset({LEAD, OPERATOR}),
        Right.PEOPLE: frozenset({HR, OPERATOR}),
        Right.FOUNDATION: frozenset({LEAD, ANALYST, HR, OPERATOR}),
        Right.PRIVACY: frozenset({OPERATOR}),
        Right.OPERATE: frozenset({OPERATOR}),
    }
)
"""Which roles bring a right along. The first four are roles that every playbook has; `operator` is the desk's own."""


def with_roles(more: Mapping[str, Iterable[Right]]) -> Mapping[Right, frozenset[str]]:
    """The table with what roles of the organisation's own bring along beside it."""
    return {
        right: roles | {role for role, theirs in more.items() if right in theirs} for right, roles in RIGHTS.items()
    }
