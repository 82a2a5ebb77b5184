"""The inventory of own accounts, and what looks like them, as they are kept."""

from datetime import timedelta

import pytest

from core.errors import Stop
from desk.foundation.lookalikes import Why
from desk.store import accounts, erasing, people
from desk.store.accounts import Account, Lookalike, State
from desk.store.people import Details
from tests.desk.store.test_people import NOW, leave

OWN = Account(id="", source="bluesky", handle="@Noorderlijn.nl", official=True)


async def add(desk, **more):
    told = {"source": "bluesky", "handle": "noorderlijn.nl", "official": True} | more
    return await accounts.add(desk, Account(id="", **told), by="ruth", at=NOW)


async def found(desk, account, author="bluesky:7", at=NOW, **more):
    like = Lookalike(author=author, account=account, why=Why.NEAR, seen_at=at, handle="noorderlyn.nl", **more)
    return await accounts.looked(desk, [like], [account], at)


async def test_an_account_is_taken_in_once(desk):
    await add(desk)
    with pytest.raises(Stop, match="in the inventory already"):
        await accounts.add(desk, OWN, by="ruth", at=NOW)


async def test_one_whose_owner_left_is_named(desk):
    anna, bert = [await people.add(desk, Details(name=name), by="ruth", at=NOW) for name in ("Anna", "Bert")]
    identifier = await add(desk)
    await add(desk, handle="anna.example", official=False, owner=anna.id)

    async def wrong():
        return accounts.mistakes(await accounts.every(desk), {one.id: one for one in await people.every(desk)})

    assert await wrong() == ["noorderlijn.nl on bluesky has no owner"]
    await accounts.owned(desk, identifier, anna.id, None, by="ruth", at=NOW)
    assert ["has no second owner" in one for one in await wrong()] == [True]
    await accounts.owned(desk, identifier, anna.id, bert.id, by="ruth", at=NOW)
    assert await wrong() == []
    await leave(desk, bert)
    assert await wrong() == ["noorderlijn.nl on bluesky: its second owner, Bert, left"]


async def test_an_account_outlives_its_erased_owner_and_has_none(desk):
    anna = await people.add(desk, Details(name="Anna"), by="ruth", at=NOW)
    await add(desk, owner=anna.id)
    await people.erase(desk, [anna.id], key=b"k", at=NOW)
    (kept,) = await accounts.every(desk)
    assert kept.owner is None


async def test_what_a_person_said_stands_however_often_it_is_found(desk):
    own = await add(desk)
    assert await found(desk, own) == 1
    assert await accounts.say(desk, "bluesky:7", State.DISMISSED, by="ruth", at=NOW)
    later = NOW + timedelta(days=1)
    assert await found(desk, own, at=later, name="N") == 0
    assert await accounts.listed(desk) == []
    (kept,) = await accounts.listed(desk, None)
    assert (kept.state, kept.seen_at, kept.name) == (State.DISMISSED, later, "N")
    assert not await accounts.say(desk, "bluesky:8", State.CONFIRMED, by="ruth", at=NOW)


async def test_one_that_turns_out_to_be_own_is_listed_no_more(desk):
    await found(desk, await add(desk))
    await add(desk, handle="Noorderlyn.nl")
    assert await accounts.listed(desk, None) == []


async def test_one_that_was_not_seen_for_as_long_as_sources_are_kept_goes(desk):
    await found(desk, await add(desk))
    await erasing.expire(desk, NOW)
    assert len(await accounts.listed(desk)) == 1
    assert await erasing.expire(desk, NOW + timedelta(seconds=1)) == 1
    assert await accounts.listed(desk) == []


async def test_an_account_that_is_removed_takes_what_looks_like_it_along(desk):
    own = await add(desk)
    await found(desk, own)
    assert [await accounts.remove(desk, own, by="ruth", at=NOW) for _ in range(2)] == [True, False]
    assert await accounts.listed(desk, None) == []
