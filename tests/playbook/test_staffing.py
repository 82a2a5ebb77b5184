"""Who would have answered what when under a rota, in the order in which it was asked."""

from zoneinfo import ZoneInfo

import pytest

from playbook._values import Severity
from playbook.keeping import Waiting
from playbook.rota import Absence, Shift
from playbook.simulate import Load, by_hour
from playbook.staffing import answered, late, people_in
from tests.playbook.test_hours import at
from tests.playbook.test_keeping import RULES

ZONE = ZoneInfo("Europe/Amsterdam")


def shift(person, weekday, starts, ends, unit="web"):
    return Shift(person=person, unit=unit, weekday=weekday, starts=starts * 60, ends=ends * 60)


def owed(*times):
    return [Waiting(at(time), "web", Severity.SERIOUS) for time in times]


def given(times, shifts, *, away=(), an_hour=2):
    return [(one.person, one.at) for one in answered(owed(*times), shifts, away, zone=ZONE, an_hour=an_hour)]


MONDAY = [shift("anna", 0, 9, 12), shift("bert", 0, 10, 17)]


def test_whoever_is_free_first_answers_in_the_order_of_asking():
    times = ["2026-03-02T08:00", "2026-03-02T09:00", "2026-03-02T10:00"]
    assert given(times, MONDAY) == [
        ("anna", at("2026-03-02T09:30")),
        ("anna", at("2026-03-02T10:00")),
        ("bert", at("2026-03-02T10:30")),
    ]
    assert given([*times, times[-1]], MONDAY)[-1] == ("anna", at("2026-03-02T10:30"))


def test_of_several_who_are_free_whoever_was_so_longest_answers():
    times = [f"2026-03-02T{hour}:00" for hour in (10, 11, 15)]
    both = [shift("anna", 0, 9, 17), shift("bert", 0, 9, 17)]
    assert [person for person, _ in given(times, both)] == ["anna", "bert", "anna"]


def test_what_a_block_is_too_short_for_goes_on_in_the_next():
    assert given(["2026-03-02T16:50"], MONDAY) == [("bert", at("2026-03-09T10:20"))]


def test_who_is_away_answers_nothing():
    away = [Absence(person="bert", since=at("2026-03-02T00:00"), until=at("2026-03-10T00:00"))]
    assert given(["2026-03-02T13:00"], MONDAY, away=away) == [("anna", at("2026-03-09T09:30"))]


def test_where_nobody_comes_it_is_never_answered_and_late():
    never = list(answered(owed("2026-03-02T10:00"), [], (), zone=ZONE, an_hour=2))
    assert (never[0].at, dict(late(RULES, never))) == (None, {"web": 1})


@pytest.mark.parametrize(("shifts", "count"), [(MONDAY, 1), ([*MONDAY, shift("carla", 0, 9, 17)], 0)])
def test_a_fuller_rota_has_fewer_late(shifts, count):
    """Promised within an hour: three at once, at half an hour each."""
    several = answered(owed(*["2026-03-02T09:00"] * 3), shifts[:1] + shifts[2:], (), zone=ZONE, an_hour=2)
    assert late(RULES, several)["web"] == count


def test_on_the_night_the_clock_goes_forward_a_night_is_an_hour_shorter():
    night = [shift("anna", 5, 22, 6)]
    times = ["2026-03-28T22:00"] * 8
    assert given(times, night, an_hour=1)[6] == ("anna", at("2026-03-29T06:00"))
    assert given(times, night, an_hour=1)[7] == ("anna", at("2026-04-04T23:00"))


def test_people_are_counted_once_a_unit():
    assert people_in([*MONDAY, shift("anna", 1, 9, 12), shift("anna", 1, 9, 12, unit="law")]) == {"web": 2, "law": 1}


def test_the_hours_are_those_of_the_clock_there():
    load = Load()
    for time in ("2026-03-28T23:30", "2026-03-29T03:10", "2026-03-29T03:50"):
        load.quarters["web", int(at(time).timestamp()) // 900] += 1
    assert {hour: count for hour, count in enumerate(by_hour(load, ZONE)["web"]) if count} == {23: 1, 3: 2}
