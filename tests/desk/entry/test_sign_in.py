"""Staff sign in by a password, and are out at once when they are to be."""

import asyncio
from datetime import timedelta

import pytest

from desk.entry import codes
from desk.entry.settings import SignInSettings
from desk.store import audit, people, roles, sessions
from desk.web.access import COOKIE
from desk.web.entering import ENTRY
from desk.web.pages import live
from desk.web.site import SITE
from tests.desk.entry.house import OUTSIDE, PASSWORD, act, sign_in, token
from tests.desk.entry.house import house as a_house

KEEP = timedelta(days=365)


async def test_the_right_password_opens_what_the_roles_may(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    assert (await client.get("/")).status == 200
    assert (await client.get("/status")).status == 403


async def test_a_wrong_password_and_an_unknown_name_answer_the_same(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    answers = [await sign_in(house.browser(), name, "iets anders dan dat") for name in ("anna", "nobody")]
    texts = [(await one.text()) for one in answers]
    assert [one.status for one in answers] == [403, 403]
    assert texts[0] == texts[1]
    said = [one.subject for one in await audit.latest(house.desk) if one.did == "was refused"]
    assert sorted(said) == sorted([anna.id, "unknown"])


async def test_a_name_nobody_has_costs_the_same_work(house, monkeypatch):
    await house.person("Anna", "analyst", password=PASSWORD)
    hasher = house.app[ENTRY].hasher
    hashed = []
    monkeypatch.setattr(hasher, "_is", lambda kept, _: hashed.append(kept) or False)
    for name in ("anna", "nobody"):
        await sign_in(house.browser(), name, "iets anders dan dat")
    assert [one.rpartition("$")[0].rpartition("$")[0] for one in hashed] == ["$argon2id$v=19$m=65536,t=3,p=4"] * 2


async def test_who_left_is_refused_as_nobody_and_out_at_once(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    await people.change(house.desk, anna, anna.details, by="scim", at=house.at[0], active=False, keep=KEEP)
    assert (await client.get("/")).status == 403
    assert (await sign_in(house.browser(), "anna")).status == 403


async def test_who_came_back_has_to_sign_in_again(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    gone = await people.change(house.desk, anna, anna.details, by="scim", at=house.at[0], active=False, keep=KEEP)
    await people.change(house.desk, gone, gone.details, by="scim", at=house.at[0], active=True, keep=KEEP)
    assert (await client.get("/")).status == 403
    assert (await (await house.signed_in("anna")).get("/")).status == 200


async def test_a_role_that_is_taken_is_gone_with_the_next_request(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    assert (await client.get("/search")).status == 200
    await roles.take(house.desk, anna.id, "analyst", by="ruth", at=house.at[0])
    assert (await client.get("/search")).status == 403


async def test_ten_tries_of_a_name_and_it_rests(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    for _ in range(10):
        assert (await sign_in(house.browser(), "anna", "iets anders dan dat")).status == 403
    assert (await sign_in(house.browser(), "anna")).status == 429
    assert (await sign_in(house.browser(), "nobody")).status == 403
    house.later(minutes=15)
    assert (await sign_in(house.browser(), "anna")).status == 303


async def test_an_address_that_tries_many_names_rests(house):
    for number in range(60):
        await sign_in(house.browser(), f"name{number}", "x")
    assert (await sign_in(house.browser(), "another", "x")).status == 429


async def test_a_session_ends_when_nobody_looked_for_long(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    for _ in range(3):
        house.later(hours=11)
        assert (await client.get("/account")).status == 200
    house.later(hours=12)
    assert (await client.get("/account")).status == 403


async def test_what_a_page_asks_by_itself_is_nobody_looking(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    house.later(hours=11)
    assert (await client.get("/figures", headers={"Sec-Fetch-Mode": "cors"})).status == 200
    house.later(hours=2)
    assert (await client.get("/figures", headers={"Sec-Fetch-Mode": "cors"})).status == 403


async def test_a_session_ends_at_last_whatever_happens(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    for _ in range(13):
        house.later(hours=11.9)
        await client.get("/account")
    assert (await client.get("/account")).status == 200
    house.later(hours=11.9)
    house.later(hours=2)
    assert (await client.get("/account")).status == 403


async def test_each_sign_in_has_a_session_of_its_own_and_ends_the_one_before(house):
    anna = await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    before = client.session.cookie_jar.filter_cookies(client.make_url("/"))[COOKIE].value
    await sign_in(client, "anna")
    after = client.session.cookie_jar.filter_cookies(client.make_url("/"))[COOKIE].value
    assert before != after
    old = await house.browser().get("/account", headers={"Cookie": f"{COOKIE}={before}"})
    assert old.status == 403
    ways = [one.way for one in await sessions.every(house.desk, anna.id, at=house.at[0], idle=timedelta(hours=1))]
    assert ways.count("password") == 1


async def test_signing_out_ends_the_session_itself(house):
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    cookie = client.session.cookie_jar.filter_cookies(client.make_url("/"))[COOKIE].value
    data = {"csrf": await token(client)}
    assert (await client.post("/sign-out", data=data, allow_redirects=False)).status == 303
    assert (await house.browser().get("/account", headers={"Cookie": f"{COOKIE}={cookie}"})).status == 403


async def test_the_secret_of_a_session_is_in_no_file(house, tmp_path):
    await house.person("Anna", "analyst", password=PASSWORD)
    client = await house.signed_in("anna")
    cookie = client.session.cookie_jar.filter_cookies(client.make_url("/"))[COOKIE].value
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert cookie.encode() not in kept
    assert PASSWORD.encode() not in kept


async def _second(house, name):
    """Let somebody set a second factor; the secret and the recovery codes."""
    client = await house.signed_in(name)
    await act(client, "begin", password=PASSWORD)
    text = await (await client.get("/account")).text()
    secret = text.partition('class="secret">')[2].partition("<")[0]
    shown = await (await act(client, "confirm", code=_code(secret, house))).text()
    assert shown.count("<li><code>") == 10
    return client, secret, shown.partition("<li><code>")[2].partition("<")[0]


def _code(secret, house, by=0):
    return codes.pyotp.HOTP(secret).at(int(house.at[0].timestamp()) // 30 + by)


async def _half(client, name):
    text = await (await sign_in(client, name)).text()
    return text.partition('name="half" value="')[2].partition('"')[0]


async def _give(client, half, code):
    return await client.post("/sign-in", data={"half": half, "code": code, "to": "/"}, allow_redirects=False)


async def test_with_a_second_factor_the_password_alone_opens_nothing(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, secret, _ = await _second(house, "anna")
    house.later(seconds=60)
    client = house.browser()
    half = await _half(client, "anna")
    assert (await client.get("/")).status == 403
    assert (await _give(client, half, "000000")).status == 403
    assert (await _give(client, half, _code(secret, house))).status == 303
    assert (await client.get("/")).status == 200


async def test_a_code_is_taken_once(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, secret, _ = await _second(house, "anna")
    house.later(seconds=60)
    code = _code(secret, house)
    first, second = house.browser(), house.browser()
    assert (await _give(first, await _half(first, "anna"), code)).status == 303
    half = await _half(second, "anna")
    assert (await _give(second, half, code)).status == 403
    assert (await _give(second, half, _code(secret, house, -1))).status == 403
    assert (await _give(second, half, _code(secret, house, 1))).status == 303


async def test_the_code_that_confirmed_it_signs_nobody_in(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, secret, _ = await _second(house, "anna")
    client = house.browser()
    assert (await _give(client, await _half(client, "anna"), _code(secret, house))).status == 403


async def test_a_recovery_code_is_good_once(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, _, code = await _second(house, "anna")
    for status in (303, 403):
        client = house.browser()
        assert (await _give(client, await _half(client, "anna"), code.upper().replace("-", " "))).status == status


async def test_codes_are_not_guessed(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, secret, _ = await _second(house, "anna")
    house.later(minutes=16)
    client = house.browser()
    half = await _half(client, "anna")
    assert [(await _give(client, half, "000000")).status for _ in range(11)][-2:] == [403, 429]
    assert (await _give(client, half, _code(secret, house))).status == 429


async def test_between_password_and_code_are_five_minutes_at_most(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    _, secret, _ = await _second(house, "anna")
    client = house.browser()
    half = await _half(client, "anna")
    house.later(minutes=5)
    assert (await _give(client, half, _code(secret, house))).status == 403
    assert (await _give(client, "made.up", _code(secret, house))).status == 403


async def test_a_role_that_asks_for_a_second_factor_opens_nothing_without(tmp_path):
    settings = SignInSettings(second_factor=("lead",))
    async with a_house(tmp_path, settings=settings) as house:
        await house.person("Anna", "lead@webcare", password=PASSWORD)
        await house.person("Bert", "agent", password=PASSWORD)
        assert (await (await house.signed_in("bert")).get("/")).status == 200
        client = await house.signed_in("anna")
        answer = await client.get("/search", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/account")
        assert (await client.post("/judge", data={"csrf": await token(client)})).status == 403
        strong, _, _ = await _second(house, "anna")
        assert (await strong.get("/search")).status == 200
        assert (await act(strong, "take", password=PASSWORD)).status == 400
        assert (await client.get("/search", allow_redirects=False)).status == 303


async def test_under_the_outer_name_nobody_but_staff_comes_in(tmp_path):
    async with a_house(tmp_path, for_staff=True) as house:
        await house.person("Anna", "analyst", password=PASSWORD)
        client = house.browser()
        closed = await client.get("/search?q=a", headers=OUTSIDE, allow_redirects=False)
        assert (closed.status, closed.headers["Location"]) == (303, "/sign-in?to=/search?q%3Da")
        assert (await client.get("/open?key=x", headers=OUTSIDE)).status == 421
        assert (await client.post("/password", headers=OUTSIDE)).status == 421
        mine = house.app[SITE].access.new_session()
        operator = await client.get("/", headers=OUTSIDE | {"Cookie": f"{COOKIE}={mine}"}, allow_redirects=False)
        assert operator.status == 303


async def test_under_the_outer_name_the_cookie_is_for_tls_alone(tmp_path):
    async with a_house(tmp_path, for_staff=True) as house:
        await house.person("Anna", "analyst", password=PASSWORD)
        outside = await sign_in(house.browser(), "anna", headers=OUTSIDE)
        inside = await sign_in(house.browser(), "anna")
        assert "Secure" in outside.headers["Set-Cookie"]
        assert "Secure" not in inside.headers["Set-Cookie"]
        for one in (outside, inside):
            assert "HttpOnly" in one.headers["Set-Cookie"]
            assert "SameSite=Strict" in one.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://kijk.noorderlijn.example", 303),
        ("http://kijk.noorderlijn.example", 403),
        ("https://evil.example", 403),
    ],
)
async def test_under_the_outer_name_forms_come_from_there(tmp_path, origin, status):
    async with a_house(tmp_path, for_staff=True) as house:
        await house.person("Anna", "analyst", password=PASSWORD)
        answer = await sign_in(house.browser(), "anna", headers=OUTSIDE | {"Origin": origin})
        assert answer.status == status


async def test_where_staff_do_not_come_in_the_outer_name_serves_nothing_of_it(house):
    await house.person("Anna", "analyst", password=PASSWORD)
    assert (await house.browser().get("/sign-in", headers=OUTSIDE)).status == 421


async def test_what_goes_on_while_somebody_looks_ends_when_they_may_no_more(house, monkeypatch):
    monkeypatch.setattr(live, "LATELY", live.SOONEST)
    anna = await house.person("Anna", "analyst")
    client = await house.enter(anna)
    async with client.get("/live") as answer:
        assert await answer.content.readline() == b"retry: 3000\n"
        await roles.take(house.desk, anna.id, "analyst", by="ruth", at=house.at[0])
        async with asyncio.timeout(300):
            assert b"mentions" not in await answer.content.read()
