"""What a filter asks of people and groups, as conditions on the desk's tables."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, select

from desk.scim.errors import invalid
from desk.scim.filters import Term, terms
from desk.scim.patching import ENTERPRISE
from desk.store.tables import group_members, groups, people

Condition = Callable[[str], ColumnElement[bool]]

_LOW = ENTERPRISE.lower()
USERS: Mapping[str, Condition] = {
    "id": lambda value: people.c.id == value,
    "username": lambda value: people.c.user_name == value.lower(),
    "externalid": lambda value: people.c.external_id == value,
    "displayname": lambda value: people.c.name == value,
    "emails": lambda value: people.c.email == value.lower(),
    "emails.value": lambda value: people.c.email == value.lower(),
    'emails[type eq "work"].value': lambda value: people.c.email == value.lower(),
    f"{_LOW}:employeenumber": lambda value: people.c.number == value,
}
"""By path in lower case. `externalId` is compared as it is written, the others whatever their case (RFC 7643, 3.1)."""


def _holds(person: str) -> ColumnElement[bool]:
    return groups.c.id.in_(select(group_members.c.group).where(group_members.c.person == person))


GROUPS: Mapping[str, Condition] = {
    "id": lambda value: groups.c.id == value,
    "displayname": lambda value: groups.c.folded == value.casefold(),
    "externalid": lambda value: groups.c.external_id == value,
    "members": _holds,
    "members.value": _holds,
}


def of_users(text: str) -> Sequence[ColumnElement[bool]]:
    """The people that a sign-on system named and of whom the filter is true; "" asks for all. Raises ScimError."""
    return [people.c.user_name.is_not(None), *(_user(term) for term in _terms(text))]


def of_groups(text: str) -> Sequence[ColumnElement[bool]]:
    return [_one(term, GROUPS) for term in _terms(text)]


def _terms(text: str) -> Sequence[Term]:
    return terms(text) if text.strip() else ()


def _user(term: Term) -> ColumnElement[bool]:
    if term.path == "active" and isinstance(term.value, bool):
        return people.c.active.is_(term.value)
    return _one(term, USERS)


def _one(term: Term, known: Mapping[str, Condition]) -> ColumnElement[bool]:
    condition = known.get(" ".join(term.path.split()))
    if condition is None or not isinstance(term.value, str):
        raise invalid(f'nobody is found by "{term.path[:80]}"; by {", ".join(sorted(known))} they are', "invalidFilter")
    return condition(term.value)
