"""Whom a question is offered to, in which order, and why."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.answering.explained import offer_told
from desk.answering.knowing import Candidate, Offer, ranked
from desk.answering.offering import offered
from desk.answering.trust import Kind, Mark
from desk.store import account_rights, consents, rota, skills, trust
from desk.store.account_rights import Given
from desk.store.consents import Consent
from desk.web.formats import Formats
from desk.web.words import load
from playbook.rota import Absence, Shift
from tests.desk.answering.book import PLAYBOOK
from tests.desk.answering.staffed import BY, NOW, RULES, able, account

ZONE = ZoneInfo("Europe/Amsterdam")


def candidate(name, **more):
    return Candidate(person=name.lower(), name=name, **more)


def test_who_named_it_comes_first_then_who_answered_well_more_often_then_who_is_on_duty():
    there = {"on_duty": True}
    every = [
        candidate("Anna", well=9, **there),
        candidate("Bert", skills=frozenset({"trains"}), willing=True),
        candidate("Carla", skills=frozenset({"trains"}), **there),
        candidate("Dora", skills=frozenset({"trains"}), well=1, willing=True),
        candidate("Eva", well=2, willing=True),
        candidate("Finn", skills=frozenset({"prices"}), **there),  # knows something else
        candidate("Gerda", skills=frozenset({"trains"}), well=5),  # cannot be asked
    ]
    assert [one.name for one in ranked("trains", every)] == ["Dora", "Carla", "Bert", "Anna", "Eva"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Anna: knows about trains, gave 2 answers about it that went well and is on duty."),
        ("nl", "Anna: weet van trains, gaf er 2 antwoorden over die goed gingen en heeft dienst."),
    ],
)
def test_each_is_explained_in_a_sentence(language, sentence):
    one = Offer(person="anna", name="Anna", skilled=True, well=2, on_duty=True)
    words = load(language)
    assert offer_told(one, "trains", words, Formats(words, ZONE, NOW)) == sentence
    alone = Offer(person="anna", name="Anna", skilled=False, well=1, on_duty=False)
    assert offer_told(alone, "trains", load("en"), Formats(load("en"), ZONE, NOW)) == (
        "Anna: gave 1 answer about it that went well and can be asked."
    )


async def asked(desk, unit="webcare"):
    found = await offered(desk, "trains", unit, playbook=PLAYBOOK, rules=RULES, at=NOW, zone=ZONE)
    return [(one.name, one.skilled, one.well, one.on_duty) for one in found]


async def test_only_who_may_answer_there_and_can_be_asked_is_offered_it(desk):
    own, other = await account(desk), await account(desk, "elsewhere")
    anna, bert, carla = [await able(desk, name, own=own) for name in ("Anna", "Bert", "Carla")]
    dora = await able(desk, "Dora", own=other)
    for one in (anna, bert, carla, dora):
        await skills.put(desk, one.id, ["Trains"], **BY)
    for one in (anna, dora):
        await rota.add_shifts(desk, [Shift(person=one.id, unit="webcare", weekday=0, starts=0, ends=0)], **BY)
    for one in (bert, carla):
        await consents.give(desk, one.id, Consent.ASKED, "yes", **BY)
    await rota.add_absence(desk, Absence(person=carla.id, since=NOW, until=NOW + timedelta(days=1)), **BY)
    assert await asked(desk) == [("Anna", True, 0, True), ("Bert", True, 0, False)]
    await account_rights.take(desk, Given(account=own, person=anna.id), **BY)
    assert await asked(desk) == [("Bert", True, 0, False)]
    assert await asked(desk, "press") == []


async def test_past_answers_that_went_well_count_and_others_do_not(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    await consents.give(desk, anna.id, Consent.ASKED, "yes", **BY)
    async with desk.writing() as connection:
        for topic, number, kind in (
            ("trains", 1, Kind.APPROVED), ("trains", 2, Kind.APPROVED), ("trains", 2, Kind.CORRECTED), ("prices", 3, Kind.APPROVED),
        ):  # fmt: skip
            told = {"person": anna.id, "topic": topic, "answer": str(number), "by": "bert", "at": NOW}
            await trust.mark(connection, Mark(kind=kind, **told))
    assert await asked(desk) == [("Anna", False, 1, False)]
