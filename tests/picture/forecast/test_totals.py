"""Hours together, and the people they need."""

from datetime import timedelta

import numpy as np

from picture.forecast import outlook
from picture.forecast.history import HOUR, hour_start
from picture.forecast.staffing import needs
from tests.picture.forecast.made import ahead, history


def stretch(found, first, end):
    begin = hour_start(found.forecast.start)
    return begin + first * HOUR, begin + end * HOUR


def test_a_total_lies_about_where_the_mean_does():
    one = history(8)
    found = outlook(one)
    total = found.total(0, 24)
    assert total.low < ahead(one)[:24].sum() < total.high
    assert total.low < total.middle < total.high


def test_a_sum_of_medians_is_moved_to_what_such_sums_came_to():
    """Of four hours one, nobody knows which, brings a thousand more: no median does."""

    def spiked(counts):
        return counts + 1_000.0 * (np.random.default_rng(3).random(len(counts)) < 0.25)

    found = outlook(history(8, changed=spiked))
    assert found.forecast.middle[:24].sum() < 3_000
    assert found.total(0, 24).low > 3_000
    assert 5_000 < found.total(0, 24).middle < 9_000


def test_of_hours_that_nobody_tells_there_is_no_total():
    def never(counts):
        counts[np.isin(np.arange(len(counts)) % 24, (2, 3, 4))] = np.nan
        return counts

    found = outlook(history(8, changed=never))
    assert found.total(0, 8) is None
    assert found.total(8, 16) is not None


def test_an_hour_that_is_missing_each_day_changes_the_total_by_no_more_than_itself():
    def missing(counts):
        counts[np.arange(len(counts)) % 24 == 3] = np.nan
        return counts

    plain, found = outlook(history(8)), outlook(history(8, changed=missing))
    for part in ((0, 24), (0, 8), (48, 72)):
        assert abs(found.total(*part).middle / plain.total(*part).middle - 1) < 0.15
    assert found.total(3, 4) is None


def test_what_part_of_an_hour_lies_in_the_stretch_counts():
    found = outlook(history(8))
    whole, half = found.total(30, 31), found.total(30.5, 31)
    assert half.middle < whole.middle < found.total(29.5, 31).middle
    assert abs(found.forecast.middle[30] / 2 - half.middle) < 0.5 * whole.middle


def test_nothing_is_told_of_hours_that_are_not_shown():
    found = outlook(history(4))
    assert found.shown == 24
    assert found.total(0, 24) is not None
    assert found.total(0, 25) is found.total(-1, 8) is found.total(8, 8) is None
    assert outlook(history(2)).total(0, 8) is None


def test_people_follow_from_mentions_share_and_pace():
    found = outlook(history(8, rate=400.0))
    (need,) = needs(found, [stretch(found, 8, 16)], share=0.5, an_hour=10.0)
    assert need.mentions == found.total(8, 16)
    assert need.people == np.ceil(need.mentions.middle * 0.5 / 10 / 8)
    assert need.people_if_busy == np.ceil(need.mentions.high * 0.5 / 10 / 8) > need.people > 1


def test_a_stretch_that_is_not_shown_has_no_need():
    found = outlook(history(8))
    assert needs(found, [stretch(found, 70, 78), stretch(found, -2, 6)], share=0.5, an_hour=10.0) == []
    since, until = stretch(found, 64, 72)
    later = timedelta(minutes=20)
    assert needs(found, [(since + later, until + later)], share=0.5, an_hour=10.0) == []
    (need,) = needs(found, [(since + later, since + 2 * later)], share=0.5, an_hour=10.0)
    assert 0 < need.mentions.middle < found.total(64, 65).middle
    assert needs(outlook(history(1)), [(since, until)], share=0.5, an_hour=10.0) == []


def test_where_nothing_has_to_be_answered_nobody_is_needed():
    found = outlook(history(8))
    (need,) = needs(found, [stretch(found, 8, 16)], share=0.0, an_hour=10.0)
    assert (need.people, need.people_if_busy) == (0, 0)
