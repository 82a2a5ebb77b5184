"""What is best done next for a customer of the desk and the archive: facts that are not known count for nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.cases import acts
from desk.cases.acts import Reason
from desk.customers.next_step import gather, next_step
from desk.customers.weeks import weeks_of
from desk.entry.who import Who
from desk.store import cases
from desk.store.cases import Asked
from desk.store.inbox import Looking
from playbook.next_best_action import Action, Leads, shipped
from tests.desk.api.asking import said
from tests.desk.cases.book import HOUR, hear, heard
from tests.desk.cases.book import NOW as MONDAY
from tests.desk.customers.book import EVERYTHING, NOW, customer_of
from tests.desk.serving import fill

LANGUAGES = ("nl", "en")


async def facts_of(asked, customer, looking=EVERYTHING):
    return (await gather(asked, customer, await weeks_of(asked, customer.said), looking)).facts


async def step_of(asked, customer, looking=EVERYTHING):
    found = await gather(asked, customer, await weeks_of(asked, customer.said), looking)
    return next_step(replace(asked, actions=shipped()), found, customer, LANGUAGES)


async def close(asked):
    (case,) = await cases.listed(asked.database, Asked(states=()))
    await acts.close(asked.database, Who(), case.id, Reason.SOLVED, saw=case.version, at=NOW)


async def test_what_is_known_of_it(asked, customer):
    facts = await facts_of(asked, customer)
    assert (facts.case, facts.severity, facts.crisis, facts.segment) == (True, "minor", False, ("gold",))
    assert (facts.silent, facts.answered, facts.waits, facts.mentions) == (2 * HOUR, HOUR, None, 4)
    assert (facts.sentiment, facts.trend, facts.net) == (("negative",), None, -1.0)
    assert facts.due == 46 * HOUR  # it was answered: 16 open hours from Monday at ten end on Wednesday at ten


async def test_a_later_message_waits_for_an_answer(asked, customer):
    await fill(asked.archive, [said(50, MONDAY + HOUR + HOUR / 2)])
    facts = await facts_of(asked, await customer_of(asked))
    assert (facts.waits, facts.silent) == (HOUR / 2, HOUR / 2)


async def test_an_open_case_comes_before_what_follows_an_answer(asked, customer):
    step = await step_of(asked, customer)
    assert (step.name, step.page) == ("open", "/case?number=1")
    assert step.decided["nl"].because == ("er is een case open",)
    assert step.decided["en"].because == ("a case is open",)


async def test_what_is_overdue_comes_first(asked, customer):
    await hear(
        asked.database, heard(2, thread="bluesky:9", author="bluesky:anna", source="bluesky", mention="bluesky:9")
    )
    late = replace(asked, clock=lambda: MONDAY + 5 * HOUR)
    step = await step_of(late, await customer_of(late))
    assert (step.name, step.page) == ("overdue", "/case?number=2")


async def test_a_closed_case_is_followed_up_days_later(asked):
    await close(asked)
    later = replace(asked, clock=lambda: NOW + timedelta(days=3))
    step = await step_of(later, await customer_of(later))
    assert (step.name, step.page) == ("follow_up", "/mention?id=mastodon%3A1")


async def test_of_cases_nothing_is_known_to_who_may_see_none(asked, customer):
    facts = await facts_of(asked, customer, looking=None)
    assert (facts.case, facts.severity, facts.due, facts.crisis) == (None, None, None, None)
    assert await step_of(asked, customer, looking=None) is None


async def test_that_no_case_is_open_is_not_known_to_whom_one_is_hidden_from(asked, customer):
    elsewhere = Looking(me="ruth", units=frozenset({"press"}), at=NOW)
    facts = await facts_of(asked, customer, looking=elsewhere)
    assert (facts.case, facts.severity, facts.due, facts.crisis) == (None, None, None, None)
    await close(asked)
    facts = await facts_of(asked, await customer_of(asked), looking=elsewhere)
    assert (facts.case, facts.severity, facts.due, facts.crisis) == (False, None, None, False)


async def test_of_cases_some_of_which_are_hidden_no_more_is_known_than_what_is_seen_says(asked, customer):
    (case,) = await cases.listed(asked.database, Asked(states=()))
    other = heard(2, thread="bluesky:9", author="bluesky:anna", source="bluesky", mention="bluesky:9")
    await hear(asked.database, other)
    await acts.claim(asked.database, Who(), case.id, saw=case.version, at=NOW)
    (mine,) = [one for one in await cases.listed(asked.database, Asked(states=())) if one.assignee]
    facts = await facts_of(asked, customer, looking=Looking(me=mine.assignee, units=frozenset(), at=NOW))
    assert (facts.case, facts.severity, facts.due, facts.crisis) == (True, None, 46 * HOUR, None)


@pytest.mark.parametrize("link", list(Leads))
async def test_an_action_leads_to_something_that_is_there(asked, customer, link):
    found = await gather(asked, customer, None, EVERYTHING)
    action = Action.model_validate({"name": "any", "when": {"mentions_at_least": 1}, "say": "x", "link": link.value})
    step = next_step(replace(asked, actions=(action,)), found, customer, LANGUAGES)
    expected = {"case": "/case?number=1", "message": "/mention?id=mastodon%3A1", "messages": "/search?"}
    assert step.page.startswith(expected.get(link.value, f"/customer?id={customer.customer.id}#timeline"))
