"""Alerts, what is owed, links and reports, as they are kept: the same on both engines."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from desk.alerts.alert import Alert
from desk.alerts.state import State
from desk.reports.schedule import Schedule
from desk.store import alerts, letters, links, reports
from desk.store.alerts import Hit
from desk.store.letters import Letter
from desk.store.sealing import Seal

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
SEAL = Seal(b"of this folder" * 3)
HITS = [Hit(mention=f"bluesky:{one}", author="bluesky:anna", arrived_at=NOW + timedelta(minutes=one)) for one in (1, 2)]


async def watched(desk, **more):
    alert = Alert(**{"name": "Storing", "to": ("ops@klank.example",)} | more)
    await alerts.put(desk, alert, by="ruth", at=NOW, secret="whsec_first", seal=SEAL)
    return (await alerts.every(desk))[0]


def letter(alert, name="l1", receiver="ops@klank.example", **more):
    rest = {"letter": name, "what": "alert", "subject": alert.id, "body": "{}", "made_at": NOW, "due_at": NOW}
    return Letter(id=f"{name}-{receiver}", receiver=receiver, **rest | more)


async def test_one_that_is_known_keeps_its_state_and_secret(desk):
    one = await watched(desk)
    async with desk.writing() as connection:
        await alerts.advance(connection, one.id, checked_at=LATER, state=State(active=True, count=3))
    assert not await alerts.put(desk, Alert(name="Storing", query="x", to=("b@c.nl",)), by="ruth", at=LATER)
    (kept,) = await alerts.every(desk)
    assert (kept.id, kept.alert.query, kept.state.active, kept.checked_at, kept.signs) == (
        one.id,
        "x",
        True,
        LATER,
        True,
    )
    assert await alerts.secret(desk, SEAL, one.id) == "whsec_first"


async def test_what_was_found_waits_until_it_is_in_a_message(desk):
    one = await watched(desk)
    async with desk.writing() as connection:
        await alerts.found(connection, one.id, HITS)
        await alerts.found(connection, one.id, HITS)
        assert await alerts.waiting(connection, one.id) == (2, HITS[0].arrived_at)
        await alerts.group(connection, one.id, "l1")
        await alerts.found(connection, one.id, HITS)
        assert await alerts.waiting(connection, one.id) == (0, None)
        await alerts.renew(connection, one.id, HITS[:1], letter="l2")
    assert await alerts.of_letter(desk, "l1", 10) == ["bluesky:2"]
    assert await alerts.of_letter(desk, "l2", 10) == ["bluesky:1"]


async def test_old_matches_go_once_nobody_waits_for_them(desk):
    one = await watched(desk)
    async with desk.writing() as connection:
        await alerts.found(connection, one.id, HITS)
        await alerts.group(connection, one.id, "l1")
        await letters.owe(connection, [letter(one)])
        await alerts.forget(connection, before=LATER)
    assert len(await alerts.of_letter(desk, "l1", 10)) == 2
    await letters.settle(desk, "l1-ops@klank.example", tries=1, error=None, due_at=None, at=NOW)
    async with desk.writing() as connection:
        await alerts.forget(connection, before=LATER)
        await letters.forget(connection, before=LATER)
    assert (await alerts.of_letter(desk, "l1", 10), await letters.latest(desk)) == ([], [])


async def test_what_is_owed_is_due_until_it_is_done(desk):
    one = await watched(desk)
    async with desk.writing() as connection:
        await letters.owe(connection, [letter(one), letter(one, receiver="b@c.nl", due_at=LATER)])
        await letters.owe(connection, [letter(one, body="other")])
    assert [(row.receiver, row.body) for row in await letters.due(desk, NOW, 10, what="digest", others=True)] == [
        ("ops@klank.example", "{}")
    ]
    await letters.settle(desk, "l1-ops@klank.example", tries=1, error="away", due_at=LATER, at=NOW)
    assert await letters.due(desk, NOW, 10, what="digest", others=True) == []
    assert [row.error for row in await letters.undelivered(desk)] == ["away"]


async def test_one_that_is_removed_owes_nothing_more(desk):
    one = await watched(desk)
    async with desk.writing() as connection:
        await alerts.found(connection, one.id, HITS)
        await letters.owe(connection, [letter(one)])
    assert await alerts.remove(desk, "Storing")
    assert not await alerts.remove(desk, "Storing")
    assert (await alerts.every(desk), await letters.latest(desk)) == ([], [])


async def test_a_link_opens_until_its_time_or_its_end(desk):
    link = await links.add(desk, title="a", view="/", by="ruth", at=NOW, expires_at=LATER)
    assert (await links.opened(desk, link.id, NOW)).title == "a"
    assert (await links.every(desk))[0].opened_at == NOW
    assert await links.opened(desk, link.id, LATER) is None
    assert [await links.revoke(desk, link.id, by="ruth", at=NOW) for _ in range(2)] == [True, False]
    assert await links.opened(desk, link.id, NOW) is None


async def test_a_report_is_owed_once_a_time(desk):
    next_after = partial(Schedule.next_after, zone=ZoneInfo("Europe/Amsterdam"))
    schedule = Schedule(name="Dag", view="/", every="day", to=("a@b.nl",))
    assert await reports.put(desk, schedule, by="ruth", at=NOW, next_at=NOW)
    assert [await reports.owe_due(desk, NOW, next_after) for _ in range(2)] == [1, 0]
    assert [one.receiver for one in await letters.due(desk, NOW, 10, what="digest", others=True)] == ["a@b.nl"]
    assert not await reports.put(desk, schedule, by="ruth", at=NOW, next_at=LATER)
    assert await reports.remove(desk, "Dag")
    assert (await reports.every(desk), await letters.latest(desk)) == ([], [])
