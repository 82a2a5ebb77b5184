"""In a demonstration whoever runs klankbord looks as one of the staff by a click, and back; nowhere else, and nobody else."""

import re

import pytest

from desk.store import roles
from desk.web.application import open_link
from tests.desk.entry.house import house as a_house
from tests.desk.entry.house import token

STAND_INS = {"agent": "anna@klank.example", "hr": "bert@klank.example", "lead": "nobody@klank.example"}


@pytest.fixture
async def stage(tmp_path):
    async with a_house(tmp_path, stand_ins=STAND_INS) as made:
        made.anna = await made.person("Anna", "agent")
        made.bert = await made.person("Bert", "hr")
        yield made


async def click(client, role, page="/glossary"):
    data = {"csrf": await token(client, page), "role": role}
    return (await client.post("/stand-in", data=data, allow_redirects=False)).status


async def may(client, *paths):
    return [(await client.get(path, allow_redirects=False)).status for path in paths]


async def test_from_one_to_another_and_back(stage):
    client = stage.browser()
    await client.get(open_link(stage.app))
    assert await may(client, "/search", "/foundation", "/status") == [200, 200, 200]
    assert await click(client, "agent") == 303
    assert await may(client, "/search", "/foundation", "/status") == [200, 403, 403]
    assert await click(client, "hr") == 303
    assert await may(client, "/search", "/foundation", "/status") == [403, 200, 403]
    assert await click(client, "") == 303
    assert await may(client, "/search", "/foundation", "/status") == [200, 200, 200]


async def test_somebody_with_two_of_the_roles_is_looked_as_by_one_of_them(stage):
    client = stage.browser()
    await client.get(open_link(stage.app))
    await roles.give(stage.desk, stage.bert.id, "agent", by="ruth", at=stage.at[0])
    assert await click(client, "hr") == 303
    page = await (await client.get("/glossary")).text()
    assert re.findall(r'name="role" value="(\w*)" aria-pressed="true"', page) == ["hr"]


async def test_a_role_that_nobody_holds_leaves_everything_as_it_is(stage):
    client = stage.browser()
    await client.get(open_link(stage.app))
    assert [await click(client, role) for role in ("lead", "unknown")] == [400, 400]
    assert await may(client, "/status") == [200]


async def test_staff_who_signed_in_stand_in_for_nobody(stage):
    client = await stage.enter(stage.anna)
    assert [await click(client, role) for role in ("hr", "")] == [404, 404]
    assert await may(client, "/search", "/status") == [200, 403]


async def test_elsewhere_there_is_no_such_thing(house):
    await house.person("Anna", "agent")
    client = house.browser()
    await client.get(open_link(house.app))
    assert 'action="/stand-in"' not in await (await client.get("/glossary")).text()
    assert await click(client, "agent") == 404
