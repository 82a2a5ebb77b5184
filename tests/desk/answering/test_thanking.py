"""What becomes of an answer reaches whoever gave it: thanks of its reader and of colleagues, ends that held, errors that a lead marks."""

import asyncio
from datetime import timedelta

import pytest

from desk.answering import acts as answer_acts
from desk.answering.acts import Written
from desk.answering.trust import NO_TOPIC, Kind, Lifted
from desk.cases import acts, thanking
from desk.cases.acting import Done, Refused, Why
from desk.cases.acts import Reason
from desk.cases.thanking import givers
from desk.store import answer_writing, answers, audit, cases, people, trust, wishes
from desk.store.case_timers import STAYS
from desk.store.cases import Event, Happened, Mood
from desk.store.people import Details
from desk.store.wishes import Wish
from playbook.answers import FourEyes
from tests.desk.answering.staffed import BY
from tests.desk.cases.book import HOUR, MINUTE, NOW, agent, fired, hear, heard, kinds, owed, reply, withdraw

ANSWERED, THEN = NOW + HOUR, NOW + 2 * HOUR


async def person(desk, name="Anna"):
    return await people.add(desk, Details(name=name), **BY)


async def answered(desk, anna, **more):
    """A case that Anna went to the source to answer, and whose answer was seen there."""
    case = await hear(desk, heard(**{"topics": ("trains", "prices")} | more))
    await acts.answering(desk, agent(anna.id), case.id, at=NOW)
    return await hear(desk, reply())


def again(number=2, at=THEN, **more):
    return heard(number, at=at, answers=False, **more)


async def results(desk):
    return [
        (kind, whom) for kind, whom in await owed(desk) if kind in ("thanked", "complained", "put_right", "ended_well")
    ]


async def marks(desk, anna):
    return [(one.topic, one.kind.value, one.answer, one.by) for one in await trust.of_person(desk, anna.id)]


async def test_thanks_of_the_reader_reach_who_answered_once(desk):
    anna = await person(desk)
    case = await answered(desk, anna)
    await hear(
        desk, again(mood=Mood.PLEASED), again(mood=Mood.PLEASED, order=5), again(3, at=THEN + HOUR, mood=Mood.PLEASED)
    )
    assert (await kinds(desk, case)).count("thanked") == 1
    assert await results(desk) == [("thanked", anna.id)]
    told = ("thanked", "mastodon:own", "klankbord")
    assert sorted(await marks(desk, anna)) == [("prices", *told), ("trains", *told)]


@pytest.mark.parametrize("mood", [None, Mood.UNHAPPY])
async def test_who_is_not_pleased_gives_no_thanks_until_a_person_says_otherwise(desk, mood):
    anna = await person(desk)
    await answered(desk, anna)
    await hear(desk, again(mood=mood))
    assert await results(desk) == []
    await hear(desk, again(mood=Mood.PLEASED, order=5))
    assert await results(desk) == [("thanked", anna.id)]


async def test_only_what_follows_an_answer_thanks_for_it(desk):
    anna = await person(desk)
    await answered(desk, anna)
    await hear(desk, again(), again(3, at=THEN + HOUR, mood=Mood.PLEASED), again(4, at=NOW + MINUTE, mood=Mood.PLEASED))
    assert await results(desk) == []


async def test_thanks_open_a_solved_case_again_and_are_told_all_the_same(desk):
    anna = await person(desk)
    case = await answered(desk, anna)
    await acts.close(desk, agent(anna.id), case.id, Reason.SOLVED, saw=case.version, at=ANSWERED + MINUTE)
    await hear(desk, again(mood=Mood.PLEASED))
    assert await results(desk) == [("thanked", anna.id)]


async def sent(desk, writer, case, *changes, **values):
    """An answer that this person wrote, and others changed, stands as the one that was heard before."""
    for version, who in enumerate((writer, *changes)):
        written = Written(text=f"Sorry {version}", answers="mastodon:1", publisher="mastodon", version=version)
        saw = (await cases.events(desk, case.id))[-1].number
        assert isinstance(await answer_acts.write(desk, agent(who.id), case.id, written, saw=saw, at=THEN), Done)
    async with desk.writing() as connection:
        there = await answers.under_way(connection, case.id)
        await answer_writing.put(connection, there, mention="mastodon:own", state="sent", **values)
    return there


