"""What a next best action asks of a customer before it holds."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.findings import BY_FIELD, FEELINGS, SEVERITIES, UNCERTAIN
from core.query import FieldName
from core.settings import Settings, Span, nearest
from playbook._values import Name
from playbook.customer_facts import Trend


def _one_of(what: str, *valid: str) -> BeforeValidator:
    """One word or several, each of these."""

    def checked(value: Any) -> Any:  # Any: whatever stands in the YAML
        several = tuple(value) if isinstance(value, list | tuple) else (value,)
        for one in several:
            if one not in valid:
                raise ValueError(f"{str(one)!r} is no {what}; {nearest(str(one), valid)}")
        return several

    return BeforeValidator(checked, json_schema_input_type=str | list[str])


def _several(value: Any) -> Any:  # Any: whatever stands in the YAML
    return (value,) if isinstance(value, str) else value


_ONE_OR_MORE = BeforeValidator(_several, json_schema_input_type=str | list[str])


def _positive(span: timedelta) -> timedelta:
    if span <= timedelta(0):
        raise ValueError("is no time at all; give some, as in 2h")
    return span


Time = Annotated[Span, AfterValidator(_positive)]
Labels = Annotated[tuple[str, ...], Field(min_length=1)]


class CustomerWhen(Settings):
    """What has to be true of a customer, all that is given.

    case               whether a case of theirs is not closed
    severity           the worst of those is one of these
    overdue            whether what is promised next in those is over
    due_within         what is promised next is due in that time, and not over
    crisis             whether one of those belongs to a crisis that runs
    waits_at_least     no answer was seen since their latest message, which is that long ago
    answered_at_least, answered_at_most  our latest answer is that long ago
    silent_at_least, silent_at_most  their latest message is that long ago
    sentiment, intent  one of these was found in their latest message
    trend              their sentiment goes one of these ways
    net_at_least, net_at_most  net sentiment of the weeks shown, -1 to 1
    mentions_at_least  so many messages of theirs are archived
    segment            another system says one of these
    """

    case: bool | None = None
    severity: Annotated[Labels | None, _one_of("severity", *SEVERITIES)] = None
    overdue: bool | None = None
    due_within: Time | None = None
    crisis: bool | None = None
    waits_at_least: Time | None = None
    answered_at_least: Time | None = None
    answered_at_most: Time | None = None
    silent_at_least: Time | None = None
    silent_at_most: Time | None = None
    sentiment: Annotated[Labels | None, _one_of("sentiment", *FEELINGS, UNCERTAIN)] = None
    intent: Annotated[Labels | None, _one_of("intent", *sorted(BY_FIELD[FieldName.INTENT].labels), UNCERTAIN)] = None
    trend: Annotated[Labels | None, _one_of("trend", *(one.value for one in Trend))] = None
    net_at_least: Annotated[float, Field(ge=-1, le=1)] | None = None
    net_at_most: Annotated[float, Field(ge=-1, le=1)] | None = None
    mentions_at_least: Annotated[int, Field(ge=1)] | None = None
    segment: Annotated[tuple[Name, ...] | None, _ONE_OR_MORE] = None

    @model_validator(mode="after")
    def _asks(self) -> "CustomerWhen":
        if not list(self.given()):
            raise ValueError(f"asks nothing; give one of {', '.join(sorted(CustomerWhen.model_fields))}")
        return self

    def given(self) -> Iterator[tuple[str, Any]]:  # Any: each condition has a value of its own
        """The conditions that it has, with what they ask."""
        values = ((name, getattr(self, name)) for name in CustomerWhen.model_fields)
        return ((name, value) for name, value in values if value is not None)


def _any_of(value: Any) -> Any:  # Any: whatever stands in the YAML
    return tuple(value) if isinstance(value, list | tuple) else (value,)


AnyOfCustomer = Annotated[
    tuple[CustomerWhen, ...],
    BeforeValidator(_any_of, json_schema_input_type=CustomerWhen | list[CustomerWhen]),
    Field(min_length=1),
]
"""Any of these; written as one or as a list."""
