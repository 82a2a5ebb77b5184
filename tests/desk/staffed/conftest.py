"""A page with HR, a lead and an analyst, under a playbook with units, hours and a training."""

import pytest

from tests.desk.entry.house import house as served
from tests.desk.entry.house import token
from tests.desk.foundation.organised import RULES
from tests.desk.foundation.test_unstaffed import RULES as DUTY

PARTS = ("organisation", "hours", "service", "ladders")
STAFFED = RULES.model_copy(update={part: getattr(DUTY, part) for part in PARTS})


@pytest.fixture
async def house(tmp_path):
    async with served(tmp_path, rules=STAFFED) as made:
        yield made


@pytest.fixture
async def hr(house):
    """HR's browser, with `send` and `read`."""
    return Browser(await house.enter(await house.person("Hanna", "hr")))


class Browser:
    def __init__(self, client):
        self.client = client
        client.session.headers["Accept-Language"] = "en"

    async def read(self, path):
        answer = await self.client.get(path)
        return answer.status, await answer.text()

    async def send(self, path, **fields):
        """Status, and where it leads or what it says."""
        data = {"csrf": await token(self.client, "/glossary"), **fields}
        answer = await self.client.post(path, data=data, allow_redirects=False)
        return answer.status, answer.headers.get("Location") or await answer.text()
