"""`klankbord mcp --http` asked by the protocol's own client: each token sees what it opens, and no page of another site gets in."""

import asyncio
import re
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from desk.store import audit
from tests.klankbord.program import LONG, command
from tests.klankbord.test_mcp import SINCE, filled

FIGURES = ["ask_figures", "what_changed", "list_monitors", "coverage"]
ASKED = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'


@contextmanager
def serving(program):
    """The command, from when it says its address until it has ended by itself after being told to."""
    asked = [sys.executable, "-m", "klankbord", "mcp", "-c", str(program.config), "--http", "--port", "0"]
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = iter(process.stderr.readline, "")
            yield next(found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+/mcp", line)))
        finally:
            process.terminate()
            assert process.wait(LONG) in (0, -15)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("mcp"))


@pytest.fixture(scope="module")
def address(program):
    with serving(program) as address:
        yield address


def token(program, name, *scopes):
    options = [part for scope in scopes for part in ("--scope", scope)]
    made = program.command("token add", name, *options)
    assert made.exit_code == 0, made.stderr
    return made.stdout.strip()


async def _asking(address, secret, question):
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=LONG) as http,
        Client(streamable_http_client(address, http_client=http), read_timeout_seconds=LONG) as client,
    ):
        return await question(client)


def asked(address, secret, question):
    return asyncio.run(_asking(address, secret, question))


def tools(address, secret):
    async def names(client):
        return [tool.name for tool in (await client.list_tools()).tools]

    return asked(address, secret, names)


def raw(address, *, secret="", **headers):
    """The status of a request as it is sent, whatever a client of the protocol would do."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=LONG)
    own = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    try:
        connection.request("POST", parts.path, ASKED, own | {"Authorization": f"Bearer {secret}"} | headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("WWW-Authenticate", "")
    finally:
        connection.close()


def test_a_token_sees_the_tools_of_its_scopes(program, address):
    assert tools(address, token(program, "figures alone")) == FIGURES
    assert tools(address, token(program, "customers alone", "customers")) == ["find_customers", "show_customer"]


def test_figures_are_those_of_the_other_way_in(program, address):
    async def question(client):
        return await client.call_tool("what_changed", {"about": "delivery", "since": SINCE})

    changes = asked(address, token(program, "weekly"), question).structured_content["changes"]
    assert (changes["now"]["mentions"], changes["before"]["mentions"], changes["difference"]) == (6, 2, 4)


def test_a_tool_that_the_token_does_not_open_is_none(program, address):
    async def question(client):
        return await client.call_tool("find_customers", {})

    answer = asked(address, token(program, "curious"), question)
    assert (answer.is_error, "there is no tool" in answer.content[0].text) == (True, True)


def test_who_read_a_customer_is_written_down_by_the_tokens_name(program, address):
    async def question(client):
        return await client.call_tool("find_customers", {"name": "shown:"})

    assert not asked(address, token(program, "reader", "customers"), question).is_error
    entries = program.ask(lambda stores: audit.latest(stores.desk, subject="customers"))
    assert "assistant with token reader" in {one.by for one in entries}


@pytest.mark.parametrize("secret", ["", "guessed", "klankbord_" + "x" * 600])
def test_without_a_valid_token_nothing_is_answered(address, secret):
    status, challenge = raw(address, secret=secret)
    assert (status, challenge.startswith("Bearer")) == (401, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_no_page_of_another_site_gets_in_whatever_token_it_brings(program, address, headers, status):
    secret = token(program, f"of {headers}")
    assert raw(address, secret=secret, **headers)[0] == status


def test_a_token_that_is_revoked_opens_nothing_more(program, address):
    secret = token(program, "leaving")
    assert tools(address, secret) == FIGURES
    assert program.command("token revoke", "leaving").exit_code == 0
    assert raw(address, secret=secret)[0] == 401


def test_a_token_that_asks_too_often_waits(program, address):
    secret = token(program, "eager")

    async def question(client):
        for _ in range(20):  # a machine that is slow asks as often as is allowed for a while
            answers = await asyncio.gather(*(client.call_tool("list_monitors", {}) for _ in range(80)))
            if refused := [one.content[0].text for one in answers if one.is_error]:
                return refused
        return []

    assert "this token asks too often" in asked(address, secret, question)[0]


def test_the_options_of_standard_input_are_refused_beside_it(program):
    refused = command("mcp", "-c", str(program.config), "--http", "--mentions")
    assert (refused.exit_code, "said by each token" in refused.stderr) == (1, True)


def test_a_port_that_is_taken_is_a_sentence(program, address):
    taken = command("mcp", "-c", str(program.config), "--http", "--port", str(urlsplit(address).port))
    assert (taken.exit_code, "in use" in taken.stderr) == (1, True)
