"""Who may do what, and where."""

import pytest

from desk.entry.rights import RIGHTS, Right, with_roles
from desk.entry.who import Held, Who


@pytest.mark.parametrize("right", list(Right))
def test_the_operator_may_everything_everywhere(right):
    who = Who(session="12345678")
    assert who.may(right)
    assert who.may(right, "webcare")
    assert who.units(right) is None
    assert who.by == "desk:12345678"


@pytest.mark.parametrize("right", list(Right))
def test_somebody_without_a_role_may_nothing(right):
    who = Who(person="7", name="Anna")
    assert not who.may(right)
    assert not who.may(right, "webcare")
    assert who.by == "7"


@pytest.mark.parametrize("right", list(Right))
def test_a_role_brings_along_what_the_table_says(right):
    for role in ("agent", "lead", "analyst", "hr", "operator"):
        assert Who(person="7", roles=frozenset({Held(role)})).may(right) is (role in RIGHTS[right])


def test_a_role_in_a_unit_holds_in_that_unit():
    who = Who(person="7", roles=frozenset({Held("lead", "webcare"), Held("agent", "press")}))
    assert [who.may(Right.LEAD, unit) for unit in ("webcare", "press")] == [True, False]
    assert who.may(Right.LEAD)
    assert who.units(Right.CASES) == {"webcare", "press"}


def test_a_role_everywhere_holds_in_every_unit():
    who = Who(person="7", roles=frozenset({Held("agent"), Held("agent", "press")}))
    assert who.units(Right.CASES) is None
    assert who.may(Right.CASES, "anywhere")


def test_who_should_have_come_in_by_more_than_a_password_may_nothing():
    assert not Who(person="7", roles=frozenset({Held("lead")}), strong=False).may(Right.LOOK)


def test_a_role_of_the_organisations_own_brings_along_what_it_says():
    rights = with_roles({"press": [Right.LOOK]})
    who = Who(person="7", roles=frozenset({Held("press")}), rights=rights)
    assert who.may(Right.LOOK)
    assert not who.may(Right.KEEP)
    assert Who(person="8", roles=frozenset({Held("analyst")}), rights=rights).may(Right.LOOK)
