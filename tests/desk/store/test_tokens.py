"""Tokens open what their scopes say, until they expire or are revoked; their secrets are nowhere."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Stop
from desk.ports import Scope
from desk.store import tokens

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


async def add(desk, name="grafana", *scopes):
    scopes = frozenset(scopes or (Scope.FIGURES,))
    return await tokens.add(desk, name=name, scopes=scopes, by="ruth", at=NOW, expires_at=LATER)


async def test_who_holds_the_secret_has_the_token(desk):
    token, secret = await add(desk, "assistant", Scope.FIGURES, Scope.MENTIONS)
    assert await tokens.find(desk, secret, NOW) == token
    assert token.scopes == {Scope.FIGURES, Scope.MENTIONS}


@pytest.mark.parametrize("wrong", ["", "klankbord_", "klankbord_x", "\udc80"])
async def test_nobody_else_has(desk, wrong):
    await add(desk)
    assert await tokens.find(desk, wrong, NOW) is None


async def test_it_expires(desk):
    _, secret = await add(desk)
    assert await tokens.find(desk, secret, LATER - timedelta(seconds=1))
    assert await tokens.find(desk, secret, LATER) is None


async def test_a_revoked_one_opens_nothing_and_its_name_is_free(desk):
    _, secret = await add(desk)
    assert await tokens.revoke(desk, "grafana", by="ruth", at=NOW)
    assert await tokens.find(desk, secret, NOW) is None
    assert await tokens.revoke(desk, "grafana", by="ruth", at=NOW) is None
    _, other = await add(desk)
    assert await tokens.find(desk, other, NOW)
    assert [one.revoked_at for one in await tokens.every(desk)].count(None) == 1


async def test_two_that_stand_have_two_names(desk):
    await add(desk)
    with pytest.raises(Stop, match='a token "grafana" already'):
        await add(desk)


async def test_its_last_use_is_known_to_the_minute(desk):
    _, secret = await add(desk)
    for seconds in (0, 30, 90):
        await tokens.find(desk, secret, NOW + timedelta(seconds=seconds))
    assert [one.used_at for one in await tokens.every(desk)] == [NOW + timedelta(seconds=90)]


async def test_the_secret_is_in_no_file(desk, tmp_path):
    _, secret = await add(desk)
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())
