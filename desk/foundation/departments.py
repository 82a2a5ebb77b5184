"""Departments as figures name them: a small one stands only together with others, so that no line is a few people's own."""

from collections import Counter
from collections.abc import Sequence

from desk.store.people import Person
from playbook.simulate import small_units

SMALLEST = 5
"""People below whom a department is not told apart."""


def by_department(staff: Sequence[Person]) -> list[tuple[str | None, list[Person]]]:
    """Who works in each, by name; "" are those of none, and None the small ones together, which come last."""
    sizes = Counter(one.department or "" for one in staff)
    small = small_units(sizes, sizes, SMALLEST)
    groups: dict[str | None, list[Person]] = {}
    for one in staff:
        name = one.department or ""
        groups.setdefault(None if name in small else name, []).append(one)
    return sorted(groups.items(), key=lambda group: (group[0] is None, not group[0], group[0] or ""))
