"""What somebody keeps of their own."""

from dataclasses import replace
from datetime import timedelta

import msgspec
from sqlalchemy import func, select

from desk.store import digests, people, second_factors
from desk.store.entry_tables import invitations, recovery_codes, sessions
from desk.store.entry_tables import passwords as hashes
from desk.store.entry_tables import second_factors as factors
from desk.web.application import open_link
from desk.web.entering import ENTRY
from tests.desk.entry.house import PASSWORD, act, sign_in, token
from tests.desk.entry.house import house as opened_house

OTHER = "heel iets anders"


async def test_changing_the_password_asks_for_the_one_that_stands(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    client, elsewhere = await house.signed_in("anna"), await house.signed_in("anna")
    assert (await act(client, "password", password="wrong", new=OTHER, again=OTHER)).status == 400
    assert (await act(client, "password", password=PASSWORD, new=OTHER, again=OTHER)).status == 303
    assert [(await one.get("/account")).status for one in (client, elsewhere)] == [200, 403]
    assert [(await sign_in(house.browser(), "anna", one)).status for one in (PASSWORD, OTHER)] == [403, 303]


async def test_whoever_finds_a_browser_open_guesses_no_password_in_it(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    for _ in range(10):
        assert (await act(client, "begin", password="wrong")).status == 400
    assert (await act(client, "begin", password=PASSWORD)).status == 400


async def test_a_second_factor_counts_once_it_is_confirmed(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    assert (await act(client, "begin", password=PASSWORD)).status == 303
    text = await (await client.get("/account")).text()
    assert "<svg" in text
    assert (await act(client, "confirm", code="000000")).status == 400
    assert not (await second_factors.of(house.desk, anna.id, _seal(house))).confirmed
    assert (await sign_in(house.browser(), "anna")).status == 303


def _seal(house):
    return house.app[ENTRY].seal


async def test_one_session_is_ended_and_then_all(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    await house.person("Bert", "analyst", password=PASSWORD)
    first, second = await house.signed_in("anna"), await house.signed_in("anna")
    bert = await house.signed_in("bert")
    listed = [
        one.partition('"')[0]
        for one in (await (await first.get("/account")).text()).split('name="session" value="')[1:]
    ]
    for one in listed:
        await act(bert, "end", session=one)
    await act(bert, "end_every")
    assert (await second.get("/account")).status == 200
    for one in listed:
        await act(first, "end", session=one)
    statuses = [(await client.get("/account")).status for client in (first, second)]
    assert statuses == [200, 403]
    await act(first, "end_every")
    assert (await first.get("/account")).status == 403


async def test_the_operator_has_no_account_of_the_staff(house):
    client = house.browser()
    await client.get(open_link(house.app))
    assert (await client.get("/")).status == 200
    assert (await client.get("/account")).status == 404


async def test_nothing_of_how_somebody_came_in_outlives_them(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    await act(await house.signed_in("anna"), "begin", password=PASSWORD)
    await second_factors.confirm(house.desk, anna.id, 1, [b"hash"], at=house.at[0])
    await house.invitation(anna)
    await people.erase(house.desk, [anna.id], key=b"key", at=house.at[0])
    async with house.desk.reading() as connection:
        tables = (invitations, sessions, hashes, factors, recovery_codes)
        left = [await connection.scalar(select(func.count()).select_from(one)) for one in tables]
    assert left == [0] * 5


async def test_the_language_that_somebody_chooses_is_the_one_they_are_written_to_in(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    data = {"csrf": await token(client), "language": "nl", "back": "/account"}
    await client.post("/settings", data=data, allow_redirects=False)
    assert (await people.get(house.desk, anna.id)).language == "nl"
    assert "Je account" in await (await client.get("/account")).text()


async def test_whoever_gets_a_weekly_digest_says_no_to_it_and_yes_again(tmp_path):
    def keeping(kept, _):
        return replace(kept, digests=("webcare",))

    async with opened_house(tmp_path, keeping=keeping) as house:
        anna = await house.person("Anna", "analyst", password=PASSWORD)
        client = await house.signed_in("anna")
        assert 'value="digest"' not in await (await client.get("/account")).text()
        works = msgspec.structs.replace(anna.details, unit="webcare")
        await people.change(house.desk, anna, works, by="ruth", at=house.at[0], active=True, keep=timedelta(1))
        assert 'value="digest"' in await (await client.get("/account")).text()
        for wants, no in (("no", True), ("yes", False)):
            assert (await act(client, "digest", wants=wants)).status == 303
            assert await digests.refused(house.desk, anna.id) is no
