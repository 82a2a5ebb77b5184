"""A unit's week by e-mail: to whom, once, marked where it may have arrived before, and with what is true as it is sent."""

import re
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from core.types import Deletion, Finding, Scope
from desk.digest.week import last_whole
from desk.store import digests, letters, people
from desk.store.case_tables import cases
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Message
from desk.store.handled import handled
from tests.desk.cases.book import NOW
from tests.desk.corpus import ZONE
from tests.desk.faq.asking import answer, collected, money
from tests.desk.practices.book import ended, message
from tests.desk.serving import fill

WEEK = timedelta(weeks=1)
MONDAY = NOW.replace(hour=7)  # eight o'clock in Amsterdam
DURING = NOW - timedelta(days=2)
WHOLE = collected(NOW - 6 * WEEK, NOW + WEEK)
GAP = collected(DURING - timedelta(hours=3), DURING, gap="the source was away")


def mine(enriched, topic="fares"):
    """As triage gave it to webcare."""
    told = (Finding(name="unit", model="t", labels=("webcare",)), Finding(name="topics", model="t", labels=(topic,)))
    return msgspec.structs.replace(enriched, findings=enriched.findings + told)


def talk():
    praise = message("noor", "Wat een fijne trein, complimenten!", DURING, labels=("positive",), intent=("praise",))
    before = [message(f"eerder{n}", f"De trein is duur, keer {n}", DURING - WEEK) for n in range(2)]
    angry = message(
        "boos", "Mijn kaartje werd te duur @noorderlijn", DURING, labels=("negative",), intent=("complaint",)
    )
    return [mine(one) for one in (*money(), praise, angry, *before)]


async def sent(house, items=None):
    """The message that one colleague gets."""
    await fill(house.archive, [WHOLE, *talk()] if items is None else items)
    await house.hire("Anna")
    assert await house.digester.owe_due(house.now) == 1
    assert await house.send() == 1
    return house.box.messages[0]


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def html(mail):
    return mail.get_body(("html",)).get_content()


async def test_it_is_owed_on_monday_at_eight_once_to_whoever_works_there_and_did_not_say_no(house):
    for name, unit in (("Anna", "webcare"), ("Bert", "webcare"), ("Carla", "press"), ("Dirk", None)):
        await house.hire(name, unit)
    left = await people.get(house.desk, await house.hire("Els"))
    await people.change(house.desk, left, left.details, by="ruth", at=NOW, active=False, keep=WEEK)
    await house.hire("Fenna", email=None)
    await digests.refuse(house.desk, await house.hire("Gijs"), no=True, by="gijs", at=NOW)
    assert await house.digester.owe_due(MONDAY - timedelta(seconds=1)) == 0
    assert [await house.digester.owe_due(MONDAY + n * timedelta(days=1)) for n in (0, 0, 1)] == [2, 0, 0]
    await house.hire("Hanna")
    assert await house.digester.owe_due(MONDAY) == 0  # the week is done
    assert {one.receiver for one in await letters.latest(house.desk)} == {"anna@klank.example", "bert@klank.example"}
    assert await house.digester.owe_due(MONDAY + WEEK) == 3


async def test_it_tells_what_was_said_moved_answered_thanked_asked_and_comes(house, desk):
    await ended(desk, house.archive, "zoe", "Mijn bon is weg", closed=DURING)
    mail = await sent(house)
    text = plain(mail)
    assert mail["Subject"] == "webcare: week 44 bij Noorderlijn"
    for said in (
        "webcare: 6 berichten",
        "De week ervoor: 2 (+4)",
        "fares: 6, de week ervoor 2 (+4)",
        "1 case kwam binnen, 1 zijn beantwoord",
        "1 bericht met een compliment",
        "Wat een fijne trein, complimenten!",
        "“Hoe krijg ik mijn geld terug?” 4 keer gesteld, door 4 mensen",
        "WAT ER KOMT",
    ):
        assert said in text
    assert "Klankbord-Repeat" not in mail


async def test_html_says_the_same_with_links_to_the_page_and_nothing_from_elsewhere(house):
    mail = await sent(house)
    body = html(mail)
    assert set(re.findall(r"https?://[^/\"<]+", body)) == {"https://klank.example"}
    assert not re.search(r"<img|<script|<link|url\(", body)
    for line in re.findall(r"https://\S+", plain(mail)):
        assert line.replace("&", "&amp;") in body


def thanked(name, text):
    return mine(message(name, text, DURING, labels=("positive",), intent=("praise",)))


async def test_no_name_and_no_account_of_who_spoke_or_of_whom_they_spoke_is_told(house):
    named = [
        thanked("lies", "Dank aan Petra Kuipers van de balie"),
        thanked("ab", "Top dat Petra Kuipers hielp, groet van Ab"),
        mine(message("sanne", "Sanne hier: vraag het @kees of Wouter maar", DURING), "stations"),
    ]
    mail = await sent(house, [WHOLE, *named])
    text = (plain(mail) + html(mail)).casefold()
    assert "dank aan … van de balie" in text
    for name in ("petra", "kuipers", "wouter", "kees", "sanne", "lies", "groet van ab", "jansen"):
        assert name not in text


async def test_each_reads_it_in_a_language_of_their_own(house):
    await fill(house.archive, [WHOLE, *talk()])
    await house.hire("Anna", language="en")
    await house.hire("Bert", language="de")
    await house.digester.owe_due(house.now)
    assert await house.send() == 2
    subjects = {one["To"]: one["Subject"] for one in house.box.messages}
    assert subjects == {
        "anna@klank.example": "webcare: week 44 at Noorderlijn",
        "bert@klank.example": "webcare: week 44 bij Noorderlijn",
    }


