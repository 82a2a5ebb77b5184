"""An alarm is told by the next channel where one is down, and that shows: in the message, in what was told of the crisis, and in the status."""

import asyncio
from datetime import timedelta

import yaml

from core.time import now
from desk.crisis import acts, report, ringing
from desk.crisis.evidence import Figures
from desk.crisis.planned import Plan
from desk.crisis.report import Lack, Short
from desk.store import crises, people
from playbook.playbook import load
from tests.desk.crisis.book import LEAD
from tests.klankbord.test_notices import NOW, SECOND, opened, scene

__all__ = ["scene"]

PLAYBOOK = {
    "monitors": {"klank": {"query": "klank"}},
    "triage": None,
    "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}}},
    "crisis": {},
}


async def alarm(scene):
    (scene.folder / "playbook.yaml").write_text(yaml.safe_dump(PLAYBOOK))
    since = NOW - timedelta(minutes=5)
    told = Figures(monitor="klank", at=NOW, since=since, window=15, seen=90, expected=6.0, odds=1e6)
    await ringing.alarmed(scene.stores.desk, [told], Plan(load(scene.folder / "playbook.yaml")), NOW)


async def told_by_mail(scene):
    """Slack refuses three tries; then the one who leads has an e-mail."""
    scene.channels["slack"].answers += [(503, {})] * 3
    await alarm(scene)
    await scene.drain()
    assert scene.box.messages == []
    for _ in range(3):
        await scene.drain(later=40 * SECOND)
    (message,) = scene.box.messages
    return message


async def test_an_alarm_goes_by_the_next_channel_where_one_is_down_and_that_shows(scene):
    async with opened(scene, {"channels": ["slack", "email"]}):
        await scene.add("anna", language="en")
        message = await told_by_mail(scene)
        found = await report.gathered(scene.stores.desk, 1)
        status = await asyncio.to_thread(scene.program.command, "status")
        listed = await asyncio.to_thread(scene.program.command, "notices list")
    assert message["Subject"] == "ALARM: crisis 1, klank"
    assert "the channel slack does not take messages now" in message.get_body(["plain"]).get_content()
    assert scene.channels["slack"].taken == []
    slack, mail = found.told
    assert (slack.channel, slack.error, slack.taken_at) == ("slack", "it answered 503", None)
    assert (mail.channel, mail.instead) == ("email", "slack")
    assert (mail.taken_at - NOW) <= timedelta(minutes=2)
    assert Lack(short=Short.CHANNEL_FAILED, what="slack") in found.short
    assert Short.NOBODY_TOLD not in {one.short for one in found.short}
    assert "\nonce people were not told of cases and crises by the channel meant" in status.stdout
    assert "slack: over after 3 tries: it answered 503" in listed.stdout


async def test_an_alarm_that_no_channel_takes_says_that_nobody_was_told(scene):
    async with opened(scene, {"channels": ["slack", "email"]}):
        await scene.add("anna")
        scene.channels["slack"].answers.append((410, {}))
        scene.box.answers = "550 no"
        await alarm(scene)
        await scene.drain()
        await scene.drain(later=SECOND)
        found = await report.gathered(scene.stores.desk, 1)
    assert {(one.channel, one.taken_at) for one in found.told} == {("slack", None), ("email", None)}
    assert Lack(short=Short.NOBODY_TOLD) in found.short
    assert any("nobody was told, by email" in line for line in scene.said)


async def refused(scene):
    """The one who leads, whose server does not take the alarm yet."""
    anna = await scene.add("anna")
    scene.box.answers = "451 later"
    await alarm(scene)
    await scene.drain()
    scene.box.answers = None
    return anna


async def untold(scene):
    """What is listed after the next try, which told nobody."""
    await scene.drain(later=timedelta(minutes=1))
    found = await report.gathered(scene.stores.desk, 1)
    assert (found.times.told, scene.box.messages) == (None, [])
    assert Lack(short=Short.NOBODY_TOLD) in found.short
    assert (await scene.messages())[-1].due_at is None
    return (await asyncio.to_thread(scene.program.command, "notices list")).stdout


async def test_whoever_left_before_the_alarm_was_taken_was_not_told(scene):
    async with opened(scene):
        anna = await refused(scene)
        keep = timedelta(days=30)
        await people.change(scene.stores.desk, anna, anna.details, by="ruth", at=NOW, active=False, keep=keep)
        listed = await untold(scene)
    assert "email to anna: over after 2 tries: whoever it was for does not work here any more" in listed


async def test_an_alarm_that_was_over_before_it_was_taken_told_nobody(scene):
    async with opened(scene):
        await refused(scene)
        crisis = await crises.get(scene.stores.desk, 1)
        await acts.stand_down(scene.stores.desk, LEAD, crisis.id, "trains run", saw=crisis.version, at=NOW)
        assert await untold(scene) == "everything arrived\n"


async def test_what_nobody_was_told_of_is_listed_a_month_or_while_the_crisis_runs(scene):
    async with opened(scene):
        await scene.add("anna")
        scene.box.answers = "550 no"
        scene.clock[0] = now() - timedelta(days=401)
        await alarm(scene)
        await scene.drain()
        before = await asyncio.to_thread(scene.program.command, "status")
        crisis = await crises.get(scene.stores.desk, 1)
        await acts.stand_down(scene.stores.desk, LEAD, crisis.id, "trains run", saw=crisis.version, at=NOW)
        after = await asyncio.to_thread(scene.program.command, "status")
        listed = await asyncio.to_thread(scene.program.command, "notices list")
    assert "once people were not told" in before.stdout
    assert "people were not told" not in after.stdout
    assert listed.stdout == "everything arrived\n"
