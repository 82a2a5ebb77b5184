"""What is owed to people about cases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from desk.store import people
from desk.store.notice_tables import notices
from desk.store.notices import Kind, Notice, owe
from desk.store.people import Details

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def notice(**fields):
    return Notice(**{"case": "c1", "event_number": 1, "kind": Kind.OPENED, "at": NOW, "to_unit": "webcare"} | fields)


async def owed(desk):
    async with desk.reading() as connection:
        return (await connection.execute(select(notices))).all()


async def owe_and_fail(desk):
    async with desk.writing() as connection:
        await owe(connection, notice())
        raise RuntimeError


async def test_the_same_is_owed_once_to_each(desk):
    to = [{}, {"to_role": "lead"}, {"to_role": "lead", "to_unit": None}, {"event_number": 2}, {"case": "c2"}]
    for _ in range(2):
        async with desk.writing() as connection:
            await owe(connection, *(notice(**one) for one in to))
    assert len(await owed(desk)) == len(to)


async def test_nothing_is_owed_where_its_event_did_not_happen(desk):
    with pytest.raises(RuntimeError):
        await owe_and_fail(desk)
    assert await owed(desk) == []


async def test_what_is_owed_to_somebody_goes_with_the_person(desk):
    anna = await people.add(desk, Details(name="Anna"), by="ruth", at=NOW)
    async with desk.writing() as connection:
        await owe(connection, notice(to_person=anna.id), notice())
    await people.erase(desk, [anna.id], key=b"", at=NOW)
    assert [row.to_unit for row in await owed(desk)] == ["webcare"]


def test_a_notice_is_to_somebody():
    with pytest.raises(ValueError, match="to a person, a role or a unit"):
        notice(to_unit=None)
