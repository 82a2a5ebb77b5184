"""`klankbord token`: a secret is shown once, listed never, and revoked by name."""

import asyncio
import re
import stat

import pytest

from core.time import now
from desk.store import tokens
from klankbord import configuration
from klankbord.stores import open_desk_alone
from tests.klankbord.program import Program


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def opens(program, secret):
    async def found():
        async with open_desk_alone(configuration.read(program.config), lambda _: None) as desk:
            return await tokens.find(desk, secret, now())

    return asyncio.run(found())


def test_its_secret_is_shown_once_and_opens(program):
    made = program.command("token add", "grafana", "--scope", "figures", "--days", "7")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert re.fullmatch(r"klankbord_[\w-]{43}", secret)
    assert opens(program, secret).scopes == {"figures"}
    assert secret not in program.command("token list").stdout
    assert program.files_with(secret) == []


def test_it_is_listed_until_revoked(program):
    secret = program.command("token add", "assistant", "--scope", "mentions", "--scope", "figures").stdout.strip()
    assert re.search(r"assistant +figures and mentions .* never", program.command("token list").stdout)
    assert program.command("token revoke", "assistant").exit_code == 0
    assert opens(program, secret) is None
    assert "revoked" in program.command("token list").stdout


def test_an_unknown_one_is_answered_with_the_nearest(program):
    program.command("token add", "grafana")
    said = program.command("token revoke", "grafna")
    assert (said.exit_code, 'there is no token "grafna"; did you mean "grafana"?' in said.stderr) == (1, True)


def test_two_of_one_name_are_refused(program):
    program.command("token add", "grafana")
    assert 'there is a token "grafana" already' in program.command("token add", "grafana").stderr


def test_the_desk_database_is_its_owners_alone(program):
    program.command("token list")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in program.data.glob("desk.db*")}
    assert modes == {0o600}
