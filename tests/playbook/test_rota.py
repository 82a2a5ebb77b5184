"""Who is on duty, over midnight and through both changes of the clock; and when nobody is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.rota import DAY_MINUTES, Absence, Shift, Stretch, holes, joined, on_duty, without, worked

ZONE = ZoneInfo("Europe/Amsterdam")
SUNDAY_NIGHT = Shift(person="anna", unit="webcare", weekday=5, starts=22 * 60, ends=6 * 60)
"""From Saturday 22:00 to Sunday 06:00."""


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def week(since="2026-11-02T00:00", days=7):
    return Stretch(at(since).astimezone(UTC), (at(since) + timedelta(days=days)).astimezone(UTC))


@pytest.mark.parametrize(
    ("moment", "people"),
    [
        ("2026-11-07T21:59", ()),
        ("2026-11-07T22:00", ("anna",)),
        ("2026-11-08T05:59", ("anna",)),
        ("2026-11-08T06:00", ()),
        ("2026-11-06T23:00", ()),
    ],
)
def test_a_block_over_midnight_belongs_to_the_day_it_starts_on(moment, people):
    assert on_duty(at(moment), "webcare", [SUNDAY_NIGHT], [], ZONE) == people


@pytest.mark.parametrize(("saturday", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-07", 8)])
def test_a_night_in_which_the_clock_changes_is_as_long_as_it_is(saturday, hours):
    (night,) = worked(SUNDAY_NIGHT, week(f"{saturday}T12:00", days=1), [], ZONE)
    assert night.until - night.since == timedelta(hours=hours)


def test_a_time_that_the_clock_leaves_out_is_reckoned_as_before_the_gap():
    shift = Shift(person="anna", unit="webcare", day=date(2026, 3, 29), starts=150, ends=300)
    (block,) = worked(shift, week("2026-03-29T00:00", days=1), [], ZONE)
    assert block.since == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_several_blocks_a_day_and_a_date_beside_the_week():
    blocks = [
        Shift(person=who, unit="webcare", weekday=0, starts=start * 60, ends=end * 60)
        for who, start, end in (("anna", 8, 12), ("bert", 12, 18))
    ]
    once = Shift(person="carla", unit="webcare", day=date(2026, 11, 2), starts=11 * 60, ends=13 * 60)
    elsewhere = Shift(person="dirk", unit="sales", weekday=0, starts=0, ends=1440)
    found = [
        on_duty(at(f"2026-11-02T{hour}:30"), "webcare", [*blocks, once, elsewhere], [], ZONE) for hour in (10, 11, 12)
    ]
    assert found == [("anna",), ("anna", "carla"), ("bert", "carla")]


def test_who_is_away_is_not_on_duty_and_leaves_a_hole():
    all_day = Shift(person="anna", unit="webcare", weekday=0, starts=0, ends=0)
    away = Absence(person="anna", since=at("2026-11-02T10:00"), until=at("2026-11-02T11:00"))
    wanted = [week("2026-11-02T09:00", days=0), Stretch(at("2026-11-02T09:00"), at("2026-11-02T12:00"))]
    assert on_duty(at("2026-11-02T10:30"), "webcare", [all_day], [away], ZONE) == ()
    assert holes(wanted, "webcare", [all_day], [away], ZONE) == (Stretch(away.since, away.until),)


def test_two_who_cover_for_one_another_leave_no_hole():
    pair = [Shift(person=who, unit="webcare", weekday=0, starts=0, ends=0) for who in ("anna", "bert")]
    away = Absence(person="anna", since=at("2026-11-02T10:00"), until=at("2026-11-02T11:00"))
    assert holes([week(days=1)], "webcare", pair, [away], ZONE) == ()


def test_a_unit_without_a_rota_is_one_hole():
    assert holes([week()], "webcare", [], [], ZONE) == (week(),)


MINUTES = st.integers(0, DAY_MINUTES - 1)
STRETCHES = st.lists(
    st.tuples(MINUTES, MINUTES).map(
        lambda pair: Stretch(*(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=one) for one in sorted(pair)))
    ),
    max_size=6,
)


def length(stretches):
    return sum((one.until - one.since for one in stretches), timedelta())


@given(STRETCHES)
def test_what_is_taken_and_what_is_left_are_the_whole(taken):
    whole = Stretch(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    left = list(without(whole, taken))
    assert length(left) + length(joined(taken)) == timedelta(days=1)
    assert list(without(whole, [*taken, *left])) == []