async def test_of_an_answer_that_was_sent_from_here_whoever_began_it_has_the_thanks_on_its_own_topics(desk):
    anna, bert, carla = [await person(desk, name) for name in ("Anna", "Bert", "Carla")]
    case = await answered(desk, bert)
    there = await sent(desk, anna, case, bert, topics=("refunds",))
    await thanking.thank(desk, agent(carla.id), case.id, at=THEN)
    await hear(desk, again(mood=Mood.PLEASED))
    assert await marks(desk, anna) == [("refunds", "thanked", there.id, carla.id)]
    assert await marks(desk, bert) == []
    assert await results(desk) == [("thanked", anna.id)] * 2


async def test_what_a_crisis_said_is_nobodys(desk):
    anna, bert = await person(desk), await person(desk, "Bert")
    case = await answered(desk, anna)
    await sent(desk, bert, case, crisis="c")
    assert await thanking.thank(desk, agent("carla"), case.id, at=THEN) == Refused(what=Why.NO_ANSWER)
    await hear(desk, again(mood=Mood.PLEASED))
    assert (await marks(desk, anna), await marks(desk, bert), await results(desk)) == ([], [], [])


async def test_a_colleague_thanks_once_and_nobody_thanks_themselves(desk):
    anna, bert = await person(desk), await person(desk, "Bert")
    case = await hear(desk, heard())
    assert await thanking.thank(desk, agent(bert.id), case.id, at=THEN) == Refused(what=Why.NO_ANSWER)
    case = await answered(desk, anna)
    assert await thanking.thank(desk, agent(anna.id), case.id, at=THEN) == Refused(what=Why.NO_ANSWER)
    assert await thanking.thank(desk, agent(bert.id, unit="press"), case.id, at=THEN) == Refused(what=Why.FORBIDDEN)
    each = await asyncio.gather(*(thanking.thank(desk, agent(bert.id), case.id, at=THEN) for _ in range(4)))
    assert all(isinstance(one, Done) for one in each)
    assert await results(desk) == [("thanked", anna.id)]
    assert {(kind, by) for _, kind, _, by in await marks(desk, anna)} == {("thanked", bert.id)}


async def test_an_error_is_marked_by_who_leads_and_four_eyes_return(desk):
    anna, bert, rule = await person(desk), await person(desk, "Bert"), FourEyes(lifts_after=1)

    async def lifted(topic="trains"):
        async with desk.writing() as connection:
            return isinstance(await trust.needs_approval(connection, anna.id, [topic], rule), Lifted)

    case = await answered(desk, anna)
    async with desk.writing() as connection:
        made = trust.Mark(person=anna.id, topic="trains", answer="7", kind=Kind.APPROVED, at=NOW, by=bert.id)
        await trust.mark(connection, made)
    assert await lifted()
    for who in (agent(bert.id), agent(bert.id, unit="press", role="lead")):
        assert await thanking.complain(desk, who, case.id, at=THEN) == Refused(what=Why.FORBIDDEN)
    assert await lifted()
    lead = agent(bert.id, role="lead")
    for _ in range(2):
        assert isinstance(await thanking.complain(desk, lead, case.id, at=THEN), Done)
    assert not await lifted()
    assert await results(desk) == [("complained", anna.id)]
    assert (await kinds(desk, case)).count("complained") == 1


async def test_that_an_answer_had_to_be_put_right_is_marked_told_and_in_the_audit_once(desk):
    anna, bert = await person(desk), await person(desk, "Bert")
    case = await answered(desk, anna, topics=())
    for _ in range(2):
        assert isinstance(await thanking.put_right(desk, agent(bert.id, role="lead"), case.id, at=THEN), Done)
    assert await results(desk) == [("put_right", anna.id)]
    assert await marks(desk, anna) == [(NO_TOPIC, "corrected", "mastodon:own", bert.id)]
    assert (await kinds(desk, case)).count("put_right") == 1
    assert [one.did for one in await audit.latest(desk, subject=case.id)].count("put_right") == 1


async def test_a_case_about_no_topic_is_marked_as_such(desk):
    anna, bert = await person(desk), await person(desk, "Bert")
    case = await answered(desk, anna, topics=())
    await thanking.thank(desk, agent(bert.id), case.id, at=THEN)
    assert [topic for topic, *_ in await marks(desk, anna)] == [NO_TOPIC]


