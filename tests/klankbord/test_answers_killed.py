"""The worker that sends answers is killed at any moment, and another goes on: each stands at the source once, and is known to."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import NamedTuple

import pytest
import yaml

from core.ports import Measured
from core.time import now
from core.types import Author, Enriched, Mention
from desk.answering import acts
from desk.answering.acts import Written
from desk.cases.acting import Done
from desk.crisis import acts as acts_in_crises
from desk.crisis import saying
from desk.crisis.acting import Done as Applied
from desk.store import answers, cases
from desk.store.answers import State
from klankbord import configuration
from klankbord.keeping.answering import allowing_of, open_publishers
from klankbord.options import hush
from klankbord.player.faults import Refusal
from klankbord.player.mastodon_home import MastodonHome
from klankbord.rulebook import FileRules
from klankbord.stores import Stores, open_stores
from tests.desk.answers.book import own
from tests.desk.cases.book import agent, hear, heard
from tests.desk.cases_filled import staff
from tests.desk.crisis.book import alarmed, rings
from tests.klankbord.answers_until import NEVER
from tests.klankbord.program import Program
from tests.publish.stages import QUIET

SEEDS = 50
ANSWERS = 50
STEPS = 240
"""Awaits in which a worker that began has asked for an answer that may stand there, and sent another."""
CASES, A_MINUTE, SORRY = 8, 2, "Sorry. We zoeken het uit."
LATER = timedelta(minutes=10)
"""After that what a killed worker left is over."""
A_MOMENT = timedelta(seconds=30)
"""Less than a minute."""
TROUBLES = (None, None, Refusal(500), Refusal(200, body=b"{"))
"""What the source says once it took the answer in: it breaks off, it fell, half an answer."""


class House(NamedTuple):
    """The source, klankbord as it is configured, and what starts a process for each look."""

    home: MastodonHome
    read: configuration.Configuration
    stores: Stores
    publishers: dict
    started: asyncio.subprocess.Process


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_at(request):
    """(where the desk database is, as the configuration says it: a file, or a server; how many seeds)."""
    if request.param == "sqlite":
        return {}, SEEDS
    server = request.getfixturevalue("postgresql_server")
    return {"url": server.create(), "password": server.password, "ca": str(server.ca)}, SEEDS // 5


def program(folder, address, desk_at):
    mastodon = {"instance": address, "account": "noorderlijn", "token": "qvWm3kZ8"}
    publishers = [{"use": "mastodon", "settings": mastodon}]
    made = Program(folder, publishers=publishers, **({"desk": desk_at} if desk_at else {}))
    (folder / "playbook.yaml").write_text(yaml.safe_dump({"answers": {"four_eyes": {"asked": True}}}))
    return made


async def let_out(one, texts):
    """To each text a message that has a case, and an answer to it that says this, was approved and let out; the cases."""
    allowing = allowing_of(one.read, FileRules(one.read.playbook), one.publishers)
    people = await staffed(one)
    told = zip(await heard_of(one, len(texts)), texts, strict=True)
    return [await answered(one.stores.desk, allowing, people, case, text) for case, text in told]


async def staffed(one):
    """Anna and Bert, who may answer there."""
    ids = await staff(one.stores.desk)
    await own(one.stores.desk, one.publishers["mastodon"], *ids)
    return agent(ids[0]), agent(ids[1], role="lead")


async def heard_of(one, number):
    """The cases of so many who complained."""
    said = [spoken(one.home, number) for number in range(number)]
    await one.stores.archive.write([Enriched(mention=each) for each in said])
    return [
        await hear(one.stores.desk, heard(at=now(), mention=each.id, author=each.author.id, thread=each.id))
        for each in said
    ]


def spoken(home, number):
    status = home.said("klant@elders.example", f"de trein is te laat {number}")
    native, author = f"{home.address.removeprefix('http://')}/{status['id']}", Author(id=f"mastodon:{number}")
    at = now()
    return Mention(
        id=f"mastodon:{native}", source="mastodon", author=author, text="te laat", created_at=at, seen_at=at,
        url=status["url"],
    )  # fmt: skip


async def answered(desk, allowing, people, case, text):
    anna, bert = people
    written = Written(text=text, answers=case.first_message, publisher="mastodon", language="nl")
    for done in (
        await acts.write(desk, anna, case.id, written, saw=1, at=now()),
        await acts.approve(desk, bert, case.id, 1, allowing=allowing, saw=2, at=now()),
        await acts.send(desk, anna, case.id, 1, topics=(), allowing=allowing, saw=3, at=now()),
    ):
        assert isinstance(done, Done), done
    return case


async def settled(home):
    """The server has done all that it was sent."""
    for _ in range(QUIET):
        await asyncio.sleep(0)
    while home.under_way:
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, return_when=asyncio.FIRST_COMPLETED)


@asynccontextmanager
async def workers(config):
    """What starts a process for each look; it looked itself once, and found nothing to do."""
    command = (sys.executable, "-m", "tests.klankbord.answers_until", str(config))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        assert await process.stdout.readline()
        yield process
    finally:
        process.stdin.close()
        await process.wait()


async def looked(one, moment, dies=NEVER):
    """A worker looks once, at that moment, in a process of its own; how many awaits it had, 0 where it was killed."""
    one.home.clock = lambda: moment
    one.started.stdin.write(f"{moment.isoformat()} {dies}\n".encode())
    passed, status = map(int, (await one.started.stdout.readline()).split())
    assert status in (0, -signal.SIGKILL)
    await settled(one.home)
    one.home.forget_keys()
    return passed


@asynccontextmanager
async def house(folder, where):
    """A source, klankbord with a publisher for it, and what starts a process for each look."""
    home = MastodonHome()
    home.tokens = frozenset({"qvWm3kZ8"})
    async with home.serve() as home.address:
        made = program(folder, home.address, where)
        read = configuration.read(made.config)
        async with (
            open_stores(read, hush) as stores,
            open_publishers(read, stores, hush, Measured()) as publishers,
            workers(made.config) as started,
        ):
            yield House(home, read, stores, publishers, started)


async def test_killed_at_every_step_each_answer_stands_there_once(tmp_path, desk_at):
    where, seeds = desk_at
    async with house(tmp_path, where) as one:
        texts = [f"Wat vervelend, nummer {number}." for number in range(ANSWERS)]
        told, began = await let_out(one, texts), now()
        for seed in range(seeds):
            one.home.faults.done = [Random(seed).choice(TROUBLES)] if seed % 5 == 0 else []
            dies = (seed * STEPS + Random(seed).randrange(STEPS)) // seeds
            passed = await looked(one, began + seed * LATER, dies)
            assert not passed, f"a worker ended after {passed} awaits, and was to be killed at {dies}"
        one.home.faults.done = []
        for more in range(ANSWERS):
            if not (await answers.counted(one.stores.desk)).keys() - {State.SENT}:
                break
            await looked(one, began + (seeds + more) * LATER)
        for case, text in zip(told, texts, strict=True):
            (answer,) = await answers.of_case(one.stores.desk, case.id)
            assert (answer.state, sum(text in said for said in one.home.written)) == (State.SENT, 1), text
            kinds = [event.kind.value for event in await cases.events(one.stores.desk, case.id)]
            assert kinds[3:] == ["queued", "sent", "answered"], text
        assert len(one.home.written) == ANSWERS


async def test_a_statement_of_a_crisis_stands_once_at_each_of_its_cases_and_no_minute_has_more_than_it_may(
    tmp_path, desk_at
):
    where, _ = desk_at
    async with house(tmp_path, where) as one:
        desk = one.stores.desk
        crisis, began = await said_in_a_crisis(one, await heard_of(one, CASES)), now()
        for seed in range(10):
            one.home.faults.answers = [Refusal(429, retry_after="40")] if seed % 4 == 0 else []
            one.home.faults.done = [Random(seed).choice(TROUBLES)] if seed % 3 == 0 else []
            before = len(one.home.written)
            await looked(one, began + seed * LATER, Random(seed).randrange(2 * STEPS))
            assert len(one.home.written) <= before + A_MINUTE
        one.home.faults.answers, one.home.faults.done = [], []
        for more in range(10, 10 + CASES):
            await looked(one, began + more * LATER)
            before = len(one.home.written)
            await looked(one, began + more * LATER + A_MOMENT)
            assert len(one.home.written) == before
        assert len(one.home.written) == CASES
        found = await answers.listed(desk)
        assert {(each.state, each.crisis, each.words.text) for each in found} == {(State.SENT, crisis, SORRY)}
        assert len({each.case for each in found}) == len(found) == CASES


async def said_in_a_crisis(one, told):
    """The id of a crisis to which these cases belong, and whose approved statement goes round."""
    desk, (anna, bert), at = one.stores.desk, await staffed(one), now()
    crisis = (await alarmed(desk, rings(at=at))).id
    for case in told:
        await acts_in_crises.attach(desk, anna, crisis, case.number, at=at)
    await saying.draft(desk, anna, crisis, "nl", SORRY, approves="lead", saw=99, at=at)
    await saying.approve(desk, bert, crisis, "nl", 1, approves="lead", saw=99, at=at)
    assert isinstance(await saying.apply(desk, bert, crisis, a_minute=A_MINUTE, saw=99, at=at), Applied)
    return crisis
