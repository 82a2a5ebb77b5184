"""The desk database of a running program in PostgreSQL: it keeps what people say, and its absence holds up nothing else."""

import asyncio

import pytest

from core.codec import encode
from core.time import now
from core.topics import JUDGEMENTS
from core.types import Judgement
from deploy.engines import postgresql
from desk.store import judgements
from klankbord import configuration
from klankbord.logs import open_log
from klankbord.stores import open_desk_alone
from tests.klankbord.program import Program, file_source, line, until


@pytest.fixture
def server(tmp_path):
    with postgresql.running(tmp_path / "server") as server:
        yield server


@pytest.fixture
def program(tmp_path, server):
    return Program(
        tmp_path,
        file_source("in.jsonl"),
        desk={"url": server.create(), "password": server.password, "ca": str(server.ca)},
    )


def kept(program):
    async def asked():
        async with open_desk_alone(configuration.read(program.config), lambda _: None) as desk:
            return [one.mention for one in await judgements.current(desk)]

    return asyncio.run(asked())


def judge(program, mention):
    """By the log alone, which is there when the desk database is not."""
    said = Judgement(mention=mention, name="tags", labels=("vip",), by="ruth", at=now())

    async def append():
        async with open_log(configuration.read(program.config), lambda _: None) as log:
            await log.append(JUDGEMENTS, [(mention, encode(said))])

    asyncio.run(append())


def test_it_goes_on_where_it_stood_once_the_server_is_back(program, server):
    program.add("in.jsonl", line(1, "klank een"))
    with program.running() as run:
        program.has("klank een")
        (first,) = [one.enriched.mention.id for one in program.stored()]
        judge(program, first)
        until(lambda: kept(program) == [first])
        server.kill()
        judge(program, "file:in/2")
        program.add("in.jsonl", line(2, "klank twee"))
        until(
            lambda: (
                b"klank twee"
                in (program.data / "archive.db-wal").read_bytes() + (program.data / "archive.db").read_bytes()
            )
        )
        server.start()
        until(lambda: kept(program) == sorted([first, "file:in/2"]))
        assert server.password not in run.said()
    assert not (program.data / "desk.db").exists()


def test_what_is_erased_leaves_it(program):
    program.add("in.jsonl", line(1, "klank een"), line(2, "klank twee", author="bert"))
    with program.running():
        program.has("klank een", "klank twee")
        author = {one.enriched.mention.text: one.enriched.mention.author.id for one in program.stored()}
        for stored in program.stored():
            judge(program, stored.enriched.mention.id)
        until(lambda: len(kept(program)) == 2)
        assert "desk" in program.command("erase", "--author", author["klank een"], "--yes").stdout
        assert kept(program) == [one.enriched.mention.id for one in program.stored()]


def test_it_moves_alone_from_its_file_to_a_server(tmp_path, server):
    program = Program(tmp_path, file_source("in.jsonl"))
    program.command("token add", "grafana")
    there = program.folder / "there.yaml"
    desk = f"desk: {{url: '{server.create()}', password: '{server.password}'}}\n"
    there.write_text(program.config.read_text() + desk)
    moved = program.command("migrate", "--to", str(there))
    assert moved.exit_code == 0, moved.output
    assert "desk: tokens" in moved.stdout
    assert "Left as it was: " in moved.stdout
    program.config = there
    assert "grafana" in program.command("token list").stdout
    assert server.password not in moved.output
