"""The secrets that sign what receivers of events are sent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.errors import Stop
from desk.store import audit, endpoints
from desk.store.sealing import Seal
from desk.store.tables import endpoints as table

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SEAL = Seal(b"of this folder" * 3)
FIRST = ["whsec_first"]


async def rotate(desk, secret, *, hour=0, overlap=24, name="crm"):
    at = NOW + timedelta(hours=hour)
    until = at + timedelta(hours=overlap)
    await endpoints.rotate(desk, SEAL, name, secret=secret, by="ruth", at=at, previous_until=until)


async def signing(desk, hour=0, *, name="crm", seal=SEAL):
    return await endpoints.secrets(desk, seal, name, FIRST, at=NOW + timedelta(hours=hour))


async def test_both_sign_until_the_time_of_the_one_before_is_over(desk):
    assert await signing(desk) == FIRST
    await rotate(desk, "whsec_second")
    assert await signing(desk, 23.9) == ["whsec_second", *FIRST]
    assert await signing(desk, 24) == ["whsec_second"]
    assert await signing(desk, 9_999) == ["whsec_second"]
    assert await signing(desk, name="other") == FIRST


async def test_each_of_several_signs_as_long_as_it_was_promised(desk):
    await rotate(desk, "whsec_second")
    await rotate(desk, "whsec_third", hour=12)
    assert await signing(desk, 13) == ["whsec_third", "whsec_second", *FIRST]
    assert await signing(desk, 25) == ["whsec_third", "whsec_second"]
    assert await signing(desk, 36) == ["whsec_third"]


async def test_one_that_was_found_out_signs_no_more_at_once(desk):
    await rotate(desk, "whsec_second", overlap=0)
    assert await signing(desk) == ["whsec_second"]


async def test_those_that_sign_no_more_are_not_kept(desk):
    for number in range(4):
        await rotate(desk, f"whsec_{number}", hour=number * 30)
    async with desk.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(table)) == 2
    assert await signing(desk, 91) == ["whsec_3", "whsec_2"]


async def test_who_rotated_is_known_and_a_secret_stands_in_no_file(desk, tmp_path):
    await rotate(desk, "whsec_quasimodo")
    (entry,) = await audit.latest(desk, subject="crm")
    assert (entry.by, entry.did, entry.what) == ("ruth", "rotated the secret of", "endpoint")
    assert all(b"quasimodo" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_another_folders_key_opens_none(desk):
    await rotate(desk, "whsec_second")
    with pytest.raises(Stop, match="another data folder's key"):
        await signing(desk, seal=Seal(b"of another folder"))


def test_a_secret_cannot_stand_in_for_anothers():
    with pytest.raises(Stop, match="secret of other"):
        SEAL.opened(SEAL.sealed("whsec_first", "crm"), "other")
