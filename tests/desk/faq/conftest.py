"""The desk database on both engines, and an archive in a file."""

import pytest

from tests.desk.cases.book import NOW
from tests.desk.faq.asking import frequently
from tests.desk.serving import opened as opened_archive
from tests.desk.store.conftest import desk, full, opened

__all__ = ["archive", "desk", "faq", "full", "opened"]


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db", lambda: NOW) as made:
        yield made


@pytest.fixture
def faq(desk, archive):
    return frequently(desk, archive)
