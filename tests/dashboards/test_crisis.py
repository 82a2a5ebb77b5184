"""The Crisis narrowed to one crisis: numbers counted by hand."""

import pytest

from tests.dashboards.conftest import board
from tests.dashboards.grafana import options_of, shown


@pytest.fixture(scope="module")
def crisis():
    return board("crisis")


def test_cases_are_those_of_the_crisis_that_is_chosen(door, crisis, week, cases):
    assert [one for one, _ in options_of(door, crisis, "crisis", week)] == ["3"]
    (chosen,) = shown(door, crisis, "Attached cases by state", week, crisis=["3"])
    assert chosen.rows("state", "Count") == [("open", 3), ("closed", 2)]
    assert shown(door, crisis, "Attached cases by state", week, crisis=["4"]) == []
