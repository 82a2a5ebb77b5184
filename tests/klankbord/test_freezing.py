"""Evidence that is frozen while somebody is erased, or while some of it cannot be gathered."""

from dataclasses import replace

import msgspec
import pytest

from core.errors import Retry
from core.ports import Held
from core.types import Deletion, Scope
from desk.crisis import acts, report
from desk.crisis.evidence import read
from desk.entry.who import Who
from desk.store import crises
from klankbord.keeping.crises import Watching
from klankbord.privacy.erase import erase
from tests.klankbord.test_crises_watch import MANY, MINUTE, NOW, house, said

__all__ = ["house"]

LOUDEST, WHO = "file:krant", "file:author-of-krant"
STEPS = ("log topic mentions", "exports", "desk", "cases", "customers", "archive")


class Meanwhile:
    """An archive that does something between its last answer for an evidence and the writing of it."""

    def __init__(self, archive, then) -> None:
        self._archive, self._then = archive, then

    def __getattr__(self, name):
        return getattr(self._archive, name)

    async def authors(self, *asked, **more):
        found = await self._archive.authors(*asked, **more)
        await self._then()
        return found


async def outcry(house):
    await house.level(MINUTE)
    await house.hear(MANY, at=NOW + MINUTE)
    loud = said("krant", NOW + MINUTE, followers=90_000)
    await house.arrives([Held(enriched=loud, arrived_at=NOW + MINUTE)])


async def as_far_as(erasure, step):
    """Let it go on up to that step, which is done."""
    async for done in erasure:
        if done.store == step:
            return


def watching(house, archive):
    stores = replace(house.stores, archive=archive)
    return Watching(house.read, stores, house.measured, clock=lambda: house.moment)


async def frozen(house):
    (crisis,) = await crises.listed(house.stores.desk)
    (one,) = await crises.evidence(house.stores.desk, crisis.id)
    return read(one.document)


@pytest.mark.parametrize("whom", [{"mentions": [LOUDEST]}, {"authors": [WHO]}])
@pytest.mark.parametrize("step", [None, *STEPS])
async def test_who_is_erased_while_evidence_is_gathered_is_not_in_it(house, step, whom):
    await outcry(house)
    erasure = erase(house.stores, **whom)

    async def meanwhile():
        if step is not None:
            await as_far_as(erasure, step)

    house.watching = watching(house, Meanwhile(house.stores.archive, meanwhile))
    assert await house.level(MINUTE) == "alarm"
    assert (LOUDEST in [one.id for one in (await frozen(house)).messages]) == (step is None)
    await as_far_as(erasure, "archive")
    await as_far_as(erasure, None)
    evidence = await frozen(house)
    assert evidence.total == MANY + 1
    assert LOUDEST not in {one.id for one in evidence.messages}
    told = msgspec.json.encode(await report.gathered(house.stores.desk, 1)).decode()
    assert LOUDEST not in told
    assert house.program.files_with(LOUDEST) == []
    if "authors" in whom:
        assert WHO not in {one.id for one in evidence.authors}
        assert house.program.files_with(WHO) == []


@pytest.mark.parametrize("step", STEPS)
async def test_what_is_gathered_while_an_erasure_goes_on_does_not_bring_it_back(house, step):
    await outcry(house)
    erasure = erase(house.stores, authors=[WHO])
    await as_far_as(erasure, step)
    await house.level(MINUTE)
    await as_far_as(erasure, None)
    evidence = await frozen(house)
    assert {LOUDEST, WHO}.isdisjoint(one.id for one in (*evidence.messages, *evidence.authors))
    assert house.program.files_with(WHO) == []


async def test_who_is_erased_is_not_in_it_by_a_message_that_was_deleted_before(house):
    await outcry(house)
    await house.level(MINUTE)
    gone = Deletion(target=LOUDEST, scope=Scope.MENTION, at=house.moment, reason="deleted")
    assert not await house.stores.archive.write([gone])
    assert LOUDEST in {one.id for one in (await frozen(house)).messages}
    await as_far_as(erase(house.stores, authors=[WHO]), None)
    evidence = await frozen(house)
    assert {LOUDEST, WHO}.isdisjoint(one.id for one in (*evidence.messages, *evidence.authors))


class Broken:
    """An archive that has no answer of what one stretch came to."""

    def __init__(self, archive, error) -> None:
        self._archive, self.error = archive, error

    def __getattr__(self, name):
        return getattr(self._archive, name)

    async def authors(self, *asked, **more):
        error, self.error = self.error, None
        if error is not None:
            raise error
        return await self._archive.authors(*asked, **more)


@pytest.mark.parametrize("error", [Retry("it is away"), ValueError("odd")])
async def test_evidence_that_cannot_be_gathered_waits_alone_and_is_tried_again(house, error):
    house.watching = watching(house, broken := Broken(house.stores.archive, None))
    await outcry(house)
    await house.level(MINUTE)
    await two_more(house)
    broken.error = error
    with pytest.raises(Retry, match=r"evidence of a crisis cannot be gathered now: (it is away|ValueError)"):
        await house.level(MINUTE)
    assert [bool(one.document) for one in await evidence_of(house)] == [True, False, True]
    assert await house.level(MINUTE) == "alarm"
    assert [bool(one.document) for one in await evidence_of(house)] == [True, True, True]


async def two_more(house):
    """Evidence is promised at each rise."""
    for number in (1, 2):
        (crisis,) = await crises.listed(house.stores.desk)
        await acts.severity(
            house.stores.desk, Who(), crisis.id, number, "the papers ask", saw=crisis.version, at=house.moment
        )


async def evidence_of(house):
    (crisis,) = await crises.listed(house.stores.desk)
    return await crises.evidence(house.stores.desk, crisis.id)
