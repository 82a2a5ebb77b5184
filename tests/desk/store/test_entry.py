"""Passwords, invitations, second factors and sessions, on both engines: what may count once counts once, also for two at once."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from desk.store import audit, passwords, people, roles, second_factors, sessions
from desk.store.people import Details
from desk.store.sealing import Seal
from desk.store.sessions import Way
from desk.store.tables import people as staff

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SEAL = Seal(b"a secret of the tests")
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)


async def anna(desk, **details):
    return await people.add(desk, Details(name="Anna", **details), by="ruth", at=NOW)


async def begin(desk, person, **more):
    options = {"way": Way.PASSWORD, "strong": False, "agent": "Firefox", "at": NOW, "ends_at": NOW + LONGEST}
    return await sessions.begin(desk, person.id, **options | more)


async def find(desk, secret, after=timedelta()):
    return await sessions.find(desk, secret, at=NOW + after, idle=IDLE)


async def test_a_session_says_whose_it_is_and_what_they_hold_now(desk):
    one = await anna(desk)
    secret = await begin(desk, one)
    await roles.give(desk, one.id, "agent", "webcare", by="ruth", at=NOW)
    found = await find(desk, secret)
    assert (found.name, [(held.role, held.unit) for held in found.roles]) == ("Anna", [("agent", "webcare")])
    assert await find(desk, "another") is None
    assert await find(desk, "\udc80") is None


async def test_a_session_ends_idle_and_at_last(desk):
    secret = await begin(desk, await anna(desk))
    assert await find(desk, secret, IDLE - timedelta(seconds=1))
    assert await find(desk, secret, 2 * IDLE - timedelta(seconds=2))
    assert await find(desk, secret, 3 * IDLE) is None
    other = await begin(desk, await anna(desk), ends_at=NOW + timedelta(hours=1))
    assert await find(desk, other, timedelta(hours=1)) is None


async def test_sessions_that_ended_are_swept_up(desk):
    one = await anna(desk)
    await begin(desk, one, ends_at=NOW + timedelta(hours=1))
    await begin(desk, one, at=NOW + timedelta(hours=2))
    assert len(await sessions.every(desk, one.id, at=NOW, idle=IDLE)) == 1


async def test_who_leaves_has_no_session_left_and_begins_none(desk):
    one = await anna(desk)
    secret = await begin(desk, one)
    gone = await people.change(desk, one, one.details, by="hr", at=NOW, active=False, keep=LONGEST)
    assert await find(desk, secret) is None
    assert await begin(desk, gone) is None
    await people.change(desk, gone, gone.details, by="hr", at=NOW, active=True, keep=LONGEST)
    assert await find(desk, secret) is None


async def test_an_invitation_is_used_once_by_two_at_once(desk):
    one = await anna(desk)
    nonce = await passwords.invite(desk, one.id, until=NOW + LONGEST, by="ruth", at=NOW)
    accepted = await asyncio.gather(*(passwords.accept(desk, one.id, nonce, made, NOW) for made in ("a", "b", "c")))
    assert sorted(accepted) == [False, False, True]
    assert await passwords.find(desk, one.id) == "abc"[accepted.index(True)]


async def test_a_step_is_taken_once_by_two_at_once(desk):
    one = await anna(desk)
    await second_factors.begin(desk, one.id, "SECRET", SEAL)
    assert not await second_factors.spend_step(desk, one.id, 8)
    assert await second_factors.confirm(desk, one.id, 7, [b"1", b"2"], at=NOW)
    taken = await asyncio.gather(*(second_factors.spend_step(desk, one.id, 8) for _ in range(4)))
    assert taken.count(True) == 1
    assert [await second_factors.spend_step(desk, one.id, step) for step in (7, 8, 9)] == [False, False, True]


async def test_a_recovery_code_is_taken_once_by_two_at_once(desk):
    one = await anna(desk)
    await second_factors.begin(desk, one.id, "SECRET", SEAL)
    await second_factors.confirm(desk, one.id, 7, [b"1", b"2"], at=NOW)
    taken = await asyncio.gather(*(second_factors.spend_code(desk, one.id, b"1", at=NOW) for _ in range(4)))
    assert taken.count(True) == 1
    assert (await second_factors.of(desk, one.id, SEAL)).left == 1


async def test_a_second_factor_that_stands_is_not_begun_anew(desk):
    one = await anna(desk)
    await second_factors.begin(desk, one.id, "FIRST", SEAL)
    await second_factors.begin(desk, one.id, "SECOND", SEAL)
    await second_factors.confirm(desk, one.id, 7, [b"1"], at=NOW)
    await second_factors.begin(desk, one.id, "THIRD", SEAL)
    has = await second_factors.of(desk, one.id, SEAL)
    assert (has.secret, has.confirmed) == ("SECOND", True)


async def test_what_a_telephone_makes_codes_from_is_in_no_file(desk, tmp_path):
    one = await anna(desk)
    await second_factors.begin(desk, one.id, "NOBODYREADSTHIS", SEAL)
    assert all(b"NOBODYREADSTHIS" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_a_lost_telephone_is_taken_away_with_the_invitation(desk):
    one = await anna(desk)
    await second_factors.begin(desk, one.id, "SECRET", SEAL)
    await second_factors.confirm(desk, one.id, 7, [b"1"], at=NOW)
    await passwords.invite(desk, one.id, until=NOW + LONGEST, by="ruth", at=NOW)
    assert await second_factors.of(desk, one.id, SEAL)
    await passwords.invite(desk, one.id, until=NOW + LONGEST, by="ruth", at=NOW, lost=True)
    assert await second_factors.of(desk, one.id, SEAL) is None


async def test_the_audit_forgets_who_acted_with_the_person(desk):
    one = await anna(desk)
    await begin(desk, one)
    await people.erase(desk, [one.id], key=b"key", at=NOW)
    entries = await audit.latest(desk)
    assert {one.id} & {name for entry in entries for name in (entry.by, entry.subject)} == set()
    hidden = audit.hashed(one.id, b"key")
    assert any((entry.by, entry.subject) == (hidden, hidden) for entry in entries)


async def test_somebody_who_does_not_work_here_is_in_by_no_session(desk):
    one = await anna(desk)
    secret = await begin(desk, one)
    async with desk.writing() as connection:
        await connection.execute(update(staff).values(active=False))
    assert await find(desk, secret) is None
