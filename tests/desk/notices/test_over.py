"""Of what happened to a case is told what an answer did not end."""

from desk.notices.told import true_still
from desk.store import cases
from desk.store.case_news import news
from desk.store.notice_messages import waiting
from tests.desk.cases.book import DAY, HOUR, MINUTE, NOW, fired, hear, heard, reply
from tests.desk.store.conftest import desk, opened

__all__ = ["desk", "opened"]


async def told(desk):
    """Kinds that somebody still has to know of, in order."""
    async with desk.writing() as connection:
        owed = await waiting(connection, 100)
    known = await cases.several(desk, {one.case for one in owed})
    return [kind.value for kinds in true_still(owed, known, await news(desk, known)).values() for kind in kinds]


async def test_an_answer_ends_what_asked_for_it_and_not_what_has_to_be_put_right(desk):
    await hear(desk, heard())
    await fired(desk, NOW + 2 * HOUR)
    await fired(desk, NOW + 4 * HOUR + 30 * MINUTE)
    assert set(await told(desk)) == {"opened", "due_soon", "overdue", "escalated"}
    await hear(desk, reply(at=NOW + 5 * HOUR))
    assert await told(desk) == []
    await fired(desk, NOW + 3 * DAY)
    assert set(await told(desk)) == {"due_soon", "overdue"}


async def test_what_its_author_wrote_after_the_first_answer_is_told_until_another(desk):
    await hear(desk, heard(), reply(at=NOW + HOUR), heard(2, at=NOW + 2 * HOUR))
    assert await told(desk) == ["attached"]
    await hear(desk, reply("own2", at=NOW + 3 * HOUR))
    assert await told(desk) == []
