"""The API of the running program: tokens of its desk database, policies of its sources, figures as its export has them."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from core.time import now
from desk.ports import Scope
from desk.store import audit, tokens
from tests.klankbord.program import LONG, Program, file_source, line, until

TRAINS, BUSES = 6, 3


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A running program: a source whose texts may leave and one whose may not."""
    open_source = file_source("open.jsonl", name="open", excerpts=True)
    program = Program(tmp_path_factory.mktemp("api"), open_source, file_source("shut.jsonl", name="shut"))
    program.add("open.jsonl", *(line(n, f"klank van trein {n}") for n in range(TRAINS)))
    program.add("shut.jsonl", *(line(100 + n, f"klank van bus {n}") for n in range(BUSES)))
    with program.running():
        until(lambda: len(program.texts()) == TRAINS + BUSES)
        program.secret = program.ask(_given)
        yield program


async def _given(stores):
    scopes, moment = frozenset(Scope), now()
    return (
        await tokens.add(
            stores.desk, name="test", scopes=scopes, by="test", at=moment, expires_at=moment + timedelta(days=1)
        )
    )[1]


def told(program, path, secret=None, **asked):
    """Status and answer."""
    url = (program.data / "page").read_text()
    request = urllib.request.Request(f"{url}/api/v1{path}?{urlencode(asked)}")
    request.add_header("Authorization", f"Bearer {secret or program.secret}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=LONG) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize(("query", "count"), [("", TRAINS + BUSES), ("trein", TRAINS), ("bus NOT 2", BUSES - 1)])
def test_the_api_counts_what_search_and_export_of_the_command_line_count(program, query, count):
    status, answer = told(program, "/overview", q=query)
    assert (status, answer["mentions"]) == (200, count)
    assert program.command("search", query).stdout.splitlines()[-1].startswith(f"{count} mentions")
    assert program.command("export", query).stdout.startswith(f"{count} mentions")


def test_texts_leave_only_the_source_whose_policy_lets_them(program):
    _, answer = told(program, "/mentions", size=100)
    assert sorted(one["excerpt"]["text"] for one in answer["mentions"] if one["excerpt"]) == [
        f"klank van trein {n}" for n in range(TRAINS)
    ]
    assert [one["author"] for one in answer["mentions"]] == [None] * (TRAINS + BUSES)


def test_who_read_mentions_stands_in_the_audit(program):
    told(program, "/mentions")
    entry = program.ask(lambda stores: audit.latest(stores.desk, subject="mentions", most=1))[0]
    assert (entry.by, entry.did, entry.what) == ("token test", "read", "export")


def test_a_token_that_was_revoked_opens_nothing(program):
    async def revoke(stores):
        moment = now()
        _, secret = await tokens.add(
            stores.desk,
            name="old",
            scopes=frozenset(Scope),
            by="test",
            at=moment,
            expires_at=moment + timedelta(days=1),
        )
        await tokens.revoke(stores.desk, "old", by="test", at=moment)
        return secret

    status, answer = told(program, "/overview", secret=program.ask(revoke))
    assert (status, answer["title"]) == (401, "Unauthorized")
