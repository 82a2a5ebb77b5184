"""A rota from a file, to try: CSV with a line for each days and blocks of somebody, or of a seat that nobody has yet."""

from collections.abc import Collection, Mapping, Sequence

from core.errors import Misconfigured, Reject
from core.settings import nearest
from desk.people.blocks import shifts_of
from desk.people.importing import Row, rows
from desk.store.people import Person
from playbook.rota import Shift

FIELDS: Mapping[str, tuple[str, ...]] = {
    "who": ("who", "wie", "email", "e-mail", "number", "personeelsnummer", "seat", "plek"),
    "unit": ("unit", "team"),
    "days": ("days", "day", "dagen", "dag"),
    "blocks": ("blocks", "block", "blokken", "blok"),
}
"""What a column may be called, in whatever case, by what it holds."""


def rota(content: bytes, staff: Sequence[Person], units: Collection[str]) -> list[Shift]:
    """The shifts of the file. Who it names by id, e-mail address or employee number is that person; any other word is a seat.

    Raises Reject where the file cannot be read, Misconfigured with each line that cannot.
    """
    known = {key: one.id for one in staff for key in (one.id, one.email, one.number) if key}
    found: list[Shift] = []
    bad: list[str] = []
    for row in rows(content, {}, FIELDS, names_people=False):
        try:
            found += _shifts(row, known, units)
        except Reject as error:
            bad.append(f"line {row.line}: {error}")
    if not found and not bad:
        bad.append(
            "the rota is empty; give a header who,unit,days,blocks and a line such as seat 1,webcare,mon-fri,09:00-17:00"
        )
    if bad:
        raise Misconfigured(bad)
    return found


def _shifts(row: Row, known: Mapping[str, str], units: Collection[str]) -> list[Shift]:
    who, unit, days, blocks = (row.told.get(name) for name in ("who", "unit", "days", "blocks"))
    if not who or not unit or not days or not blocks:
        raise Reject(
            "give who, unit, days and blocks, as in: seat 1,webcare,mon-fri,09:00-12:00 13:00-17:00", reason="row"
        )
    if unit not in units:
        raise Reject(
            f'there is no unit "{unit}"; {nearest(unit, list(units)) if units else "the playbook has none"}',
            reason="row",
        )
    return shifts_of(known.get(who.lower(), known.get(who, who)), unit, days, blocks.split())
