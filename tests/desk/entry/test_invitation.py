"""A personal link sets a password, once."""

from datetime import timedelta

import pytest

from desk.store import people
from desk.store.people import Details
from desk.web.site import SITE
from tests.desk.entry.house import PASSWORD, sign_in


async def _set(client, path, password=PASSWORD, again=None):
    data = {"password": password, "again": password if again is None else again}
    return await client.post(path, data=data, allow_redirects=False)


async def test_looking_uses_nothing_up_and_setting_does(house):
    anna = await house.person("Anna", "analyst")
    path, client = await house.invitation(anna), house.browser()
    assert [(await client.get(path)).status for _ in range(2)] == [200, 200]
    answer = await _set(client, path)
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    assert (await client.get("/account")).status == 200
    assert [(await client.get(path)).status, (await _set(client, path)).status] == [404, 404]


async def test_a_new_one_closes_the_one_before(house):
    anna = await house.person("Anna", "analyst")
    before, after = await house.invitation(anna), await house.invitation(anna)
    assert [(await house.browser().get(path)).status for path in (before, after)] == [404, 200]


async def test_it_closes_after_a_week_and_when_the_person_leaves(house):
    anna, bert = await house.person("Anna"), await house.person("Bert")
    hers, his = await house.invitation(anna), await house.invitation(bert)
    await people.change(house.desk, bert, bert.details, by="hr", at=house.at[0], active=False, keep=timedelta(days=9))
    assert [(await house.browser().get(path)).status for path in (hers, his)] == [200, 404]
    house.later(days=7)
    assert (await house.browser().get(hers)).status == 404


async def test_a_new_password_ends_every_session_that_there_was(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    assert (await _set(house.browser(), await house.invitation(anna), "heel iets anders")).status == 303
    assert (await client.get("/account")).status == 403
    assert (await sign_in(house.browser(), "anna")).status == 403
    assert (await sign_in(house.browser(), "anna", "heel iets anders")).status == 303


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("kort", "kort"),
        ("a" * 201, "a" * 201),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa"),
        ("012345678901", "012345678901"),
        ("noorderlijn1", "noorderlijn1"),
        ("Annabella123", "Annabella123"),
        (PASSWORD, PASSWORD + "!"),
    ],
)
async def test_a_password_that_is_too_easy_is_refused_in_words(house, password, again):
    anna = await people.add(house.desk, Details(name="Annabella"), by="ruth", at=house.at[0])
    path = await house.invitation(anna)
    answer = await _set(house.browser(), path, password, again)
    assert answer.status == 400
    assert 'role="alert"' in await answer.text()
    assert (await house.browser().get(path)).status == 200


@pytest.mark.parametrize("key", ["x", "a.b", "é"])
async def test_a_key_that_is_not_ours_opens_nothing(house, key):
    assert (await house.browser().get(f"/invited/{key}")).status == 404


async def test_keys_of_other_kinds_open_nothing(house):
    anna = await house.person("Anna")
    access = house.app[SITE].access
    for key in (access.half_key(anna.id, house.at[0] + timedelta(days=1)), access.share_key(anna.id)):
        assert (await house.browser().get(f"/invited/{key}")).status == 404


async def test_keys_are_not_guessed(house):
    answers = [(await house.browser().get(f"/invited/guess{number}")).status for number in range(61)]
    assert answers == [404] * 60 + [429]
