"""Who keeps the staff lets them in, and makes no way in for themselves to what they may not."""

from datetime import timedelta

import pytest
from aiohttp import FormData
from msgspec.structs import replace

from desk.store import people, sessions
from tests.desk.entry.house import PASSWORD, token


async def act(client, person, does, **fields):
    data = {"csrf": await token(client, "/glossary"), "id": person.id, "act": does, **fields}
    return await client.post("/access", data=data, allow_redirects=False)


@pytest.fixture
async def hr(house):
    return await house.enter(await house.person("Bert", "hr"))


async def test_an_invitation_is_shown_once_and_opens(house, hr):
    anna = await house.person("Anna", "agent")
    text = await (await act(hr, anna, "invite")).text()
    link = text.partition('class="secret">')[2].partition("<")[0]
    assert (await house.browser().get(link.partition("/invited/")[1] + link.partition("/invited/")[2])).status == 200
    assert "/invited/" not in await (await hr.get(f"/access?id={anna.id}")).text()


async def test_who_is_signed_out_is_out_everywhere(house, hr):
    anna = await house.person("Anna", "agent")
    client = await house.enter(anna)
    assert (await act(hr, anna, "end")).status == 200
    assert (await client.get("/account")).status == 403
    assert await sessions.every(house.desk, anna.id, at=house.at[0], idle=timedelta(hours=1)) == []


@pytest.mark.parametrize("does", ["invite", "end"])
async def test_who_may_operate_is_let_in_by_who_may_too(house, hr, does):
    olga = await house.person("Olga", "operator", password=PASSWORD)
    client = await house.enter(olga)
    assert (await act(hr, olga, does)).status == 400
    assert (await client.get("/status")).status == 200
    assert (await act(client, olga, "invite")).status == 200


async def test_the_address_of_who_may_operate_is_changed_by_who_may_too(house, hr):
    olga = await house.person("Olga", "operator")
    data = {"csrf": await token(hr, "/glossary"), "id": olga.id, "act": "change", "name": "Olga", "version": "1"}
    changed = await hr.post("/person", data=data | {"email": "bert2@klank.example"}, allow_redirects=False)
    assert changed.status == 400
    same = await hr.post("/person", data=data | {"email": olga.email, "number": "7"}, allow_redirects=False)
    assert same.status == 303
    assert (await people.get(house.desk, olga.id)).email == olga.email


async def test_who_left_is_not_invited(house, hr):
    anna = await house.person("Anna", "agent")
    await people.change(house.desk, anna, anna.details, by="hr", at=house.at[0], active=False, keep=timedelta(days=9))
    assert (await act(hr, anna, "invite")).status == 400
    assert (await hr.get(f"/access?id={anna.id}")).status == 200
    assert (await hr.get("/access?id=nobody")).status == 404


async def test_a_file_changes_no_address_of_who_may_operate(house, hr):
    olga = await house.person("Olga", "operator")
    await people.change(
        house.desk, olga, replace(olga.details, number="7"), by="ruth", at=house.at[0], active=True, keep=timedelta()
    )
    file = "number,name,email\n7,Olga,bert2@klank.example\n"
    looked = FormData({"csrf": await token(hr, "/glossary"), "act": "look"})
    looked.add_field("file", file.encode(), filename="staff.csv")
    text = await (await hr.post("/people", data=looked)).text()
    seen = text.partition('name="seen" value="')[2].partition('"')[0]
    data = {"csrf": await token(hr, "/glossary"), "act": "take", "content": file, "seen": seen}
    assert (await hr.post("/people", data=data, allow_redirects=False)).status == 400
    assert (await people.get(house.desk, olga.id)).email == olga.email
