"""The page of who may answer, as each of the staff sees it, and that of an account for those who give the right."""

import json
import re
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from desk.answering.permitted import By, Link, Missing, Permitted, Refused
from desk.answering.trust import Kind, Mark
from desk.cases import acts
from desk.entry.who import Who
from desk.store import (
    account_rights,
    accounts,
    answering,
    audit,
    consents,
    policies,
    roles,
    skills,
    trainings,
    trust,
    wishes,
)
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.store.policies import Policy
from desk.store.trainings import Record
from desk.store.wishes import Wish
from desk.web.application import open_link
from desk.web.entering import asked_by
from desk.web.pages import may
from desk.web.site import WHO
from tests.desk.cases.book import agent, hear, heard, reply
from tests.desk.corpus import NOW
from tests.desk.staffed.conftest import Browser

BY = {"by": "ruth", "at": NOW}


async def inventory(house, **owners):
    account = Account(id="", source="mastodon", handle="noorderlijn", official=True, **owners)
    await policies.publish(house.desk, Policy(version="1", title={"en": "P"}, text={"en": "Be kind."}), **BY)
    return await accounts.add(house.desk, account, **BY)


async def browser(house, name, *held):
    person = await house.person(name, *held)
    return person, Browser(await house.enter(person))


async def learned(house, person):
    await trainings.record(house.desk, [Record(person=person.id, training="answering", done_at=NOW)], **BY)


async def may_now(house, person, own):
    async with house.desk.reading() as connection:
        return await answering.may_answer(connection, person.id, own, asked_by(house.app), house.at[0])


async def test_each_missing_link_is_told_with_how_it_comes_until_none_is_missing(house):
    own = await inventory(house)
    await house.person("Hanna", "hr")
    anna, reader = await browser(house, "Anna")
    status, text = await reader.read("/may")
    assert status == 200
    for sentence in (
        "Version 1 of the policy, in force since",
        "The training “Answering” was not done. Do it; Hanna can write down that it was done.",
        "No role that works on cases there. Ask Hanna for one.",
        "No right to answer on noorderlijn (Mastodon). Ask Hanna for it.",
    ):
        assert sentence in text, sentence
    link = re.search(r'href="(/policy/[^"]+)"', text)[1]
    await reader.client.post(link, data={"acknowledge": "yes"})
    await learned(house, anna)
    await roles.give(house.desk, anna.id, "agent", **BY)
    await account_rights.give(house.desk, Given(account=own, person=anna.id, until=NOW + timedelta(days=2)), **BY)
    text = (await reader.read("/may"))[1]
    assert "The right was given to you." in text
    assert "up to and including Thu 26 Mar" in text
    assert "/policy/" not in text
    assert await may_now(house, anna, own) == Permitted(by=By.PERSON, until=NOW + timedelta(days=2))


async def test_who_reads_dutch_is_told_in_dutch(house):
    await inventory(house)
    _, reader = await browser(house, "Anna")
    reader.client.session.headers["Accept-Language"] = "nl"
    text = (await reader.read("/may"))[1]
    assert "De training ‘Antwoorden’ is niet gedaan. Doe de training; wie het personeel bijhoudt" in text
    assert "Mag ik antwoorden?" in text


