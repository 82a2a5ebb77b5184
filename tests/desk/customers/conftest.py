"""The desk database on both engines, an archive beside it, and a customer whom a CRM system knows."""

import pytest

from tests.desk.customers.book import archived, customer_of, fill_desk
from tests.desk.serving import opened as opened_archive
from tests.desk.store.conftest import desk, opened

__all__ = ["desk", "opened"]


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db") as found:
        yield found


@pytest.fixture
async def asked(desk, archive):
    """What questions about the customer are answered from."""
    await fill_desk(desk)
    return await archived(desk, archive)


@pytest.fixture
async def customer(asked):
    return await customer_of(asked)
