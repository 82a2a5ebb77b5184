"""What people do to a case: the first wins, the second is told who it was; each act is in the audit, by ids alone."""

import asyncio

import pytest

from desk.cases import acts
from desk.cases.acting import Done, Refused, Why
from desk.cases.acts import Reason
from desk.store import audit, cases, people
from desk.store.cases import Happened, State
from desk.store.people import Details
from tests.desk.cases.book import DAY, EVERYBODY, HOUR, MINUTE, NOW, agent, hear, heard, kinds, last, owed
from tests.desk.store.test_people import leave

ANNA, BERT, LEAD = agent("anna"), agent("bert"), agent("lena", role="lead")


async def person(desk, name="Carl"):
    return await people.add(desk, Details(name=name), by="page", at=NOW)


async def test_of_two_who_claim_at_once_one_has_it_and_the_other_is_told_who(desk):
    case = await hear(desk, heard())
    both = [acts.claim(desk, who, case.id, saw=case.version, at=NOW) for who in (ANNA, BERT)]
    done, refused = sorted(await asyncio.gather(*both), key=lambda one: isinstance(one, Refused))
    assert isinstance(done, Done)
    assert (refused.what, refused.by, refused.at) == (Happened.CLAIMED, done.case.assignee, NOW)
    assert (await last(desk)).assignee == done.case.assignee
    assert await kinds(desk, case) == ["opened", "claimed"]


async def test_fifty_who_claim_at_once_are_one_who_has_it(desk):
    case = await hear(desk, heard())
    many = [acts.claim(desk, agent(f"agent{number}"), case.id, saw=1, at=NOW) for number in range(50)]
    assert [isinstance(one, Done) for one in await asyncio.gather(*many)].count(True) == 1


async def test_who_saw_that_somebody_has_it_may_take_it_over(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    taken = await acts.claim(desk, BERT, case.id, saw=2, at=NOW)
    assert taken.case.assignee == "bert"
    assert await acts.claim(desk, BERT, case.id, saw=1, at=NOW) == Refused(what=Happened.CLAIMED, by="anna", at=NOW)
    assert (await acts.claim(desk, BERT, case.id, saw=3, at=NOW)).case == taken.case


async def test_who_has_it_gives_it_back_and_whoever_leads_takes_it_from_them(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    assert (await acts.release(desk, BERT, case.id, saw=2, at=NOW)).what is Why.FORBIDDEN
    assert (await acts.release(desk, ANNA, case.id, saw=2, at=NOW)).case.assignee is None
    await acts.claim(desk, BERT, case.id, saw=3, at=NOW)
    assert (await acts.release(desk, LEAD, case.id, saw=4, at=NOW)).case.assignee is None
    assert await kinds(desk, case) == ["opened", "claimed", "released", "claimed", "released"]


async def test_who_ends_it_has_seen_what_its_author_wrote(desk):
    case = await hear(desk, heard(), heard(2, NOW + MINUTE))
    refused = await acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=1, at=NOW + HOUR)
    assert (refused.what, refused.by) == (Happened.ATTACHED, "klankbord")
    assert isinstance(await acts.claim(desk, ANNA, case.id, saw=1, at=NOW + HOUR), Done)
    done = await acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=2, at=NOW + HOUR)
    assert (done.case.state, done.case.reason, done.case.closed_at) == (State.CLOSED, "solved", NOW + HOUR)
    assert (await acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=9, at=NOW)).what is Why.STATE


async def test_nor_is_it_ended_by_who_has_not_seen_what_its_author_changed(desk):
    edited = heard(order=2, edited_at=NOW + MINUTE)
    case = await hear(desk, heard(), edited, heard(order=3, edited_at=NOW + MINUTE, topics=("trains",)), edited)
    assert await kinds(desk, case) == ["opened", "edited"]
    assert await owed(desk) == [("opened", "webcare")]
    assert (await acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=1, at=NOW + HOUR)).what is Happened.EDITED
    assert isinstance(await acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=2, at=NOW + HOUR), Done)


async def test_notes_and_tags_contradict_nothing(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    await acts.note(desk, BERT, case.id, " called back ", at=NOW)
    done = await acts.tag(desk, BERT, case.id, add=["Lift  Kapot", "x"], at=NOW)
    assert done.case.tags == ("lift kapot", "x")
    done = await acts.tag(desk, BERT, case.id, remove=["x"], at=NOW)
    assert (await cases.get(desk, case.id)).tags == done.case.tags == ("lift kapot",)
    assert [one.detail for one in await cases.events(desk, case.id)][2:4] == ["called back", "lift kapot, x"]
    assert (await acts.tag(desk, BERT, case.id, remove=["y"], at=NOW)).case == done.case


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, "a\0b", "\ud800"])
async def test_a_note_says_something_and_not_too_much(desk, text):
    case = await hear(desk, heard())
    assert (await acts.note(desk, ANNA, case.id, text, at=NOW)).what is Why.WRONG


@pytest.mark.parametrize("word", ["", "x" * 41, "a\0b"])
async def test_so_does_a_tag(desk, word):
    case = await hear(desk, heard())
    assert (await acts.tag(desk, ANNA, case.id, add=[word], at=NOW)).what is Why.WRONG


