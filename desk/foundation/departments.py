"""The staff by department, or by unit: no line is a few people's own."""

from collections import Counter
from collections.abc import Callable, Sequence

from desk.store.people import Person
from playbook.simulate import small_units

SMALLEST = 5
"""People below whom a department is not told apart."""

By = Callable[[Person], str]
"""The group that somebody is in; "" for none."""


def department(person: Person) -> str:
    return person.department or ""


def unit_or_department(person: Person) -> str:
    """The unit of the playbook that somebody works in; whoever is in none counts in their department."""
    return person.unit or department(person)


def by_department(staff: Sequence[Person], by: By = department) -> Sequence[tuple[str | None, Sequence[Person]]]:
    """Each group with who is in it, by name: those of none, "", and the small ones together, None, last."""
    sizes = Counter(by(one) for one in staff)
    small = small_units(sizes, sizes, SMALLEST)
    groups: dict[str | None, list[Person]] = {}
    for one in staff:
        name = by(one)
        groups.setdefault(None if name in small else name, []).append(one)
    return sorted(groups.items(), key=lambda group: (group[0] is None, not group[0], group[0] or ""))
