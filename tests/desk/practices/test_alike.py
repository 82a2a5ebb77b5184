"""What is shown as most like a case: practices first, then answered cases; nothing that is open again, deleted or erased."""

import numpy as np
import pytest

from core.types import Visibility
from desk.practices import acts
from desk.practices.alike import Alike, Like
from desk.store import erasing
from desk.store.cases import Happened
from picture.similar import WIDTH, Ordinary, Similar
from tests.desk.cases.book import NOW
from tests.desk.cases_filled import did
from tests.desk.practices.book import DAY, LEAD, approved, ended, said, who
from tests.desk.serving import opened as opened_archive

MIDDLE = np.zeros(WIDTH, dtype=np.float32)
MIDDLE[0] = 0.85


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db", lambda: NOW) as made:
        yield made


@pytest.fixture
async def alike(desk, archive):
    similar = Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)))
    made = Alike(desk, archive, similar, erased=lambda: made.version)
    made.version = 0
    return made


async def filled(desk, archive, alike):
    """Two about money in two languages, and one about lifts."""
    made = [
        await ended(desk, archive, "sanne", "Waar blijft mijn geld?"),
        await ended(desk, archive, "kim", "Where is my refund?", language="en"),
        await ended(desk, archive, "olaf", "De lift is stuk", subject="lift"),
    ]
    await alike.follow(NOW)
    return made


def numbers(likes):
    return [one.went.case.number for one in likes.cases]


async def test_what_is_about_the_same_is_shown_whatever_its_language(desk, archive, alike):
    assert (await alike.of_case((await ended(desk, archive, "x", "Geld")), NOW)).ready is False
    first, second, _ = await filled(desk, archive, alike)
    asked = await ended(desk, archive, "jet", "Krijg ik geld terug?", closed=NOW - DAY)
    likes = await alike.of_case(asked, NOW)
    assert {first.number, second.number} < set(numbers(likes))
    assert all(one.went.answered.enriched.mention.text == "We storten het terug." for one in likes.cases)
    assert {one.like for one in likes.cases} <= {Like.SAME, Like.VERY}
    assert asked.number not in numbers(await alike.of_case(asked, NOW))


async def test_practices_come_first_while_they_are_approved(desk, archive, alike):
    first, *_ = await filled(desk, archive, alike)
    made = await approved(desk)
    await acts.propose(desk, who(), said(title="Nog niet"), _place_of_lifts, at=NOW)
    await alike.follow(NOW)
    likes = await alike.of_case(first, NOW)
    assert [one.practice.number for one in likes.practices] == [made.number]
    assert first.number not in numbers(likes)
    assert numbers(likes) == [2]
    await acts.retire(desk, LEAD, made.number, members=(), at=NOW)
    assert (await alike.of_case(first, NOW)).practices == ()  # at once, also before it is looked again
    await alike.follow(NOW)
    assert (await alike.of_case(first, NOW)).practices == ()


async def _place_of_lifts(texts):
    return [b"" for _ in texts]


async def test_what_is_open_again_or_deleted_is_shown_no_more(desk, archive, alike):
    first, second, _ = await filled(desk, archive, alike)
    await did(desk, second, Happened.REOPENED, by="klankbord", state="open", closed_at=None)
    assert numbers(await alike.of_case(first, NOW)) == []
    asked = await ended(desk, archive, "jet", "Krijg ik geld terug?", closed=NOW - DAY)
    assert numbers(await alike.of_case(asked, NOW)) == [first.number]
    await archive.erase(mentions=[first.first_message])
    assert numbers(await alike.of_case(asked, NOW)) == []


async def test_what_not_everybody_could_read_is_shown_to_nobody_else(desk, archive, alike):
    await ended(desk, archive, "sanne", "Waar blijft mijn geld?", visibility=Visibility.DIRECT)
    asked = await ended(desk, archive, "kim", "Krijg ik geld terug?", closed=NOW - DAY)
    await alike.follow(NOW)
    assert len(alike.held) == 2
    assert numbers(await alike.of_case(asked, NOW)) == []


async def test_what_is_erased_leaves_memory_at_the_next_look(desk, archive, alike):
    first, second, third = await filled(desk, archive, alike)
    await erasing.erase(desk, mentions=[], authors=[first.author], sinks=[], key=b"k")
    alike.version += 1
    await alike.follow(NOW)
    assert alike.held == {second.id, third.id}


async def test_what_is_closed_later_is_taken_in(desk, archive, alike):
    first, *_ = await filled(desk, archive, alike)
    later = await ended(desk, archive, "jet", "Krijg ik geld terug?", closed=NOW + DAY)
    await alike.follow(NOW + DAY)
    assert later.number in numbers(await alike.of_case(first, NOW + DAY))


async def test_a_message_without_a_place_is_like_nothing(desk, archive, alike):
    first, *_ = await filled(desk, archive, alike)
    await archive.erase(mentions=[first.first_message])
    likes = await alike.of_case(first, NOW)
    assert (likes.placed, likes.cases) == (False, ())
