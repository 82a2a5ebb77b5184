"""The demo's organisation climbs: each step is in the stores, by the desk's own acts, on its own day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.answering.permitted import Permitted, permitted
from desk.answering.trust import Lifted, needs_approval
from desk.store import answering, answers, audit, cases, maturity, practices, trust
from desk.store.answers import State
from desk.store.cases import Happened
from klankbord import configuration
from klankbord.demo.dialogues import moment, workdays
from klankbord.demo.next_case import taken_up
from klankbord.demo.staff import CLIMBER
from klankbord.demo.unsent import SOURCE
from klankbord.keeping.cases import Cases
from klankbord.stores import open_stores
from playbook.maturity import Answer
from tests.demo.climbed import LATER, config_of, heard
from tests.demo.conftest import NOW


@pytest.fixture
async def desk(played):
    async with open_stores(configuration.read(config_of(played)), str) as opened:
        yield opened.desk


async def happened(desk, case):
    return [one.kind for one in await cases.events(desk, case.id)]


async def answer_of(desk, case):
    (found,) = await answers.of_case(desk, case.id)
    return found


async def test_she_is_refused_with_every_link_that_is_missing(played, desk):
    (noted,) = [one for one in await cases.events(desk, played.cases["dog"].id) if one.kind is Happened.NOTED]
    assert "beleid" in noted.detail
    assert "training" in noted.detail
    assert "rol" in noted.detail
    assert "recht om te antwoorden" in noted.detail
    assert Happened.HANDED_OVER in await happened(desk, played.cases["dog"])


async def test_she_may_answer_from_the_day_on_which_the_last_link_came(played, desk):
    known, cast = await answering.known(desk), played.cast
    (account,) = [one.id for one in known.accounts.values() if one.source == SOURCE]
    facts = known.of(cast.ids[CLIMBER.name], account)
    assert isinstance(permitted(facts, account, cast.rules, NOW, unit=CLIMBER.unit), Permitted)
    did = {one.did: one.at for one in await audit.latest(desk, subject=cast.ids[CLIMBER.name])}
    days = workdays(NOW)
    assert did["acknowledged version 2026-1 of the policy"] == moment(days[2], "08:50")
    assert did["gave role agent to"] == moment(days[5], "09:30")


async def test_three_answers_are_approved_and_the_next_goes_out_without(played, desk):
    for name in ("holiday", "student", "family"):
        found = await answer_of(desk, played.cases[name])
        assert (found.state, found.words.by) == (State.SENT, played.cast.ids[CLIMBER.name])
        assert found.words.approved_by == played.cast.ids["Ruben"]
    alone = await answer_of(desk, played.cases["together"])
    assert (alone.state, alone.words.approved_by) == (State.SENT, None)
    marks = await trust.of_person(desk, played.cast.ids[CLIMBER.name])
    lifted = needs_approval(marks, "fares", played.cast.playbook.answers.four_eyes)
    assert isinstance(lifted, Lifted)
    assert lifted.since.date() == workdays(NOW)[9]


async def test_each_case_ends_with_nothing_that_was_due(played, desk):
    ends = [await happened(desk, case) for case in played.cases.values()]
    assert all(one[-1] in (Happened.CLOSED, Happened.ENDED_WELL) and Happened.ANSWERED in one for one in ends)
    assert [Happened.ENDED_WELL in one for one in ends] == [True] * 5 + [False] * 2
    assert not {Happened.OVERDUE, Happened.DUE_SOON, Happened.ESCALATED} & {kind for one in ends for kind in one}


async def test_what_worked_is_approved_by_another_and_helps_the_next_cases(played, desk):
    found = await practices.get(desk, played.shared.number)
    assert found.from_case == played.cases["holiday"].number
    assert (found.proposed_by, found.approved_by) == (played.cast.ids[CLIMBER.name], played.cast.ids["Ruben"])
    assert {one.language for one in found.texts} == {"nl", "en"}
    assert "Bram" not in found.texts[1].question
    used = {one.case: one for one in await practices.uses(desk, practice=found.id)}
    assert used.keys() >= {played.cases["again"].id, played.cases["elsewhere"].id}
    assert used[played.cases["again"].id].outcome is None  # it is not closed for seven days yet
    assert used[played.cases["elsewhere"].id].unit != found.unit
    counted = (await practices.tallies(desk, [found.id]))[found.id]
    assert (counted.thanks, counted.comments) == (1, 1)


async def test_each_evening_says_what_was_so_by_then(played, desk):
    days = {one.day: one for one in await maturity.history(desk)}
    first = {name: min(day for day, one in days.items() if one.answers[name] is Answer.MET) for name in GAINED}
    assert {name: workdays(NOW).index(day) for name, day in first.items()} == GAINED
    assert min(days) == workdays(NOW)[0]
    assert all(days[day].score <= days[max(days)].score for day in days)


GAINED = {
    "in_time": 1,
    "policy_acknowledged": 8,
    "trusted": 9,
    "accounts_owned": 10,
    "lookalikes_judged": 10,
    "trained": 12,
    "practices": 17,
    "publishers": 17,
}
"""Needs that came to be met, by the working day."""


def test_the_tour_leads_to_the_cases_that_it_tells_of(played):
    read = configuration.read(config_of(played))
    opens = [one.opens for one in read.page.tour]
    assert opens[:3] == [f"/case?number={played.cases[name].number}" for name in ("dog", "holiday", "together")]
    assert all(one.says.keys() == {"nl", "en"} for one in read.page.tour)


@pytest.mark.parametrize("later", range(7))
def test_there_are_days_enough_whatever_day_it_is(later):
    found = workdays(NOW + timedelta(days=later))
    assert len(found) >= 18
    assert all(one.weekday() < 5 and NOW.date() - timedelta(days=28) < one for one in found)


async def test_the_next_question_is_taken_up_with_what_worked(played):
    read, told = configuration.read(config_of(played)), replace(played)
    async with open_stores(read, str) as stores:
        told.cast = replace(played.cast, stores=stores)
        cases_ = Cases(read, stores, clock=lambda: NOW + LATER)

        async def ask(said):
            await cases_.write(await heard(stores, read, {one.number: one for one in said}, NOW + LATER))

        case = await taken_up(ask, told, lambda: NOW + LATER)
        found = await answer_of(stores.desk, case)
        assert (case.unit, case.assignee) == (CLIMBER.unit, played.cast.ids[CLIMBER.name])
        assert (found.state, found.words.text) == (State.DRAFT, played.shared.text("nl").answer)
        assert case.id in {one.case for one in await practices.uses(stores.desk, practice=played.shared.id)}
