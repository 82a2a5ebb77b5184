"""Staff from a file of an HR system: CSV with a header row, as RFC 4180 has it, parted by commas, semicolons or tabs.

What a file would change is worked out before anything is: rows that cannot be taken are named by line and reason, and who is not
in a full file is named, and leaves only where somebody says so.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from core.errors import Reject
from core.settings import nearest
from desk.people.checked import checked
from desk.store.people import Details, Person

FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "naam", "full name", "display name", "volledige naam", "weergavenaam"),
    "email": ("email", "e-mail", "mail", "work email", "e-mail address", "e-mailadres", "werkmail"),
    "department": ("department", "afdeling"),
    "unit": ("unit", "team"),
    "language": ("language", "taal"),
    "number": ("number", "employee number", "employee id", "personeelsnummer", "medewerkernummer"),
}
"""What a column may be called, in whatever case, by what it holds."""
LARGEST = 50_000_000


class Row(msgspec.Struct, frozen=True):
    """One line of the file; `told` has the columns that the file has, None where the cell is empty."""

    line: int
    told: Mapping[str, str | None]


class Bad(msgspec.Struct, frozen=True):
    """A line that cannot be taken, and why."""

    line: int
    reason: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would change.

    same     how many are as the file says
    gone     who is in the file and left: they stay so
    missing  who works here and is not in the file
    """

    added: tuple[Details, ...]
    changed: tuple[tuple[Person, Details], ...]
    same: int
    gone: tuple[Person, ...]
    missing: tuple[Person, ...]
    bad: tuple[Bad, ...]


def rows(
    content: bytes,
    columns: Mapping[str, str],
    fields: Mapping[str, Sequence[str]] = FIELDS,
    *,
    names_people: bool = True,
) -> list[Row]:
    """The lines of the file. `columns` says what a column holds that is called otherwise, by its name in the header;
    `fields` what columns may be called, as FIELDS does; `names_people` whether each line has to be about one of the staff.

    Raises Reject where the file, or its header, cannot be read.
    """
    if len(content) > LARGEST:
        raise Reject("the file has more than 50 MB", reason="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Reject(f"the file is not UTF-8 text (byte {error.start})", reason="file") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        held = _header(next(reader, []), columns, fields, names_people=names_people)
        return [Row(reader.line_num, _cells(held, cells)) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise Reject(f"line {reader.line_num}: {error}", reason="file") from None


def plan(given: Sequence[Row], staff: Sequence[Person]) -> Plan:
    """What these lines would change of the staff, who are named by employee number or else by e-mail address."""
    known = Known(staff)
    added: list[Details] = []
    changed: list[tuple[Person, Details]] = []
    bad: list[Bad] = []
    named: dict[str, int] = {}
    found: set[str] = set()
    gone: list[Person] = []
    same = 0
    for row in given:
        try:
            person = known.person(row.told)
            found.update([person.id] if person else [])
            details = _details(row.told, person)
            _once(details, row.line, named)
        except Reject as error:
            bad.append(Bad(row.line, str(error)))
            continue
        if person is None:
            added.append(details)
        elif not person.active:
            gone.append(person)
        elif details == person.details:
            same += 1
        else:
            changed.append((person, details))
    missing = [one for one in staff if one.active and one.id not in found]
    return Plan(
        added=tuple(added), changed=tuple(changed), same=same, gone=tuple(gone), missing=tuple(missing), bad=tuple(bad)
    )


def changes(person: Person, details: Details) -> Iterator[tuple[str, str | None, str | None]]:
    """(name, before, after) of each thing that would change."""
    before = msgspec.structs.asdict(person.details)
    for name, value in msgspec.structs.asdict(details).items():
        if value != before[name]:
            yield name, before[name], value


def differences(person: Person, details: Details) -> Iterator[str]:
    """Each of them as a short clause."""
    for name, before, after in changes(person, details):
        yield f"{name.replace('_', ' ')} {before or 'none'} -> {after or 'none'}"


class Known:
    """The staff by what a line can name them by."""

    def __init__(self, staff: Sequence[Person]) -> None:
        self._numbers = {one.number: one for one in staff if one.number}
        self._addresses = {one.email: one for one in staff if one.email}

    def person(self, told: Mapping[str, str | None]) -> Person | None:
        """Whom the line is about; None for somebody new. Raises Reject where it names nobody, or two."""
        number, address = told.get("number"), (told.get("email") or "").lower()
        if not number and not address:
            raise Reject("neither an employee number nor an e-mail address", reason="row")
        by_number, by_address = self._numbers.get(number or ""), self._addresses.get(address)
        if by_number and by_address and by_number.id != by_address.id:
            raise Reject(f"number {number} is {by_number.name}'s, and {address} is {by_address.name}'s", reason="row")
        if by_address and number and by_address.number and not by_number:
            raise Reject(f"{address} is {by_address.name}'s, whose number is {by_address.number}", reason="row")
        return by_number or by_address


def _details(told: Mapping[str, str | None], person: Person | None) -> Details:
    before = msgspec.structs.asdict(person.details) if person else {}
    merged = before | dict(told)
    if not merged.get("name"):
        raise Reject("the name is empty", reason="row")
    return checked(Details(**merged))


def _once(details: Details, line: int, named: dict[str, int]) -> None:
    """Raises Reject where an earlier line has the same number or address."""
    for what, value in (("number", details.number), ("e-mail address", details.email)):
        if value and (earlier := named.setdefault(f"{what} {value}", line)) != line:
            raise Reject(f"the {what} {value} stands in line {earlier} too", reason="row")


def _header(
    names: Sequence[str], columns: Mapping[str, str], fields: Mapping[str, Sequence[str]], *, names_people: bool
) -> list[str | None]:
    """What each column holds; None for one that nothing is taken from."""
    meant = {called: field for field, all_called in fields.items() for called in all_called}
    given = {name.strip().lower(): field for name, field in columns.items()}
    here = [name.strip().lower() for name in names]
    for name, field in given.items():
        if field not in fields:
            raise Reject(f'"{field}" is nothing that is kept; {nearest(field, list(fields))}', reason="header")
        if name not in here:
            raise Reject(
                f'there is no column "{name}"; {nearest(name, here) if here else "there is none"}', reason="header"
            )
    held = [given.get(name) or meant.get(name) for name in here]
    twice = {field for field in held if field and held.count(field) > 1}
    if twice:
        raise Reject(f"two columns hold the {min(twice)}: say which with --column", reason="header")
    if names_people and "email" not in held and "number" not in held:
        raise Reject(
            f"no column holds an e-mail address or employee number; the columns are {', '.join(here)}", reason="header"
        )
    return held


def _cells(held: Sequence[str | None], cells: Sequence[str]) -> Mapping[str, str | None]:
    filled = [*cells, *[""] * (len(held) - len(cells))]
    return {field: cell.strip() or None for field, cell in zip(held, filled, strict=False) if field}
