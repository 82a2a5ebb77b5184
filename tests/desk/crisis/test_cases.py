"""Cases of a crisis: they attach by themselves or by a person, are told of together, and get an approved answer as a draft."""

from desk.answering.allowing import ByChain
from desk.answering.trust import Kind, Mark
from desk.cases import acts as case_acts
from desk.cases.acts import Reason
from desk.crisis import acts, saying
from desk.crisis.acting import Why
from desk.crisis.spreading import spread
from desk.entry.rights import RIGHTS
from desk.store import case_drafts, cases, crises, trust
from desk.store.cases import Asked
from playbook.sections import Playbook
from tests.desk.cases.book import hear
from tests.desk.cases.book import owed as owed_of_all
from tests.desk.crisis.book import ANNA, HOUR, LEAD, MINUTE, NOW, alarmed, complaint, fired, kinds, lulled, owed, staff


async def belonging(desk, crisis):
    return sorted(one.case.number for one in await crises.attached(desk, crisis.id))


async def test_cases_opened_since_it_began_attach_at_the_opening(desk):
    await hear(desk, complaint(1, at=NOW - HOUR), complaint(2, at=NOW - MINUTE), complaint(3, "bus", at=NOW - MINUTE))
    crisis = await alarmed(desk)
    assert await belonging(desk, crisis) == [2]
    assert await kinds(desk, crisis) == ["opened", "cases_came"]


async def test_new_ones_of_its_monitors_attach_by_themselves_and_are_told_of_once_in_a_while(desk):
    crisis = await alarmed(desk)
    await hear(desk, *(complaint(number, at=NOW + number * MINUTE) for number in range(1, 41)), complaint(50, "bus"))
    assert await belonging(desk, crisis) == list(range(1, 41))
    await fired(desk, NOW + 31 * MINUTE)
    await fired(desk, NOW + 32 * MINUTE)
    assert [one for one in await owed(desk, crisis) if one[0] == "crisis_cases"] == [("crisis_cases", "webcare")]
    of_cases = [one for one in await owed_of_all(desk) if one[0] == "opened"]
    assert of_cases == [("opened", "webcare")]  # of the bus


async def test_what_arrived_before_it_began_does_not_attach(desk):
    crisis = await alarmed(desk)
    await hear(desk, complaint(1, at=NOW - HOUR), at=NOW + MINUTE)
    assert await belonging(desk, crisis) == []


async def test_a_drill_has_no_cases(desk):
    drill = await alarmed(desk, drill="d1")
    await hear(desk, complaint(1, at=NOW + MINUTE))
    assert await belonging(desk, drill) == []
    assert (await acts.attach(desk, ANNA, drill.id, 1, at=NOW)).what is Why.WRONG


async def test_a_person_attaches_and_detaches_and_what_was_detached_stays_out(desk):
    crisis = await alarmed(desk)
    await hear(desk, complaint(1, at=NOW + MINUTE), complaint(2, "bus", at=NOW + MINUTE))
    await acts.attach(desk, ANNA, crisis.id, 2, at=NOW)
    await acts.take_out(desk, ANNA, crisis.id, 1, at=NOW)
    assert await belonging(desk, crisis) == [2]
    assert (await acts.attach(desk, ANNA, crisis.id, 9, at=NOW)).what is Why.GONE
    await acts.stand_down(desk, LEAD, crisis.id, "x", saw=9, at=NOW + 2 * MINUTE)
    again = await alarmed(desk, at=NOW + 3 * HOUR)
    assert await belonging(desk, again) == [2]


async def test_a_case_needs_two_as_long_as_its_crisis_runs_and_it_belongs_to_it(desk):
    anna, rules = await staff(desk, "anna"), Playbook.model_validate({"answers": {"four_eyes": {"lifts_after": 1}}})
    async with desk.writing() as connection:
        approved = Mark(person=anna, topic="trains", answer="1", kind=Kind.APPROVED, at=NOW, by="bert")
        await trust.mark(connection, approved)

    async def free(number):
        case = await cases.get(desk, number)
        async with desk.reading() as connection:
            return await ByChain({}, lambda: rules, RIGHTS).alone(connection, anna, case, ["trains"])

    crisis = await alarmed(desk)
    await hear(desk, *(complaint(number, at=NOW + MINUTE, severity="minor") for number in (1, 2)))
    await acts.take_out(desk, ANNA, crisis.id, 1, at=NOW)
    assert (await free(1), await free(2)) == (True, False)
    await acts.stand_down(desk, LEAD, crisis.id, "x", saw=9, at=NOW + 2 * MINUTE)
    assert await free(2)


