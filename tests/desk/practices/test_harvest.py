"""How cases went, what is made of one that ended well, and what is taken out of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import Reject
from desk.practices import acts
from desk.practices.cleaning import Cleaner
from desk.practices.ended import went
from desk.practices.harvest import Harvest, Lacking, harvested
from desk.practices.reminding import Reminder
from desk.practices.settling import remind, settle
from desk.store import letters, practices
from desk.store.practices import Outcome
from desk.web import words
from tests.desk.cases.book import NOW
from tests.desk.practices.book import AGO, DAY, angry, approved, closed_again, ended, person, praised, who
from tests.desk.serving import opened as opened_archive

CLEANER = Cleaner(["nl", "en"])


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db", lambda: NOW) as made:
        yield made


async def test_how_a_case_went(desk, archive):
    cases = [
        await ended(desk, archive, "sanne", "Waar blijft mijn geld?"),
        await ended(desk, archive, "kim", "Waar blijft mijn geld nou?", then=praised),
        await ended(desk, archive, "olaf", "Geld!", then=angry),
        await ended(desk, archive, "jet", "Geld terug?", closed=NOW - DAY),
        await ended(desk, archive, "ivo", "Ik wil geld", reopened=AGO + DAY),
        await closed_again(desk, await ended(desk, archive, "bo", "Mijn geld", reopened=AGO + 8 * DAY), AGO + 9 * DAY),
    ]
    found = await went(desk, archive, cases, NOW)
    outcomes = [one.outcome for one in found]
    assert outcomes == [Outcome.SOLVED, Outcome.THANKED, Outcome.UNHAPPY, None, Outcome.REOPENED, Outcome.SOLVED]
    assert found[0].answered.enriched.mention.text == "We storten het terug."
    assert [one.well for one in found] == [True, True, False, False, False, True]
    assert found[3].stays_at == NOW + 6 * DAY


async def test_what_is_made_of_a_case_names_nobody(desk, archive):
    case = await ended(
        desk, archive, "sanne", "@noorderlijn Sanne Jansen hier, @piet.bsky.social, bel 06-12345678: waar is mijn geld?",
        "@sanne Hoi Sanne, dat staat morgen op je rekening. ^AdV",
    )  # fmt: skip
    found = await harvested(desk, archive, CLEANER, case, NOW)
    assert isinstance(found, Harvest)
    assert (found.case, found.language) == (case.number, "nl")
    assert found.question == "[name] hier, [account], bel [phone]: waar is mijn geld?"
    assert found.answer == "Hoi [name], dat staat morgen op je rekening."
    assert set(found.taken) == {
        "@noorderlijn",
        "@piet.bsky.social",
        "Sanne Jansen",
        "[phone]",
        "^AdV",
        "@sanne",
        "Sanne",
    }


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"then": angry}, "unhappy"),
        ({"reopened": AGO + DAY}, "open"),
        ({"closed": NOW - DAY}, "early"),
        ({"closed": NOW - DAY, "then": praised}, "early"),
    ],
)
async def test_what_did_not_end_well_makes_none(desk, archive, more, why):
    case = await ended(desk, archive, "sanne", "Geld terug graag", **more)
    found = await harvested(desk, archive, CLEANER, case, NOW)
    assert isinstance(found, Lacking)
    assert found.why == why
    assert found.at == (NOW + 6 * DAY if why == "early" else None)


async def test_what_is_gone_from_the_archive_makes_none(desk, archive):
    case = await ended(desk, archive, "sanne", "Geld terug graag")
    await archive.erase(mentions=[case.first_message])
    assert (await harvested(desk, archive, CLEANER, case, NOW)).why == "gone"


async def test_a_name_inside_another_word_stays_and_the_text_is_whole():
    cleaned = CLEANER.clean("Jan zag januari, jan!", ["Jan"])
    assert (cleaned.text, cleaned.taken) == ("[name] zag januari, [name]!", ("Jan", "jan"))
    assert CLEANER.clean("Wat kost een kaartje?", ["", "Bo"]).taken == ()


async def test_uses_are_counted_and_settled_once_it_is_known_how_they_went(desk, archive):
    made = await approved(desk)
    well = await ended(desk, archive, "sanne", "Geld", then=praised)
    early = await ended(desk, archive, "kim", "Geld?", closed=NOW - DAY)
    for case in (well, early, early):
        await acts.use(desk, who(), made.number, case.number, at=NOW)
    assert await settle(desk, archive, NOW) == 1
    tally = (await practices.tallies(desk, [made.id]))[made.id]
    assert (tally.uses, tally.known, tally.well, tally.outcomes) == (2, 1, 1, {Outcome.THANKED: 1})
    assert await settle(desk, archive, NOW + 6 * DAY) == 1
    assert [one.outcome for one in await practices.uses(desk, practice=made.id)] == [Outcome.SOLVED, Outcome.THANKED]


async def test_an_owner_is_told_before_it_is_over_and_once_it_is(desk):
    anna = await person(desk, email="anna@noorderlijn.example")
    made = await approved(desk, owner=anna, at=NOW)
    over = made.expires_at
    told = [await remind(desk, at) for at in (NOW, over - 14 * DAY, over - DAY, over, over + DAY)]
    assert told == [0, 1, 0, 1, 0]
    assert {one.receiver for one in await letters.latest(desk)} == {"anna@noorderlijn.example"}
    await acts.extend(desk, who(anna), made.number, members=(), at=over, saw=1, expires_at=over + timedelta(days=100))
    assert await remind(desk, over + 2 * DAY) == 0


async def test_the_letter_names_it_and_is_written_to_its_owner_alone(desk):
    anna = await person(desk, email="anna@noorderlijn.example", language="nl")
    made = await approved(desk, owner=anna)
    await remind(desk, made.expires_at)
    (letter,) = await letters.latest(desk)
    named = {"name": "Noorderlijn", "zone": ZoneInfo("Europe/Amsterdam"), "page": "https://klank.example"}
    catalogues = {language: words.load(language) for language in words.LANGUAGES}
    writes = Reminder(desk, lambda: NOW, catalogues=catalogues, first_language="en", **named)
    message = await writes.compose(letter, "klank@noorderlijn.example")
    assert message["Subject"] == "Klopt dit nog: Geld terug"
    assert "https://klank.example/practice?number=1" in message.get_content()
    await acts.retire(desk, who(anna), made.number, members=(), at=NOW)
    with pytest.raises(Reject, match="not shown any more"):
        await writes.compose(letter, "klank@noorderlijn.example")
