"""Staff as they are kept, on both engines."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import insert, select

from desk.store import audit, letters, people, roles, rota
from desk.store.every_table import metadata
from desk.store.letters import one_each, owe
from desk.store.people import Details, Taken
from desk.store.tables import group_members, groups
from playbook.rota import Absence, Shift

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
KEY = b"of this folder"
ANNA = Details(name="Anna de Vries", email="Anna@Klank.example", department="Service > Webcare", number="7")


async def add(desk, details=ANNA):
    return await people.add(desk, details, by="ruth", at=NOW)


async def leave(desk, person, at=NOW):
    return await people.change(desk, person, person.details, by="ruth", at=at, active=False, keep=YEAR)


@pytest.mark.parametrize("word", ["anna@klank.example", "ANNA@klank.example", "7"])
async def test_somebody_is_found_by_what_names_them(desk, word):
    made = await add(desk)
    assert await people.named(desk, word) == await people.get(desk, made.id) == made
    assert await people.named(desk, "nobody") is None


async def test_two_do_not_share_an_address(desk):
    await add(desk)
    bert = await add(desk, Details(name="Bert"))
    with pytest.raises(Taken, match="anna@klank"):
        await add(desk, Details(name="Another", email="ANNA@klank.example"))
    with pytest.raises(Taken):
        await people.change(desk, bert, ANNA, by="ruth", at=NOW, active=True, keep=YEAR)
    assert len(await people.every(desk)) == 2


async def test_of_two_changes_at_once_the_second_is_told(desk):
    made = await add(desk)
    married = msgspec.structs.replace(ANNA, name="Anna Bakker")
    assert (await people.change(desk, made, married, by="ruth", at=NOW, active=True, keep=YEAR)).version == 2
    assert await people.change(desk, made, ANNA, by="bert", at=NOW, active=False, keep=YEAR) is None
    assert (await people.get(desk, made.id)).name == "Anna Bakker"


async def test_a_change_that_changes_nothing_is_none(desk):
    made = await add(desk)
    assert await people.change(desk, made, ANNA, by="ruth", at=NOW + YEAR, active=True, keep=YEAR) == made
    assert [one.did for one in await audit.latest(desk, subject=made.id)] == ["made"]


async def test_who_left_is_kept_until_and_not_longer(desk):
    left = await leave(desk, await add(desk))
    assert (left.active, left.left_at, left.erase_at) == (False, NOW, NOW + YEAR)
    again = await people.change(desk, left, Details(name="Anna"), by="ruth", at=NOW + YEAR / 2, active=False, keep=YEAR)
    assert again.erase_at == NOW + YEAR
    assert await people.expire(desk, NOW + YEAR - timedelta(seconds=1), key=KEY) == 0
    assert await people.expire(desk, NOW + YEAR, key=KEY) == 1
    assert await people.every(desk) == []


async def test_who_comes_back_is_kept(desk):
    left = await leave(desk, await add(desk))
    back = await people.change(desk, left, left.details, by="ruth", at=NOW, active=True, keep=YEAR)
    assert (back.active, back.left_at, back.erase_at) == (True, None, None)
    assert [one.did for one in await audit.latest(desk, subject=back.id)].count("came back") == 1


async def test_roles_are_held_alone_and_through_groups_and_end_with_leaving(desk):
    anna = await add(desk)
    assert await roles.give(desk, anna.id, "agent", "webcare", by="ruth", at=NOW)
    assert not await roles.give(desk, anna.id, "agent", "webcare", by="ruth", at=NOW)
    async with desk.writing() as connection:
        told = {"made_at": NOW, "changed_at": NOW, "version": 1, "unit": ""}
        of = [
            {"id": "g", "name": "HR", "folded": "hr", "role": "hr"},
            {"id": "h", "name": "H", "folded": "h", "role": None},
        ]
        await connection.execute(insert(groups), [one | told for one in of])
        await connection.execute(insert(group_members), [{"group": one, "person": anna.id} for one in "gh"])
    found = await roles.held(desk, anna.id)
    assert [(one.role, one.unit, one.group) for one in found] == [("agent", "webcare", None), ("hr", "", "HR")]
    await leave(desk, anna)
    assert await roles.held(desk) == []


async def test_a_role_is_taken_once(desk):
    anna = await add(desk)
    await roles.give(desk, anna.id, "lead", by="ruth", at=NOW)
    assert [await roles.take(desk, anna.id, "lead", by="ruth", at=NOW) for _ in range(2)] == [True, False]


async def test_the_rota_comes_back_as_it_was_made_less_who_left(desk):
    anna, bert = await add(desk), await add(desk, Details(name="Bert"))
    night = Shift(person=anna.id, unit="webcare", weekday=5, starts=1320, ends=360)
    once = Shift(person=bert.id, unit="webcare", day=date(2026, 12, 24), starts=480, ends=720)
    await rota.add_shifts(desk, [night, once], by="ruth", at=NOW)
    kept = await rota.every_shift(desk)
    same = [Shift(**{name: getattr(one, name) for name in Shift.__struct_fields__}) for one in kept]
    assert sorted(same, key=str) == sorted([night, once], key=str)
    await leave(desk, anna)
    assert [one.person for one in await rota.every_shift(desk)] == [bert.id]
    assert [await rota.remove_shift(desk, kept[0].id, by="ruth", at=NOW) for _ in range(2)] == [True, False]


async def test_an_absence_is_there_until_it_is_over(desk):
    away = Absence(person=(await add(desk)).id, since=NOW, until=NOW + timedelta(days=1))
    await rota.add_absence(desk, away, by="ruth", at=NOW)
    (kept,) = await rota.every_absence(desk, NOW)
    assert (kept.since, kept.until) == (away.since, away.until)
    assert await rota.every_absence(desk, away.until) == []
    assert await rota.remove_absence(desk, kept.id, by="ruth", at=NOW)


async def test_nothing_names_who_was_erased(desk, tmp_path):
    anna = await add(desk, Details(name="Quasimodo", email="quasimodo@klank.example", external_id="quasimodo-1"))
    await roles.give(desk, anna.id, "agent", by="ruth", at=NOW)
    await rota.add_shifts(desk, [Shift(person=anna.id, unit="w", weekday=0, starts=0, ends=0)], by="ruth", at=NOW)
    await rota.add_absence(desk, Absence(person=anna.id, since=NOW, until=NOW + YEAR), by="ruth", at=NOW)
    letter = "0" * 32
    owed = one_each([anna.email], letter=letter, what="alert", subject="a", body="{}", made_at=NOW, due_at=NOW)
    async with desk.writing() as connection:
        await owe(connection, owed)
    assert await people.erase(desk, [anna.id], key=KEY, at=NOW) == 1
    async with desk.reading() as connection:
        left = [str(tuple(row)) for table in metadata.sorted_tables for row in await connection.execute(select(table))]
    assert [row for row in left if "quasimodo" in row.lower() or anna.id in row] == []
    assert await letters.latest(desk) == []
    assert len(await audit.latest(desk, subject=audit.hashed(anna.id, KEY))) == 4
    await desk.wipe()
    assert all(b"quasimodo" not in path.read_bytes().lower() for path in tmp_path.iterdir())