async def test_who_answered_is_thanked_and_an_error_is_marked_by_who_leads_at_the_page_of_the_case(house):
    anna, hers = await browser(house, "Anna", "agent@webcare")
    bert, his = await browser(house, "Bert", "agent@webcare")
    _, leads = await browser(house, "Lena", "lead@webcare")
    at = house.at[0]
    case = await hear(house.desk, heard(at=at))
    await acts.answering(house.desk, agent(anna.id), case.id, at=at)
    assert "Our answer" not in (await his.read("/case?number=1"))[1]
    case = await hear(house.desk, reply(at=at))
    assert "You gave the last answer." in (await hers.read("/case?number=1"))[1]
    text = (await his.read("/case?number=1"))[1]
    assert "Anna gave the last answer." in text
    assert "Mark as an error" not in text
    form = {"case": f"1 {case.version}", "back": "/case?number=1"}
    assert "late=1.forbidden" in (await his.send("/cases", act="complain", **form))[1]
    assert "did=thank&cases=1." in (await his.send("/cases", act="thank", **form))[1]
    assert "You gave thanks for it." in (await his.read("/case?number=1"))[1]
    assert "Mark as an error" in (await leads.read("/case?number=1"))[1]
    assert "did=complain&cases=1." in (await leads.send("/cases", act="complain", **form))[1]
    text = (await leads.read("/case?number=1"))[1]
    for sentence in (
        "An error in it is marked.",
        "</bdi> gave thanks for our answer.",
        "You marked an error in our answer.",
    ):
        assert sentence in text, sentence
    assert {(one.kind, one.by == bert.id) for one in await trust.of_person(house.desk, anna.id)} == {
        (Kind.THANKED, True),
        (Kind.COMPLAINED, False),
    }


async def test_whether_one_is_told_of_results_is_ones_own_to_say(house):
    anna, reader = await browser(house, "Anna")
    await wishes.put(house.desk, anna.id, Wish(quiet="22:00-07:00"))
    for act, told in (("hush", False), ("tell", True)):
        assert await reader.send("/may", act=act) == (303, f"/may?done={act}")
        assert await wishes.of_person(house.desk, anna.id) == Wish(quiet="22:00-07:00", results=told)
        assert ("You are not told by e-mail" in (await reader.read("/may"))[1]) is not told


async def test_trust_is_told_with_what_made_it_so(house):
    anna, reader = await browser(house, "Anna")
    async with house.desk.writing() as connection:
        for number, kind in (
            (1, Kind.APPROVED),
            (2, Kind.COMPLAINED),
            (3, Kind.APPROVED),
            (4, Kind.APPROVED),
            (4, Kind.THANKED),
        ):
            told = {"person": anna.id, "topic": "trains", "answer": str(number), "by": "bert"}
            await trust.mark(connection, Mark(kind=kind, at=NOW - timedelta(days=9 - number), **told))
    text = (await reader.read("/may"))[1]
    assert "Nobody else has to approve, since Thu 19 Mar." in text
    assert "Somebody else has to approve what is about this topic, always." in text
    assert text.count("in a row</li>") == 5
    assert "thanked for" in text


async def test_skills_are_ones_own_to_say(house):
    anna, reader = await browser(house, "Anna")
    assert await reader.send("/may", act="skills", skills="Trains, refunds") == (303, "/may?done=skills")
    assert await skills.of_person(house.desk, anna.id) == ["refunds", "trains"]
    status, text = await reader.send("/may", act="skills", skills="x" * 81)
    assert (status, "at most 50 skills" in text) == (400, True)
    assert [one.by for one in await audit.latest(house.desk, subject=anna.id) if "skills" in one.did] == [anna.id]


async def test_a_consent_is_given_with_the_words_that_were_read_and_taken_back_in_one_step(house):
    anna, reader = await browser(house, "Anna")
    await reader.send("/may", act="yes", what="publish")
    (given,) = (await consents.of_person(house.desk, anna.id)).values()
    assert given.words.startswith("I publish for the organisation")
    assert await reader.send("/may", act="no", what="publish") == (303, "/may?done=no")
    assert await consents.of_person(house.desk, anna.id) == {}
    assert (await reader.send("/may", act="yes", what="king"))[0] == 400
    assert (await reader.send("/may", act="other"))[0] == 400


async def test_a_refusal_is_a_403_with_its_reasons(house):
    own = await inventory(house)
    anna = await house.person("Anna")
    refused = Refused(missing=(Missing(link=Link.POLICY, what="1", since=NOW), Missing(link=Link.ACCOUNT, what=own)))
    for accept, kind in (("text/html", "text/html"), ("application/json", "application/json")):
        request = make_mocked_request("POST", "/", headers={"Accept": accept, "Accept-Language": "en"}, app=house.app)
        request[WHO] = Who(person=anna.id, name="Anna")
        answer = await may.refuse(request, refused, own)
        assert (answer.status, answer.content_type) == (403, kind)
        assert "No right to answer on noorderlijn (Mastodon)" in answer.text
    told = json.loads(answer.text)
    assert (told["reason"], [one["link"] for one in told["missing"]]) == ("policy", ["policy", "account"])


