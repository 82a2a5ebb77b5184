"""The training ledger as it is kept."""

from datetime import timedelta

import pytest

from desk.store import audit, people, trainings
from desk.store.people import Details
from desk.store.trainings import Record
from tests.desk.store.test_people import NOW, YEAR, leave


@pytest.fixture
async def anna(desk):
    return await people.add(desk, Details(name="Anna"), by="ruth", at=NOW)


def did(person, training="Tone of voice", at=NOW, until=NOW + YEAR):
    return Record(person=person.id, training=training, done_at=at, valid_until=until)


async def record(desk, *records):
    return await trainings.record(desk, records, by="ruth", at=NOW)


async def test_what_is_told_again_is_not_new_and_another_end_is(desk, anna):
    assert [await record(desk, did(anna)) for _ in range(2)] == [1, 0]
    assert await record(desk, did(anna, until=None)) == 1
    assert await trainings.latest(desk) == [did(anna, until=None)]
    assert len(await audit.latest(desk, subject=anna.id)) == 3


async def test_of_a_training_done_twice_the_time_that_holds_longest_counts(desk, anna):
    again = did(anna, at=NOW + YEAR / 2, until=NOW + 2 * YEAR)
    await record(desk, again, did(anna))
    assert await trainings.latest(desk) == [again]


async def test_the_first_to_end_comes_first_and_what_holds_for_good_last(desk, anna):
    await record(
        desk, did(anna, "C", until=None), did(anna, "B", until=NOW + YEAR), did(anna, "A", until=NOW + 2 * YEAR)
    )
    assert [one.training for one in await trainings.latest(desk)] == ["B", "A", "C"]


async def test_who_left_is_not_in_it(desk, anna):
    await record(desk, did(anna))
    await leave(desk, anna)
    assert await trainings.latest(desk) == []


def test_a_training_holds_from_when_it_was_done_until_its_end():
    one = Record(person="a", training="t", done_at=NOW, valid_until=NOW + YEAR)
    second = timedelta(seconds=1)
    assert [one.holds(at) for at in (NOW - second, NOW, NOW + YEAR - second, NOW + YEAR)] == [False, True, True, False]
