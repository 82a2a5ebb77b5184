"""Who gets in: one-time links, sessions, foreign hosts, foreign forms."""

from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from core.errors import Stop
from desk.web.access import Access
from desk.web.application import open_link
from desk.web.pages.door import own_path
from desk.web.serve import serve
from tests.desk import corpus
from tests.desk.serving import application, fill, opened


@pytest.fixture
async def client(tmp_path):
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, [*corpus.hostile(), *corpus.coverage()])
        async with TestClient(TestServer(application(archive))) as one:
            yield one


async def _enter(client: TestClient) -> None:
    answer = await client.get(open_link(client.app))
    assert answer.status == 200


async def test_without_a_session_the_page_explains_how_to_get_in(client):
    answer = await client.get("/", headers={"Accept-Language": "en"})
    assert answer.status == 403
    assert "one-time link" in await answer.text()


async def test_a_link_works_once(client):
    link = open_link(client.app)
    assert [(await client.get(link)).status for _ in range(2)] == [200, 403]


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    cookie = (await client.get(open_link(client.app))).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_link_runs_out_and_does_not_outlive_its_process():
    now = [corpus.NOW]
    access = Access(b"secret", lambda: now[0])
    key = access.link().partition("key=")[2]
    now[0] += timedelta(minutes=16)
    assert not access.redeem(key)
    assert not Access(b"secret", lambda: now[0]).redeem(key)


@pytest.mark.parametrize("key", ["", ".", "a.b", "MTIz.x", "\ud800", "é.é"])
def test_a_key_that_is_not_ours_opens_nothing(key):
    assert not Access(b"secret", lambda: corpus.NOW).redeem(key)


def test_a_session_signed_with_another_secret_is_none():
    theirs = Access(b"other", lambda: corpus.NOW).new_session()
    ours = Access(b"secret", lambda: corpus.NOW)
    assert ours._read("session", theirs) is None
    assert ours._read("session", ours.new_session()) is not None
    assert ours._read("link", ours.new_session()) is None


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil:1"])
async def test_a_foreign_host_name_is_refused(client, host):
    assert (await client.get("/", headers={"Host": host})).status == 421


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"csrf": "wrong"}),
        ({"Origin": "http://evil.example"}, {"csrf": "right"}),
        ({"Sec-Fetch-Site": "cross-site"}, {"csrf": "right"}),
    ],
)
async def test_a_form_from_elsewhere_is_refused(client, headers, form):
    await _enter(client)
    page = await (await client.get("/search")).text()
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    data = {key: token if value == "right" else value for key, value in form.items()}
    assert (await client.post("/judge", data=data, headers=headers)).status == 403


async def test_the_policy_allows_no_inline_script_or_style_and_no_other_host(client):
    await _enter(client)
    answer = await client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert " style=" not in (text := await answer.text())
    assert "onclick" not in text


@pytest.mark.parametrize(
    "path", ["//evil.example", "http://evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nb"]
)
def test_going_back_never_leads_elsewhere(path):
    assert own_path(path) == "/"


async def test_a_busy_port_gives_way_to_the_next():
    async with serve(_empty()) as first:
        port = int(first.rpartition(":")[2])
        async with serve(_empty(), port=port) as second, ClientSession() as session:
            assert second != first
            assert (await session.get(second)).status == 404


async def test_the_page_is_bound_to_this_machine_alone():
    with pytest.raises(Stop, match="this machine alone"):
        async with serve(_empty(), host="192.0.2.7"):
            pass


def _empty() -> web.Application:
    return web.Application()


@pytest.fixture
async def locked(tmp_path):
    """A page that a password opens."""
    async with (
        opened(tmp_path / "archive.db") as archive,
        TestClient(TestServer(application(archive, password="lang en geheim"))) as one,
    ):
        yield one


async def test_the_password_opens_the_page_and_another_does_not(locked):
    assert "Wachtwoord" in await (await locked.get("/", headers={"Accept-Language": "nl"})).text()
    wrong = await locked.post("/password", data={"password": "lang en geheum"})
    assert (wrong.status, (await locked.get("/")).status) == (403, 403)
    right = await locked.post("/password", data={"password": "lang en geheim"}, allow_redirects=False)
    assert (right.status, right.headers["Location"]) == (303, "/")
    assert (await locked.get("/", headers={"Cookie": right.headers["Set-Cookie"].partition(";")[0]})).status == 200


async def test_another_site_cannot_send_the_password(locked):
    answer = await locked.post(
        "/password", data={"password": "lang en geheim"}, headers={"Origin": "http://example.org"}
    )
    assert answer.status == 403


async def test_where_there_is_no_password_none_opens(client):
    answer = await client.post("/password", data={"password": ""})
    assert answer.status == 403
    assert "password" not in await (await client.get("/", headers={"Accept-Language": "en"})).text()


def test_guessing_is_slow():
    now = [corpus.NOW]
    access = Access(b"secret", lambda: now[0], password="lang en geheim")
    assert [access.allows(guess) for guess in ("a", "b", "c", "d", "e", "lang en geheim")] == [False] * 6
    now[0] += timedelta(seconds=61)
    assert access.allows("lang en geheim")
