"""The rota as people write it."""

from datetime import date

import pytest

from core.errors import Reject
from desk.people.blocks import shifts_of, written


def test_days_and_blocks_multiply():
    made = shifts_of("anna", "webcare", "mon-tue, 2026-12-24", ["08:00-12:00", "22:00-6:00"])
    assert [(one.weekday, one.day, one.starts, one.ends) for one in made] == [
        (weekday, day, starts, ends)
        for weekday, day in ((0, None), (1, None), (None, date(2026, 12, 24)))
        for starts, ends in ((480, 720), (1320, 360))
    ]
    assert [written(one) for one in made[::3]] == [("mon", "08:00-12:00"), ("tue", "22:00-06:00")]


def test_days_go_round_the_week():
    assert [one.weekday for one in shifts_of("anna", "webcare", "sat-mon", ["00:00-24:00"])] == [5, 6, 0]


@pytest.mark.parametrize(
    ("days", "block", "said"),
    [
        ("mno", "08:00-12:00", 'did you mean "mon"'),
        ("2026-13-01", "08:00-12:00", '"2026-13-01" is no date'),
        ("mon", "8-12", '"8-12" is no block'),
        ("mon", "24:00-08:00", "is no block"),
        ("mon", "08:00-24:30", "is no block"),
    ],
)
def test_what_is_neither_is_named(days, block, said):
    with pytest.raises(Reject, match=said):
        shifts_of("anna", "webcare", days, [block])
