"""Fields of the archive's documents, by the words of core.document: a name that the mapping lacks is refused at once."""

from collections.abc import Mapping
from typing import Any

from core.document import Group
from core.errors import Misconfigured
from core.settings import nearest
from sinks._elastic_counts import FIELDS
from sinks._elastic_schema import ANNOTATION, CASE, CUSTOMER, MENTION

_ASKABLE = frozenset({"keyword", "date", "date_range", "double", "long"})


def askable(mapping: Mapping[str, Mapping[str, Any]] = MENTION) -> list[str]:
    """Every field that can be searched and counted by; Any: the engine's mapping language."""
    return sorted(name for name, kind in mapping.items() if kind["type"] in _ASKABLE)


def field(name: Group | str) -> str:
    """The document's field that can be searched or counted by. Raises Misconfigured where there is none of that name."""
    found = FIELDS[name] if isinstance(name, Group) else name
    if found not in askable():
        raise Misconfigured([f'the archive has no field "{found}" that can be asked; {nearest(found, askable())}'])
    return found


def of_customer(name: str) -> str:
    """A field of the customers' documents, that can be shown or asked. Raises Misconfigured where there is none of that name."""
    if name not in CUSTOMER:
        raise Misconfigured([f'a customer has no field "{name}"; {nearest(name, sorted(CUSTOMER))}'])
    return name


def of_case(name: str) -> str:
    """A field of the cases' documents. Raises Misconfigured where there is none of that name."""
    if name not in CASE:
        raise Misconfigured([f'a case has no field "{name}"; {nearest(name, sorted(CASE))}'])
    return name


def of_day(name: str) -> str:
    """A field of what stands beside the charts. Raises Misconfigured where there is none of that name."""
    if name not in ANNOTATION:
        raise Misconfigured([f'a note has no field "{name}"; {nearest(name, sorted(ANNOTATION))}'])
    return name


HAPPENED_ON = of_day("since")
"""When something happened, which figures of business events over time count by."""

OPENED, OPEN = of_case("opened"), of_case("open")
"""When a case was opened, which figures over time count by; and all the time in which it was not closed."""

DAYS = of_customer("days")
"""Times that a range finds a customer by."""

CREATED = field("created")
"""Event time, which every figure over time counts by."""