async def test_who_leads_assigns_and_who_has_it_hands_it_on(desk):
    case, carl = await hear(desk, heard()), await person(desk)
    assert (await acts.assign(desk, ANNA, case.id, carl.id, saw=1, at=NOW)).what is Why.FORBIDDEN
    assert (await acts.assign(desk, LEAD, case.id, "nobody", saw=1, at=NOW)).what is Why.NOBODY
    assert (await acts.assign(desk, LEAD, case.id, carl.id, saw=1, at=NOW)).case.assignee == carl.id
    assert ("assigned", carl.id) in await owed(desk)
    await acts.claim(desk, ANNA, case.id, saw=2, at=NOW)
    assert isinstance(await acts.assign(desk, ANNA, case.id, carl.id, saw=3, at=NOW), Done)
    await leave(desk, carl)
    assert (await acts.assign(desk, LEAD, case.id, carl.id, saw=4, at=NOW)).what is Why.NOBODY


async def test_what_goes_to_another_unit_is_nobodys_there_and_out_of_reach_here(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    done = await acts.hand_over(desk, ANNA, case.id, "press", saw=2, at=NOW)
    assert (done.case.unit, done.case.assignee, done.case.first_due) == ("press", None, case.first_due)
    assert ("handed_over", "press") in await owed(desk)
    assert (await acts.claim(desk, ANNA, case.id, saw=3, at=NOW)).what is Why.FORBIDDEN
    assert (await acts.note(desk, ANNA, "no such case", "x", at=NOW)).what is Why.GONE


async def test_it_sleeps_until_a_time_to_come(desk):
    case = await hear(desk, heard())
    assert (await acts.snooze(desk, ANNA, case.id, NOW, saw=1, at=NOW)).what is Why.WRONG
    done = await acts.snooze(desk, ANNA, case.id, NOW + DAY, saw=1, at=NOW)
    assert (done.case.state, done.case.snoozed_until) == (State.SNOOZED, NOW + DAY)
    woken = await acts.reopen(desk, ANNA, case.id, saw=2, at=NOW)
    assert (woken.case.state, woken.case.snoozed_until) == (State.OPEN, None)
    assert await kinds(desk, case) == ["opened", "snoozed", "woke"]


@pytest.mark.parametrize(("end", "kind"), [(acts.spam, "spam"), (acts.handled_elsewhere, "handled_elsewhere")])
async def test_it_ends_with_one_key_and_is_opened_again(desk, end, kind):
    case = await hear(desk, heard())
    done = await end(desk, ANNA, case.id, saw=1, at=NOW)
    assert (done.case.state, done.case.reason) == (State.CLOSED, kind)
    again = await acts.reopen(desk, ANNA, case.id, saw=2, at=NOW)
    assert (again.case.state, again.case.reason, again.case.closed_at) == (State.OPEN, None, None)
    assert await kinds(desk, case) == ["opened", kind, "reopened"]


async def test_one_stays_closed_while_a_later_one_of_the_conversation_is_open(desk):
    case = await hear(desk, heard())
    await acts.spam(desk, ANNA, case.id, saw=1, at=NOW)
    await hear(desk, heard(2, NOW + MINUTE))
    assert (await acts.reopen(desk, ANNA, case.id, saw=2, at=NOW)).what is Why.ANOTHER_OPEN


async def test_the_second_unit_about_to_answer_an_author_is_warned(desk):
    await hear(desk, heard(7, thread="mastodon:7", unit="press"))
    case = await hear(desk, heard())
    done = await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    assert [one.unit for one in done.warned] == ["press"]
    assert (await cases.events(desk, case.id))[-1].kind is Happened.WARNED
    assert (await cases.events(desk, case.id))[-1].detail == "1"


async def test_who_goes_to_answer_where_another_just_went_is_warned(desk):
    case = await hear(desk, heard())
    assert (await acts.answering(desk, ANNA, case.id, at=NOW)).warned == ()
    assert [one.id for one in (await acts.answering(desk, BERT, case.id, at=NOW + MINUTE)).warned] == [case.id]
    assert (await acts.answering(desk, ANNA, case.id, at=NOW + DAY)).warned == ()


async def test_many_at_once_are_done_each_by_itself_where_they_lead(desk):
    first, second = await hear(desk, heard()), await hear(desk, heard(2, thread="mastodon:2", unit="press"))
    seen = {first.id: 1, second.id: 1, "gone": 1}

    async def close(case, saw):
        return await acts.close(desk, LEAD, case, Reason.DUPLICATE, saw=saw, at=NOW)

    done = await acts.bulk(desk, LEAD, seen, close)
    assert [one if isinstance(one, Done) else one.what for one in done.values()][1:] == [Why.FORBIDDEN, Why.GONE]
    assert isinstance(done[first.id], Done)
    assert {one.what for one in (await acts.bulk(desk, ANNA, seen, close)).values()} == {Why.FORBIDDEN, Why.GONE}


async def test_each_act_is_in_the_audit_by_ids_alone(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, ANNA, case.id, saw=1, at=NOW)
    await acts.note(desk, EVERYBODY, case.id, "her name is Quasimodo", at=NOW)
    told = await audit.latest(desk, subject=case.id)
    assert {(one.by, one.did, one.what) for one in told} == {("anna", "claimed", "case"), ("page", "noted", "case")}
    assert "Quasimodo" not in str(told)
