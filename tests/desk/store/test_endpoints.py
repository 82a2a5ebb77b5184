"""Receivers of events and the secrets that sign what is sent to them."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Stop
from desk.store import endpoints
from desk.store.sealing import Seal

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=24)
SEAL = Seal(b"of this folder" * 3)


async def put(desk, name="crm", secret="whsec_first", url="https://crm.example/hook"):
    return await endpoints.put(desk, SEAL, name=name, url=url, secret=secret, at=NOW)


async def test_one_that_is_known_keeps_its_secret_and_state(desk):
    assert await put(desk)
    await endpoints.switch(desk, "crm", enabled=False, reason="answered 410", at=LATER)
    assert not await put(desk, secret="whsec_other", url="https://crm.example/new")
    one = await endpoints.get(desk, "crm")
    assert (one.url, one.enabled, one.reason, one.since) == ("https://crm.example/new", False, "answered 410", LATER)
    assert await endpoints.secrets(desk, SEAL, "crm", NOW) == ["whsec_first"]


async def test_switching_again_keeps_since(desk):
    await put(desk)
    assert await endpoints.switch(desk, "crm", enabled=False, reason="410", at=NOW)
    assert not await endpoints.switch(desk, "crm", enabled=False, reason="410 again", at=LATER)
    assert [(one.reason, one.since) for one in await endpoints.every(desk)] == [("410", NOW)]


async def test_both_secrets_sign_until_the_previous_one_ends(desk):
    await put(desk)
    await endpoints.rotate(desk, SEAL, "crm", secret="whsec_second", at=NOW, previous_until=LATER)
    assert await endpoints.secrets(desk, SEAL, "crm", NOW) == ["whsec_second", "whsec_first"]
    assert await endpoints.secrets(desk, SEAL, "crm", LATER) == ["whsec_second"]


async def test_a_secret_stands_in_no_file(desk, tmp_path):
    await put(desk, secret="whsec_quasimodo")
    assert all(b"quasimodo" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_another_folders_key_opens_none(desk):
    await put(desk)
    with pytest.raises(Stop, match="another data folder's key"):
        await endpoints.secrets(desk, Seal(b"of another folder"), "crm", NOW)


def test_a_secret_cannot_stand_in_for_anothers():
    with pytest.raises(Stop, match="secret of other"):
        SEAL.opened(SEAL.sealed("whsec_first", "crm"), "other")


async def test_removed_is_gone(desk):
    await put(desk)
    assert await endpoints.remove(desk, "crm")
    assert (await endpoints.get(desk, "crm"), await endpoints.secrets(desk, SEAL, "crm", NOW)) == (None, [])
