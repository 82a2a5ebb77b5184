"""Accounts that look like an own one, found in the archive; of nobody else anything is kept."""

from datetime import timedelta

import msgspec
import pytest

from core.types import Author, Enriched, Mention
from desk.foundation.looking import look
from desk.store import accounts
from desk.store.accounts import Account
from tests.desk.serving import fill, opened
from tests.desk.store.filled import NOW
from tests.desk.store.made import opened_desk


@pytest.fixture
async def scene(tmp_path):
    clock = [NOW]
    async with (
        opened(tmp_path / "archive.db", lambda: clock[0]) as archive,
        opened_desk(tmp_path) as desk,
    ):
        yield clock, archive, desk


async def heard(archive, clock, handle, name=None):
    author = Author(id=f"bluesky:{handle}", handle=handle, name=name)
    at = clock[0]
    mention = Mention(
        id=f"bluesky:{handle}{at:%H}", source="bluesky", author=author, text="hi", created_at=at, seen_at=at
    )
    await fill(archive, [Enriched(mention=mention)])


async def own(desk, handle, *, official=True):
    account = Account(id="", source="bluesky", handle=handle, official=official)
    await accounts.add(desk, account, by="ruth", at=NOW)


def not_erased(_):
    return False


async def looked(scene, erased=not_erased):
    clock, archive, desk = scene
    clock[0] += timedelta(hours=1)
    new = await look(desk, archive, clock[0], erased=erased)
    return new, sorted(one.handle for one in await accounts.listed(desk))


async def test_only_what_looks_like_an_own_account_is_listed(scene):
    clock, archive, desk = scene
    for handle in ("noorderlijn.nl", "noorderlyn.nl", "anna.example", "noorderlijn-help.example"):
        await heard(archive, clock, handle)
    assert await looked(scene) == (0, [])
    await own(desk, "noorderlijn.nl")
    assert await looked(scene) == (2, ["noorderlijn-help.example", "noorderlyn.nl"])
    assert (await looked(scene))[0] == 0


async def test_what_arrives_later_is_found_later(scene):
    clock, archive, desk = scene
    await own(desk, "noorderlijn.nl")
    assert (await looked(scene))[0] == 0
    await heard(archive, clock, "n00rderlijn.nl")
    assert (await looked(scene))[0] == 1


async def test_it_was_seen_when_it_last_said_something(scene):
    clock, archive, desk = scene
    await own(desk, "noorderlijn.nl")
    for _ in range(3):
        clock[0] += timedelta(hours=1)
        await heard(archive, clock, "n00rderlijn.nl")
    last = clock[0]
    assert (await looked(scene))[0] == 1
    assert [one.seen_at for one in await accounts.listed(desk)] == [last]
    earlier = [msgspec.structs.replace(one, seen_at=NOW) for one in await accounts.listed(desk)]
    await accounts.looked(desk, earlier, [], NOW)
    assert [one.seen_at for one in await accounts.listed(desk)] == [last]


async def test_staff_who_told_of_their_account_are_left_out(scene):
    clock, archive, desk = scene
    await own(desk, "noorderlijn.nl")
    await own(desk, "noorderlijn-team.example", official=False)
    await heard(archive, clock, "Noorderlijn-Team.example")
    assert await looked(scene) == (0, [])


async def test_what_was_erased_is_not_listed_again(scene):
    clock, archive, desk = scene
    await own(desk, "noorderlijn.nl")
    await heard(archive, clock, "noorderlyn.nl")
    assert await looked(scene, erased=lambda identifier: identifier == "bluesky:noorderlyn.nl") == (0, [])
