"""Fields of the archive's documents, by the words of core.document: a name that the mapping lacks is refused at once."""

from core.document import Group
from core.errors import Misconfigured
from core.settings import nearest
from sinks._elastic_counts import FIELDS
from sinks._elastic_schema import MENTION


def askable() -> list[str]:
    """Every field that can be searched and counted by."""
    return sorted(name for name, kind in MENTION.items() if kind["type"] in {"keyword", "date", "long"})


def field(name: Group | str) -> str:
    """The document's field that can be searched or counted by. Raises Misconfigured where there is none of that name."""
    found = FIELDS[name] if isinstance(name, Group) else name
    if found not in askable():
        raise Misconfigured([f'the archive has no field "{found}" that can be asked; {nearest(found, askable())}'])
    return found


CREATED = field("created")
"""Event time, which every figure over time counts by."""
