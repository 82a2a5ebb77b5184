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
from tests.klankbord.program import Program
from tests.publish.stages import QUIET

SEEDS = 50
LATER = 600
"""Seconds after which what a killed worker left is over."""
TROUBLES = (None, None, Refusal(500), Refusal(200, body=b"{"))
"""What the source says once it took the answer in: it breaks off, it fell, half an answer."""


@pytest.fixture(params=["sqlite", "postgresql"])
def desk_at(request):
    """Where the desk database is, as the configuration says it: a file, or a server."""
    if request.param == "sqlite":
        return {}
    server = request.getfixturevalue("postgresql_server")
    return {"url": server.create(), "password": server.password, "ca": str(server.ca)}


def program(folder, address, desk_at):
    mastodon = {"instance": address, "account": "noorderlijn", "token": "qvWm3kZ8"}
    publishers = [{"use": "mastodon", "settings": mastodon}]
    made = Program(folder, publishers=publishers, **({"desk": desk_at} if desk_at else {}))
    (folder / "playbook.yaml").write_text(yaml.safe_dump({"answers": {"four_eyes": {"asked": True}}}))
    return made


async def let_out(stores, home, allowing, number, text):
    """A message that has a case, and an answer to it that was approved and let out; its number."""
    status = home.said("klant@elders.example", f"de trein is te laat {number}")
    identifier = f"mastodon:{home.address.removeprefix('http://')}/{status['id']}"
    author = Author(id=f"mastodon:{number}", handle="klant@elders.example")
    said = Mention(
        id=identifier, source="mastodon", author=author, text="te laat", created_at=now(), seen_at=now(),
        url=status["url"],
    )  # fmt: skip
    await stores.archive.write([Enriched(mention=said)])
    told = heard(at=now(), mention=identifier, author=author.id, thread=identifier)
    case = await hear(stores.desk, told)
    anna, bert = home.staff
    written = Written(text=text, answers=identifier, publisher="mastodon", language="nl")
    at = {"at": now()}
    for done in (
        await acts.write(stores.desk, agent(anna), case.id, written, saw=1, **at),
        await acts.approve(stores.desk, agent(bert), case.id, 1, allowing=allowing, saw=2, **at),
        await acts.send(stores.desk, agent(anna), case.id, 1, allowing=allowing, saw=3, **at),
    ):
        assert isinstance(done, Done), done
    return case, (await answers.of_case(stores.desk, case.id))[0].number


async def settled(home):
    """The server has done all that it was sent."""
    for _ in range(QUIET):
        await asyncio.sleep(0)
    while home.under_way:
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, return_when=asyncio.FIRST_COMPLETED)


@asynccontextmanager
async def workers(config):
    """What starts a process for each look."""
    command = (sys.executable, "-m", "tests.klankbord.answers_until", str(config))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
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
    return passed


async def test_killed_at_every_step_each_answer_stands_there_once(tmp_path, desk_at):
    home = MastodonHome()
    home.tokens = frozenset({"qvWm3kZ8"})
    async with home.serve() as home.address:
        made = program(tmp_path, home.address, desk_at)
        read = configuration.read(made.config)
        async with open_stores(read, hush) as stores, workers(made.config) as started:
            allowing = allowing_of(read, FileRules(read.playbook))
            home.staff = await staff(stores.desk)
            await let_out(stores, home, allowing, "first", "Wat vervelend, eerste.")
            steps = await looked(home, started, 0, -1)
            assert steps > 20
            assert len(home.written) == 1
            killed = 0
            for seed in range(SEEDS):
                random, text = Random(seed), f"Wat vervelend, nummer {seed}."
                case, number = await let_out(stores, home, allowing, seed, text)
                home.faults.done = [random.choice(TROUBLES)] if seed % 2 else []
                killed += not await looked(home, started, 0, seed * steps // SEEDS)
                if seed % 3 == 0:
                    killed += not await looked(home, started, LATER, random.randrange(steps))
                for later in range(2, 6):
                    await looked(home, started, later * LATER, -1)
                    if (await answers.get(stores.desk, number)).state is State.SENT:
                        break
                answer = await answers.get(stores.desk, number)
                assert (answer.state, sum(text in said for said in home.written)) == (State.SENT, 1), seed
                kinds = [event.kind.value for event in await cases.events(stores.desk, case.id)]
                assert (kinds.count("sent"), kinds.count("answered")) == (1, 1), seed
            assert killed > SEEDS * 0.9
            assert len(home.written) == SEEDS + 1
