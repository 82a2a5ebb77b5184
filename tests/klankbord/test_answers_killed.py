"""The worker that sends answers is killed at any moment, and another goes on: each stands at the source once, and is known to."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from random import Random

import pytest
import yaml

from core.time import now
from core.types import Author, Enriched, Mention
from desk.answering import acts
from desk.answering.acts import Written
from desk.cases.acting import Done
from desk.store import answers, cases
from desk.store.answers import State
from klankbord import configuration
from klankbord.answering import allowing_of
from klankbord.options import hush
from klankbord.player.faults import Refusal
from klankbord.player.mastodon_home import MastodonHome
from klankbord.rulebook import FileRules
from klankbord.stores import open_stores
from tests.desk.cases.book import agent, hear, heard
from tests.desk.cases_filled import staff
from tests.klankbord.answers_until import NEVER
from tests.klankbord.program import Program
from tests.publish.stages import QUIET

SEEDS = 50
ANSWERS = 50
STEPS = 240
"""Awaits in which a worker that began has asked for an answer that may stand there, and sent another."""
LATER = 600
"""Seconds after which what a killed worker left is over."""
TROUBLES = (None, None, Refusal(500), Refusal(200, body=b"{"))
"""What the source says once it took the answer in: it breaks off, it fell, half an answer."""


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


async def let_out(stores, home, allowing, texts):
    """To each text a message that has a case, and an answer to it that says this, was approved and let out; the cases."""
    people = [agent(one) for one in await staff(stores.desk)]
    said = [spoken(home, number) for number in range(len(texts))]
    await stores.archive.write([Enriched(mention=one) for one in said])
    return [await answered(stores.desk, allowing, people, *both) for both in zip(said, texts, strict=True)]


def spoken(home, number):
    status = home.said("klant@elders.example", f"de trein is te laat {number}")
    native, author = f"{home.address.removeprefix('http://')}/{status['id']}", Author(id=f"mastodon:{number}")
    at = now()
    return Mention(
        id=f"mastodon:{native}", source="mastodon", author=author, text="te laat", created_at=at, seen_at=at,
        url=status["url"],
    )  # fmt: skip


async def answered(desk, allowing, people, said, text):
    anna, bert = people
    case = await hear(desk, heard(at=now(), mention=said.id, author=said.author.id, thread=said.id))
    written = Written(text=text, answers=said.id, publisher="mastodon", language="nl")
    for done in (
        await acts.write(desk, anna, case.id, written, saw=1, at=now()),
        await acts.approve(desk, bert, case.id, 1, allowing=allowing, saw=2, at=now()),
        await acts.send(desk, anna, case.id, 1, allowing=allowing, saw=3, at=now()),
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


async def looked(home, started, ahead, dies):
    """A worker looks once, in a process of its own; how many awaits it had, 0 where it was killed."""
    started.stdin.write(f"{ahead} {dies}\n".encode())
    passed, status = map(int, (await started.stdout.readline()).split())
    assert status in (0, -signal.SIGKILL)
    await settled(home)
    home.forget_keys()
    return passed


async def test_killed_at_every_step_each_answer_stands_there_once(tmp_path, desk_at):
    where, seeds = desk_at
    home = MastodonHome()
    home.tokens = frozenset({"qvWm3kZ8"})
    async with home.serve() as home.address:
        made = program(tmp_path, home.address, where)
        read = configuration.read(made.config)
        async with open_stores(read, hush) as stores, workers(made.config) as started:
            allowing = allowing_of(read, FileRules(read.playbook))
            texts = [f"Wat vervelend, nummer {number}." for number in range(ANSWERS)]
            told = await let_out(stores, home, allowing, texts)
            for seed in range(seeds):
                home.faults.done = [Random(seed).choice(TROUBLES)] if seed % 5 == 0 else []
                dies = (seed * STEPS + Random(seed).randrange(STEPS)) // seeds
                passed = await looked(home, started, seed * LATER, dies)
                assert not passed, f"a worker ended after {passed} awaits, and was to be killed at {dies}"
            home.faults.done = []
            for more in range(ANSWERS):
                if not (await answers.counted(stores.desk)).keys() - {State.SENT}:
                    break
                await looked(home, started, (seeds + more) * LATER, NEVER)
            for case, text in zip(told, texts, strict=True):
                (answer,) = await answers.of_case(stores.desk, case.id)
                assert (answer.state, sum(text in said for said in home.written)) == (State.SENT, 1), text
                kinds = [event.kind.value for event in await cases.events(stores.desk, case.id)]
                assert kinds[3:] == ["queued", "sent", "answered"], text
            assert len(home.written) == ANSWERS
