"""All that a desk database holds goes along to another one."""

import pytest

from desk.store import moving
from desk.store.database import open_desk
from desk.store.identities import of_authors
from desk.store.settings import Settings
from tests.desk.store.filled import ANNA, BERT, rows


@pytest.fixture
async def other(tmp_path):
    async with open_desk(Settings(), tmp_path / "other.db", report=lambda _: None) as desk:
        yield desk


async def test_everything_goes_along_once_however_often_it_is_taken(full, other):
    for _ in range(2):
        counts = await moving.carry(full, other)
    assert all(here == there for here, there in counts.values())
    assert counts["judgements"] == (2, 2)
    assert await rows(other) == await rows(full)
    assert await of_authors(other, [ANNA, BERT]) == await of_authors(full, [ANNA, BERT])