async def test_what_was_not_collected_is_said_and_is_no_zero(house):
    text = plain(await sent(house, [GAP]))
    assert "Bluesky, vr 30 okt" in text or "Bluesky, za 31 okt" in text
    assert "of iemand iets zei is niet bekend" in text
    assert "Of iemand een compliment gaf is niet bekend" in text
    assert "Hoeveel vragen er waren is niet bekend" in text
    assert not re.search(r"\b0 (berichten|vragen)", text)
    assert "De week ervoor: 0" not in text


async def test_where_nothing_says_that_it_was_collected_it_is_said_too(house):
    assert "Niet alles van deze week is verzameld" in plain(await sent(house, []))


async def test_after_a_crash_it_comes_again_with_the_same_id_and_says_so(house):
    first = await sent(house)
    (letter,) = await letters.latest(house.desk)
    await letters.settle(house.desk, letter.id, tries=0, error=None, due_at=NOW, at=NOW)
    await letters.begin(house.desk, letter.id)  # the end came before what became of it was written down
    assert await house.send() == 1
    again = house.box.messages[1]
    assert (again["Message-ID"], again["Klankbord-Repeat"]) == (first["Message-ID"], "yes")
    assert "Misschien heb je dit bericht al eens gekregen." in plain(again)
    assert "al eens gekregen" in html(again)


async def test_what_was_refused_for_now_is_no_repeat(house):
    house.box.answers = "451 later"
    await house.hire("Anna")
    await house.digester.owe_due(house.now)
    assert await house.send() == 0
    house.box.answers, house.now = None, house.now + timedelta(hours=1)
    assert await house.send() == 1
    assert "Klankbord-Repeat" not in house.box.messages[0]


@pytest.mark.parametrize("why", ["left", "moved", "no"])
async def test_who_left_or_said_no_meanwhile_gets_none(house, why):
    person = await people.get(house.desk, await house.hire("Anna"))
    await house.digester.owe_due(house.now)
    if why == "no":
        await digests.refuse(house.desk, person.id, no=True, by="anna", at=NOW)
    else:
        details = msgspec.structs.replace(person.details, unit="press" if why == "moved" else "webcare")
        await people.change(house.desk, person, details, by="ruth", at=NOW, active=why != "left", keep=WEEK)
    assert await house.send() == 0
    assert not house.box.messages
    (letter,) = await letters.latest(house.desk)
    assert letter.due_at is None


async def test_it_is_gathered_once_for_all_who_get_it_now_and_anew_for_who_gets_it_later(house):
    for name in ("Anna", "Bert", "Carla"):
        await house.hire(name, language="en" if name == "Bert" else "nl")
    await house.digester.owe_due(house.now)
    assert (await house.send(), house.gatherer.asked) == (3, 1)
    house.now += timedelta(minutes=1)
    await house.digester.told("webcare", last_whole(house.now, ZONE), "nl")
    assert house.gatherer.asked == 2


async def test_a_digest_holds_up_nothing_else(house):
    await house.hire("Anna")
    await house.digester.owe_due(house.now)
    assert await letters.due(house.desk, house.now, 1, what=digests.DIGEST, others=True) == []
    (owed,) = await letters.due(house.desk, house.now, 1, what=digests.DIGEST, others=False)
    other = msgspec.structs.replace(owed, id="other", what="alert", due_at=house.now)
    async with house.desk.writing() as connection:
        await letters.owe(connection, [other])
    found = await letters.due(house.desk, house.now, 1, what=digests.DIGEST, others=True)
    assert [one.id for one in found] == ["other"]


async def test_who_wants_it_again_gets_it(house):
    person = await house.hire("Anna")
    await digests.refuse(house.desk, person, no=True, by="anna", at=NOW)
    await digests.refuse(house.desk, person, no=False, by="anna", at=NOW)
    assert await house.digester.owe_due(house.now) == 1


async def test_what_was_deleted_before_it_is_sent_is_not_told(house):
    said = talk()
    await fill(house.archive, [WHOLE, *said])
    await house.hire("Anna")
    await house.digester.owe_due(house.now)
    gone = [Deletion(target=one.mention.id, scope=Scope.MENTION, at=NOW, reason="deleted") for one in said]
    await fill(house.archive, gone)
    await house.send()
    text = plain(house.box.messages[0])
    assert "complimenten" not in text
    assert "geld" not in text


async def test_a_promise_that_was_broken_is_told(house, desk):
    case = await ended(desk, house.archive, "zoe", "Mijn bon is weg", closed=DURING)
    async with desk.writing() as connection:
        late = case.answered_at - timedelta(hours=1)
        await connection.execute(update(cases).where(cases.c.id == case.id).values(first_due=late))
        waiting = Opening(
            author="bluesky:ria", thread="bluesky:ria", source="bluesky", severity="minor", outcome="restore",
            since=DURING, unit="webcare", first_due=DURING + timedelta(hours=4),
        )  # fmt: skip
        first = Message(mention="bluesky:ria", at=DURING, own=False, order=1)
        await open_case(connection, waiting, first, at=DURING)
    found = await handled(desk, "webcare", DURING - timedelta(days=4), NOW)
    assert (found.promised, found.kept, found.answered) == (2, 0, 1)
    assert (await handled(desk, "press", DURING - timedelta(days=4), NOW)).promised == 0


async def test_what_we_answered_is_counted(house):
    first, *rest = talk()
    text = plain(await sent(house, [WHOLE, first, *rest, answer(first)]))
    assert "4 keer gesteld, door 4 mensen; 1 beantwoord" in text
