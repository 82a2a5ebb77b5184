"""What is shown as most like a case: practices first, then answered cases; nothing that is open again, deleted or erased."""

import msgspec
import numpy as np
import pytest

from core.order import of_deletion
from core.types import Deletion, Scope, Visibility
from desk.cases import keeping
from desk.practices import acts
from desk.practices.alike import CHECKED, WHOLE_AFTER, Alike, Like
from desk.store import erasing
from desk.store.case_writing import Happening, happen
from desk.store.cases import Happened, State
from picture.similar import WIDTH, Ordinary, Similar
from tests.desk.cases.book import NOW
from tests.desk.cases_filled import did
from tests.desk.practices.book import DAY, LEAD, approved, ended, praised, said, vector, who
from tests.desk.serving import opened as opened_archive
from tests.sinks.elastic import emptied
from tests.sinks.elastic import opened as opened_elastic

MIDDLE = np.zeros(WIDTH, dtype=np.float32)
MIDDLE[0] = 0.85


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db", lambda: NOW) as made:
        yield made


@pytest.fixture
def similar():
    return Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)))


@pytest.fixture
async def alike(desk, archive, similar):
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


async def test_an_answer_that_not_everybody_could_read_is_left_out(desk, archive, alike):
    case = await ended(desk, archive, "sanne", "Waar blijft mijn geld?", answered_to=Visibility.DIRECT)
    asked = await ended(desk, archive, "kim", "Krijg ik geld terug?", closed=NOW - DAY)
    await alike.follow(NOW)
    (likes,) = (await alike.of_case(asked, NOW)).cases
    assert (likes.went.case.number, likes.went.answered) == (case.number, None)


async def test_what_is_erased_leaves_memory_at_the_next_look(desk, archive, alike, similar):
    first, second, third = await filled(desk, archive, alike)
    await erasing.erase(desk, mentions=[], authors=[first.author], sinks=[], key=b"k")
    alike.version += 1
    await alike.follow(NOW)
    assert alike.held == {second.id, third.id}
    assert {*similar.ids} == {f"c:{one.id}" for one in (second, third)}


async def taken_back(desk, archive, alike, case, *, author=False):
    """At its source, as the desk and the archive hear of it."""
    target, scope = (case.author, Scope.AUTHOR) if author else (case.first_message, Scope.MENTION)
    deletion = Deletion(target=target, scope=scope, at=NOW, reason="deleted")
    assert not await archive.write([deletion])
    withdraw = keeping.withdraw_author if author else keeping.withdraw
    await withdraw(desk, target, of_deletion(deletion), at=NOW)
    await alike.follow(NOW)


@pytest.mark.parametrize("author", [False, True])
async def test_what_was_taken_back_leaves_memory_at_the_next_look(desk, archive, alike, similar, author):
    first, second, third = await filled(desk, archive, alike)
    await taken_back(desk, archive, alike, first, author=author)
    assert alike.held == {second.id, third.id}
    assert {*similar.ids} == {f"c:{one.id}" for one in (second, third)}
    await alike.follow(NOW + 2 * WHOLE_AFTER)
    assert alike.held == {second.id, third.id}


async def test_on_elasticsearch_too_what_was_taken_back_leaves_memory(desk, elasticsearch_node, tmp_path, similar):
    await emptied(elasticsearch_node.url)
    async with opened_elastic(elasticsearch_node.url, tmp_path, clock=lambda: NOW) as archive:
        alike = Alike(desk, archive, similar, erased=lambda: 0)
        first, second, third = await filled(desk, archive, alike)
        assert numbers(await alike.of_case(first, NOW)) == [second.number]
        await taken_back(desk, archive, alike, second)
        assert alike.held == {first.id, third.id}
        assert numbers(await alike.of_case(first, NOW)) == []
        await archive.erase(mentions=[third.first_message])
        await alike.follow(NOW)
        assert {*similar.ids} == {f"c:{first.id}"}


async def test_what_is_opened_again_leaves_memory_at_the_next_look(desk, archive, alike):
    first, second, third = await filled(desk, archive, alike)
    async with desk.writing() as connection:
        await happen(connection, second, Happening(kind=Happened.REOPENED), by="klankbord", at=NOW, state=State.OPEN)
    await alike.follow(NOW)
    assert alike.held == {first.id, third.id}


async def test_where_the_first_message_is_taken_back_the_next_stands_for_the_case(desk, archive, alike):
    case = await ended(desk, archive, "sanne", "Waar blijft mijn geld?", then=praised)
    await alike.follow(NOW)
    await taken_back(desk, archive, alike, case)
    likes = await alike.of_case(await ended(desk, archive, "kim", "Super, dank!", closed=NOW - DAY), NOW)
    assert [(one.went.case.number, one.went.asked.enriched.mention.text) for one in likes.cases] == [
        (case.number, "Super, dank jullie wel!")
    ]


async def test_what_the_archive_let_go_leaves_memory_as_all_are_looked_up_in_turn(desk, archive, alike):
    first, second, third = await filled(desk, archive, alike)
    await archive.erase(mentions=[first.first_message])
    await alike.follow(NOW)
    assert alike.held == {second.id, third.id}
    assert CHECKED > 3


async def test_a_message_that_was_processed_again_is_found_where_it_lies_now(desk, archive, alike):
    first, second, third = await filled(desk, archive, alike)
    assert third.number not in numbers(await alike.of_case(first, NOW))
    stored = (await archive.several([third.first_message]))[third.first_message].enriched
    moved = msgspec.structs.replace(stored, vector=vector("refund"), generation=1)
    assert not await archive.write([moved])
    await alike.follow(NOW)
    assert numbers(await alike.of_case(first, NOW)) == [third.number, second.number]


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
