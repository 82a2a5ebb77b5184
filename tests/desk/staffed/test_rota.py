"""The rota as a grid of a week, absences, and trainings, edited on the page."""

from datetime import UTC, datetime, timedelta

from desk.store import people, rota, trainings
from desk.store.people import Details
from tests.desk.corpus import NOW


async def anna(house):
    return (await people.add(house.desk, Details(name="Anna"), by="ruth", at=NOW)).id


def weekly(person, *days, **more):
    told = {"act": "add", "person": person, "unit": "webcare", "starts": "09:00", "ends": "17:00", "week": "2026-03-23"}
    return told | {"days": days[0] if len(days) == 1 else ""} | more


async def test_a_block_stands_on_its_day_and_holes_are_named(house, hr):
    person = await anna(house)
    _, text = await hr.read("/rota?week=2026-03-23")
    assert text.count("nobody 09:00–17:00") == 5
    assert (await hr.send("/rota", **weekly(person, "mon")))[0] == 303
    _, text = await hr.read("/rota?week=2026-03-25")
    assert (text.count("09:00–17:00</span>"), text.count("nobody 09:00–17:00")) == (1, 4)
    (block,) = await rota.every_shift(house.desk)
    assert await hr.send("/rota", act="remove", block=block.id, week="2026-03-23") == (
        303,
        "/rota?week=2026-03-23&done=remove",
    )
    assert await rota.every_shift(house.desk) == []


async def test_a_block_of_one_date_is_of_that_week_alone(house, hr):
    await hr.send("/rota", **weekly(await anna(house), day="2026-03-24"))
    assert "<small>once</small>" in (await hr.read("/rota?week=2026-03-23"))[1]
    assert "<small>once</small>" not in (await hr.read("/rota?week=2026-03-30"))[1]


async def test_what_cannot_be_on_a_rota_is_said(house, hr):
    person = await anna(house)
    for wrong, says in (
        ({"days": ""}, "choose a day"),
        ({"unit": "nowhere"}, "choose a unit"),
        ({"person": "nobody"}, "choose who is on duty"),
        ({"starts": "25:00"}, "is no block"),
    ):
        status, text = await hr.send("/rota", **weekly(person, "mon") | wrong)
        assert (status, says in text) == (400, True)
    assert await rota.every_shift(house.desk) == []


async def test_an_absence_ends_on_a_day_that_can_be_reckoned_with(house, hr):
    person = await anna(house)
    status, text = await hr.send("/person", act="away", id=person, since="2026-03-24", until="9999-12-31")
    assert (status, "outside the years" in text) == (400, True)


async def test_an_absence_marks_the_block_and_makes_a_hole(house, hr):
    person = await anna(house)
    await hr.send("/rota", **weekly(person, "tue"))
    await hr.send("/person", act="away", id=person, since="2026-03-24", until="2026-03-24")
    (away,) = await rota.every_absence(house.desk, NOW - timedelta(days=3))
    assert (away.since, away.until) == (datetime(2026, 3, 23, 23, tzinfo=UTC), datetime(2026, 3, 24, 23, tzinfo=UTC))
    _, text = await hr.read("/rota?week=2026-03-23")
    assert (text.count("away-then"), text.count("nobody 09:00–17:00")) == (1, 5)
    await hr.send("/person", act="here", id=person, absence=away.id)
    assert "away-then" not in (await hr.read("/rota?week=2026-03-23"))[1]


async def test_a_week_in_which_the_clock_changes_has_whole_days(house, hr):
    """29 March 2026 has 23 hours in Amsterdam."""
    await hr.send("/rota", **weekly(await anna(house), "sun", starts="00:00", ends="24:00"))
    (block,) = await rota.every_shift(house.desk)
    assert (block.starts, block.ends) == (0, 1440)
    assert "00:00–24:00</span>" in (await hr.read("/rota?week=2026-03-23"))[1]


async def test_a_training_is_written_down_and_holds_as_long_as_the_playbook_says(house, hr):
    person = await anna(house)
    status, _ = await hr.send("/person", act="learned", id=person, training="answering", on="2026-03-01")
    (record,) = await trainings.latest(house.desk)
    assert (status, record.valid_until, record.training) == (303, None, "answering")
    status, text = await hr.send("/person", act="learned", id=person, training="answering", on="2026-04-01")
    assert (status, "written down once it was done" in text) == (400, True)