GIVERS = [("hr",), ("lead",), ("operator",)]


@pytest.mark.parametrize("held", GIVERS)
async def test_who_keeps_the_staff_or_leads_gives_and_takes(house, held):
    own = await inventory(house)
    anna = await house.person("Anna", "agent")
    _, giver = await browser(house, "Gus", *held)
    asked = {"id": own, "to": f"person:{anna.id}", "until": "2026-03-25"}
    assert await giver.send("/own-account", act="give", **asked) == (303, f"/own-account?id={own}&done=give")
    status, text = await giver.read(f"/own-account?id={own}")
    assert (status, "up to and including Wed 25 Mar" in text, "may not answer yet, for want of:" in text) == (
        200,
        True,
        True,
    )
    await learned(house, anna)
    await policies.acknowledge(house.desk, anna.id, "1", policies.Way.PAPER, **BY)
    assert "1 person may answer here" in (await giver.read(f"/own-account?id={own}"))[1]
    await giver.send("/own-account", act="take", id=own, person=anna.id)
    assert "Nobody yet." in (await giver.read(f"/own-account?id={own}"))[1]


async def test_the_last_day_there_is_means_for_good(house):
    own = await inventory(house)
    _, giver = await browser(house, "Gus", "lead")
    asked = {"id": own, "to": "role:agent", "until": "9999-12-31"}
    assert await giver.send("/own-account", act="give", **asked) == (303, f"/own-account?id={own}&done=give")
    (given,) = (await answering.known(house.desk)).given[own]
    assert given.until is None


async def test_an_owner_gives_there_and_nowhere_else(house):
    olga, owner = await browser(house, "Olga", "agent")
    own, other = await inventory(house, owner=olga.id), await inventory_other(house)
    await owner.send("/own-account", act="give", id=own, to="role:agent", **{"in": "webcare"})
    async with house.desk.reading() as connection:
        assert [(one.role, one.unit) for one in await account_rights.given_within(connection, own)] == [
            ("agent", "webcare")
        ]
    assert (await owner.read(f"/own-account?id={other}"))[0] == 403
    assert (await owner.send("/own-account", act="give", id=other, to="role:agent"))[0] == 403
    await owner.send("/own-account", act="take", id=own, role="agent", **{"in": "webcare"})
    async with house.desk.reading() as connection:
        assert await account_rights.given_within(connection) == []


async def inventory_other(house):
    return await accounts.add(house.desk, Account(id="", source="x", handle="other", official=True), **BY)


@pytest.mark.parametrize("held", [("agent",), ("analyst",), ()])
async def test_others_do_not_see_who_may(house, held):
    own = await inventory(house)
    _, reader = await browser(house, "Anna", *held)
    assert (await reader.read(f"/own-account?id={own}"))[0] == 403
    assert (await reader.read("/own-account?id=nowhere"))[0] == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to": "role:king"}, "choose a person or a role"),
        ({"to": "person:nobody"}, "choose somebody who works here"),
        ({"to": "role:agent", "in": "kitchen"}, "there is no unit"),
        ({"to": "role:agent", "until": "2026-03-23"}, "the last day is over already"),
        ({"to": "role:agent", "until": "soon"}, "is no day"),
        ({"to": "role:agent", "until": "5000-01-01"}, "outside the years"),
        ({"act": "other"}, "choose what to do with the account"),
    ],
)
async def test_what_cannot_be_given_is_said(house, fields, sentence):
    own = await inventory(house)
    _, giver = await browser(house, "Hanna", "hr")
    status, text = await giver.send("/own-account", **{"act": "give", "id": own, **fields})
    assert (status, sentence in text) == (400, True)


async def test_the_operator_is_nobody_of_the_staff(house):
    client = house.browser()
    await client.get(open_link(house.app))
    assert (await client.get("/may")).status == 404
