"""What whoever asks what is held of them is not told: who else it names, and who of the staff did what. Pure."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import Table

from desk.store.case_tables import case_events, own_replies
from desk.store.cases import Happened
from desk.store.held_tables import Ids
from desk.store.tables import deliveries, identities, merges

STAFF = "staff"
"""Stands for whoever of the staff did something: whom exactly is not theirs to know (Court of Justice, C-579/21, 22 June 2023)."""
OTHER = "somebody else"
READ_BY = "token "
"""What the name of whoever read by a token begins with: a system that was told."""

Value = str | int | float | bool | None
Row = dict[str, Any]  # Any: rows carry no types

PEOPLE = frozenset(
    {
        "by", "made_by", "withdrawn_by", "undone_by", "approved_by", "assignee", "sends", "done_by", "to_person",
        "to_erased",
    }
)  # fmt: skip
"""Columns and fields that say who did something, or who was told."""


def row_told(table: Table, row: Row, ids: Ids, systems: Collection[str]) -> Mapping[str, Value]:
    """A row of that table as it stands, but for other people; `systems` are the names by which programs act."""
    if mask := _MASKS.get(table):
        mask(row, ids)
    return {name: msgspec.to_builtins(value) for name, value in without_staff(row, systems).items()}


def without_staff(value: Any, systems: Collection[str]) -> Any:  # Any: a row, or JSON
    """The same without who of the staff did what, however deep that stands."""
    if isinstance(value, dict):
        return {
            name: STAFF if name in PEOPLE and _of_staff(each, systems) else without_staff(each, systems)
            for name, each in value.items()
        }
    return [without_staff(each, systems) for each in value] if isinstance(value, list | tuple) else value


def _of_staff(who: object, systems: Collection[str]) -> bool:
    return isinstance(who, str) and who not in systems and not who.startswith(READ_BY)


def _delivery(row: Row, _: Ids) -> None:
    row["value"] = bytes(row["value"]).decode(errors="replace")


def _event(row: Row, _: Ids) -> None:
    if row["kind"] == Happened.ASSIGNED.value:
        row["detail"] = STAFF


def _identity(row: Row, ids: Ids) -> None:
    """Of a link that was taken away the other side may be a stranger."""
    if row["withdrawn_at"] is not None:
        _hide(row, "author", ids.authors)
        _hide(row, "customer", ids.customers)


def _merge(row: Row, ids: Ids) -> None:
    _hide(row, "customer", ids.customers)
    _hide(row, "into", ids.customers)


def _reply(row: Row, ids: Ids) -> None:
    if row["to_author"] not in ids.authors:
        _hide(row, "to_author", ids.authors)
        _hide(row, "reply_to", ids.mentions)
    _hide(row, "thread", ids.mentions)


def _hide(row: Row, name: str, theirs: Collection[str]) -> None:
    if row[name] is not None and row[name] not in theirs:
        row[name] = OTHER


_MASKS: Mapping[Table, Callable[[Row, Ids], None]] = {
    deliveries: _delivery,
    case_events: _event,
    identities: _identity,
    merges: _merge,
    own_replies: _reply,
}