async def test_a_solved_case_that_stays_closed_ended_well_once(desk):
    anna = await person(desk)
    case = await answered(desk, anna)
    done = await acts.close(desk, agent(anna.id), case.id, Reason.SOLVED, saw=case.version, at=THEN)
    await fired(desk, THEN + STAYS - MINUTE)
    assert await results(desk) == []
    await asyncio.gather(*(fired(desk, THEN + STAYS) for _ in range(3)))
    assert await results(desk) == [("ended_well", anna.id)]
    await withdraw(desk, "mastodon:own", at=THEN + STAYS + HOUR)  # sets what happens by itself anew
    await fired(desk, THEN + 2 * STAYS)
    assert (await kinds(desk, done.case)).count("ended_well") == 1


@pytest.mark.parametrize("reason", [Reason.NO_ANSWER_NEEDED, Reason.SPAM, Reason.DUPLICATE])
async def test_what_was_not_solved_did_not_end_well(desk, reason):
    anna = await person(desk)
    case = await answered(desk, anna)
    await acts.close(desk, agent(anna.id), case.id, reason, saw=case.version, at=THEN)
    await fired(desk, THEN + STAYS)
    assert await results(desk) == []


async def test_what_was_opened_again_or_left_its_author_unhappy_did_not_end_well(desk):
    anna = await person(desk)
    case = await answered(desk, anna)
    await acts.close(desk, agent(anna.id), case.id, Reason.SOLVED, saw=case.version, at=THEN)
    case = await hear(desk, again(at=THEN + HOUR, mood=Mood.UNHAPPY))
    await fired(desk, THEN + STAYS)
    assert await results(desk) == []
    case = await hear(desk, reply("own-2", at=THEN + STAYS))
    await acts.close(desk, agent(anna.id), case.id, Reason.SOLVED, saw=case.version, at=THEN + STAYS)
    await fired(desk, THEN + 3 * STAYS)
    assert await results(desk) == []


async def test_who_wants_to_hear_of_no_results_is_told_none_and_sees_them(desk):
    anna = await person(desk)
    await wishes.put(desk, anna.id, Wish(quiet="22:00-07:00", results=False))
    await answered(desk, anna)
    await hear(desk, again(mood=Mood.PLEASED))
    assert await results(desk) == []
    assert [kind for _, kind, *_ in await marks(desk, anna)] == ["thanked", "thanked"]


async def test_of_who_left_nothing_is_marked_and_nobody_is_told(desk):
    anna = await person(desk)
    case = await answered(desk, anna)
    await people.change(desk, anna, anna.details, active=False, keep=timedelta(days=365), **BY)
    await hear(desk, again(mood=Mood.PLEASED))
    assert (await results(desk), await marks(desk, anna)) == ([], [])
    assert "thanked" in await kinds(desk, case)


async def test_topics_of_a_message_are_those_of_its_latest_version(desk):
    case = await hear(desk, heard(topics=("trains",)), again(topics=("prices",)))
    await hear(desk, heard(topics=("refunds",), order=5))
    assert thanking.topics(await cases.messages(desk, case.id)) == ("refunds", "prices")
    await withdraw(desk, "mastodon:2")
    assert thanking.topics(await cases.messages(desk, case.id)) == ("refunds",)


SEEN = (Happened.ANSWERED, "klankbord", "m:1")


@pytest.mark.parametrize(
    ("before", "who"),
    [
        ([(Happened.CLAIMED, "anna", "")], "anna"),
        ([(Happened.CLAIMED, "anna", ""), (Happened.ANSWERING, "bert", "")], "bert"),
        ([(Happened.ANSWERING, "bert", ""), (Happened.ASSIGNED, "bert", "cas")], "cas"),
        ([(Happened.CLAIMED, "anna", ""), (Happened.RELEASED, "anna", "")], ""),
        ([(Happened.CLAIMED, "anna", ""), (Happened.HANDED_OVER, "anna", "press")], ""),
        ([SEEN, (Happened.CLAIMED, "anna", "")], ""),
        ([(Happened.ANSWERING, "anna", ""), SEEN, (Happened.CLAIMED, "bert", "")], "anna"),
    ],
)
def test_who_gave_an_answer_went_to_the_source_last_or_had_the_case(before, who):
    told = enumerate((*before, SEEN))
    events = [
        Event(case="c", number=number, at=NOW, by=by, kind=kind, detail=what) for number, (kind, by, what) in told
    ]
    assert givers(events) == {"m:1": who}
