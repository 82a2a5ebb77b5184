"""A page with staff under a playbook with units, a policy and a training; and the desk database on both engines."""

import pytest

from tests.desk.answering.book import PLAYBOOK
from tests.desk.entry.house import house as served
from tests.desk.store.conftest import desk, opened

__all__ = ["desk", "opened"]


@pytest.fixture
async def house(tmp_path):
    async with served(tmp_path, rules=PLAYBOOK) as made:
        yield made