async def test_what_a_person_gives_to_another_is_told_also_in_a_crisis(desk):
    await alarmed(desk)
    bert = await staff(desk, "bert")
    case = await hear(desk, complaint(1, at=NOW + MINUTE))
    await case_acts.assign(desk, LEAD, case.id, bert, saw=case.version, at=NOW + HOUR)
    assert ("assigned", bert) in await owed_of_all(desk)


async def test_after_its_end_cases_are_told_of_by_themselves_again(desk):
    crisis = await alarmed(desk)
    await hear(desk, complaint(1, at=NOW + MINUTE))
    await acts.stand_down(desk, LEAD, crisis.id, "x", saw=1, at=NOW + 2 * MINUTE)
    await hear(desk, complaint(11, at=NOW + HOUR, author="mastodon:a1", thread="mastodon:1"))
    assert ("attached", "webcare") in await owed_of_all(desk)


async def test_in_a_lull_no_case_attaches_and_each_is_told_of_by_itself_until_it_is_back(desk):
    crisis = await alarmed(desk)
    await lulled(desk, NOW)
    await hear(desk, complaint(1, at=NOW + 7 * HOUR))
    assert await belonging(desk, crisis) == []
    assert ("opened", "webcare") in await owed_of_all(desk)
    await alarmed(desk, at=NOW + 8 * HOUR)
    assert await belonging(desk, crisis) == [1]


async def said(desk, crisis, *languages):
    for language in languages:
        await saying.draft(desk, ANNA, crisis.id, language, f"Sorry {language}", approves="lead", saw=99, at=NOW)
        await saying.approve(desk, LEAD, crisis.id, language, 1, approves="lead", saw=99, at=NOW)


async def apply(desk, crisis, at=NOW, who=LEAD):
    return await saying.apply(desk, who, crisis.id, a_minute=2, saw=99, at=at)


async def languages(mentions):
    return {one: "nl" if one.endswith("1") else "de" for one in mentions}


async def test_an_approved_answer_lies_ready_at_each_case_once_so_many_a_minute(desk):
    crisis = await alarmed(desk)
    await hear(desk, *(complaint(number, at=NOW + MINUTE) for number in range(1, 4)))
    await said(desk, crisis, "nl", "en")
    await apply(desk, crisis)
    assert [await spread(desk, languages, "en", NOW + wait * MINUTE / 2) for wait in range(6)] == [2, 0, 1, 0, 0, 0]
    laid = {one.number: await case_drafts.of_case(desk, one.id) for one in await cases.listed(desk, Asked())}
    assert {number: [draft.text for draft in drafts] for number, drafts in laid.items()} == {
        1: ["Sorry nl"], 2: ["Sorry en"], 3: ["Sorry en"],
    }  # fmt: skip
    assert (await kinds(desk, crisis))[-2:] == ["applied", "applied_all"]
    await hear(desk, complaint(4, at=NOW + 10 * MINUTE))
    await apply(desk, crisis, at=NOW + 11 * MINUTE)
    assert await spread(desk, languages, "en", NOW + 12 * MINUTE) == 1


async def test_only_whoever_leads_lays_it_at_cases_of_other_units(desk):
    crisis = await alarmed(desk)
    await said(desk, crisis, "nl")
    assert (await apply(desk, crisis, who=ANNA)).what is Why.FORBIDDEN


async def test_nothing_is_applied_that_is_not_approved(desk):
    crisis = await alarmed(desk)
    assert (await apply(desk, crisis)).what is Why.NOT_APPROVED
    await saying.draft(desk, ANNA, crisis.id, "nl", "Sorry", approves="lead", saw=99, at=NOW)
    assert (await apply(desk, crisis)).what is Why.NOT_APPROVED


async def test_an_answer_goes_no_farther_once_it_ended_and_not_to_what_is_closed(desk):
    crisis = await alarmed(desk)
    case = await hear(desk, complaint(1, at=NOW + MINUTE))
    await said(desk, crisis, "nl")
    await case_acts.close(desk, ANNA, case.id, Reason.SOLVED, saw=case.version, at=NOW + 2 * MINUTE)
    await hear(desk, *(complaint(number, at=NOW + MINUTE) for number in range(2, 6)))
    await apply(desk, crisis)
    assert await spread(desk, languages, "nl", NOW) == 2
    assert await case_drafts.of_case(desk, case.id) == []
    await acts.stand_down(desk, LEAD, crisis.id, "x", saw=99, at=NOW + 2 * MINUTE)
    assert await spread(desk, languages, "nl", NOW + 3 * MINUTE) == 0
    assert await case_drafts.going_round(desk) == []
