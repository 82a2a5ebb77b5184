"""The chain of who may answer: each link by itself, and what is said of those that are missing."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.answering.permitted import By, Facts, Link, Missing, Permitted, Policy, Refused, Rules, permitted
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.store.roles import Held
from desk.store.trainings import Record
from playbook.foundation import Training

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ACCOUNT = Account(id="own", source="mastodon", handle="noorderlijn", official=True, owner="eva", second="omar")
RULES = Rules(
    trainings={"answering": Training(name="Answering", roles=("agent",)), "law": Training(name="Law", roles=("hr",))},
    roles=frozenset({"agent", "lead"}),
)
DONE = Record(person="anna", training="answering", done_at=NOW - 9 * DAY, valid_until=NOW + DAY)
RIGHT = Given(account="own", person="anna")


def facts(**more):
    told = {
        "person": "anna",
        "here": True,
        "policy": Policy("2026-2", NOW - DAY),
        "acknowledged": True,
        "records": (DONE,),
    }
    told |= {"held": (Held(person="anna", role="agent", unit="webcare"),), "account": ACCOUNT, "given": (RIGHT,)}
    return Facts(**told | more)


def asked(at=NOW, unit=None, **more):
    return permitted(facts(**more), "own", RULES, at, unit=unit)


def lacks(*missing, **more):
    return asked(**more) == Refused(missing=missing)


def test_who_has_every_link_may():
    assert asked() == Permitted(by=By.PERSON)
    assert asked(unit="webcare") == Permitted(by=By.PERSON)


def test_each_link_that_is_missing_is_told():
    assert lacks(Missing(link=Link.PERSON), here=False)
    assert lacks(Missing(link=Link.POLICY, what="2026-2", since=NOW - DAY), acknowledged=False)
    assert lacks(Missing(link=Link.TRAINING, what="answering"), records=())
    assert lacks(Missing(link=Link.TRAINING, what="answering", since=DONE.valid_until), at=NOW + DAY)
    assert lacks(Missing(link=Link.ROLE, what="cases"), held=())
    assert lacks(Missing(link=Link.ROLE, what="cases"), unit="press")
    assert lacks(Missing(link=Link.ACCOUNT, what="own"), given=())
    assert lacks(Missing(link=Link.ACCOUNT, what="own"), account=None)


def test_all_that_is_missing_is_told_at_once_in_the_order_of_the_chain():
    found = asked(acknowledged=False, records=(), given=(), held=(Held(person="anna", role="agent"),), unit="press")
    assert [one.link for one in found.missing] == [Link.POLICY, Link.TRAINING, Link.ACCOUNT]


def test_what_the_organisation_has_not_agreed_cannot_be_missing():
    rules = Rules(trainings={}, roles=RULES.roles)
    assert permitted(facts(policy=None, acknowledged=False, records=()), "own", rules, NOW) == Permitted(by=By.PERSON)


@pytest.mark.parametrize(("person", "by"), [("eva", By.OWNER), ("omar", By.SECOND)])
def test_owners_have_the_right_by_themselves_and_nothing_else(person, by):
    held = (Held(person=person, role="agent"),)
    done = (Record(person=person, training="answering", done_at=NOW - DAY),)
    assert asked(person=person, held=held, records=done, given=()) == Permitted(by=by)
    assert lacks(Missing(link=Link.ROLE, what="cases"), person=person, held=(), given=())


@pytest.mark.parametrize(
    ("given", "held", "may"),
    [
        ("", "webcare", True),
        ("", "", True),
        ("webcare", "webcare", True),
        ("webcare", "", True),
        ("press", "webcare", False),
    ],
)
def test_a_role_has_the_right_where_it_is_held(given, held, may):
    found = asked(
        given=(Given(account="own", role="agent", unit=given),),
        held=(Held(person="anna", role="agent", unit=held),),
    )
    assert isinstance(found, Permitted) is may


def test_a_right_ends_when_it_says_and_the_last_to_end_counts():
    soon, later = (Given(account="own", person="anna", until=NOW + days * DAY) for days in (1, 2))
    by_role = Given(account="own", role="agent", until=NOW + DAY / 2)
    assert asked(given=(soon, by_role)) == Permitted(by=By.PERSON, until=NOW + DAY)
    assert lacks(
        Missing(link=Link.TRAINING, what="answering", since=NOW + DAY),
        Missing(link=Link.ACCOUNT, what="own", since=NOW + 2 * DAY),
        at=NOW + 2 * DAY,
        given=(later,),
    )
