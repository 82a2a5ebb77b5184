"""What a process shows over HTTP: its figures, whether it is awake, whether it is ready."""

import asyncio
import os
import re
import signal
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from core.errors import Retry
from core.outward import WHOLE, Kept, Standing
from core.ports import Measured
from core.telemetry import Count, Duration, Gauge
from core.time import now
from core.topics import ENRICHED, MENTIONS
from desk.store.shelf import DeskShelf
from klankbord import configuration
from klankbord.configuration import MetricsSettings
from klankbord.folder import Folder
from klankbord.health.lags import Lags
from klankbord.health.metrics import exposed
from klankbord.health.standings import Standings
from klankbord.health.watched import Watched, looking
from klankbord.readers import Readers
from tests.desk.store.made import opened_desk
from tests.klankbord.program import Program, Run, children, file_source, line, until
from tests.klankbord.watching import addresses, fetched, samples, value


@asynccontextmanager
async def shown(folder, watched, *, host="127.0.0.1", port=0):
    """A process that shows itself; gives its address."""
    async with exposed(watched, MetricsSettings(host=host), Folder(folder), port=port) as taken:
        yield f"127.0.0.1:{taken}"


async def so(condition):
    """Returns once it is so."""
    while not condition():  # noqa: ASYNC110 - a dictionary tells nobody
        await asyncio.sleep(0.01)


async def got(address, path="/metrics"):
    return await asyncio.to_thread(fetched, address, path)


async def test_what_is_measured_reads_as_prometheus_wants_it(tmp_path):
    measured = Measured()
    measured.add(Count.DEAD, "ingest", "not JSON", by=2)
    measured.set(Gauge.WAITING, 1, "archive")
    measured.add(Count.RETRIED, "archive")  # without its second label
    measured.observe(Duration.SINK, "archive", seconds=[0.004, 0.3, 100])
    async with shown(tmp_path, Watched(part="sinks", measured=measured)) as address:
        found = samples((await got(address))[1])
    assert found["klankbord_dead_letters_total", (("error", "not JSON"), ("stage", "ingest"))] == 2
    assert found["klankbord_waiting", (("stage", "archive"),)] == 1
    assert found["klankbord_retries_total", (("source", ""), ("stage", "archive"))] == 1
    buckets = {end: found["klankbord_sink_batch_seconds_bucket", (("le", end), ("sink", "archive"))] for end in ENDS}
    assert buckets == {"0.0025": 0, "0.005": 1, "0.5": 2, "60.0": 2, "+Inf": 3}
    assert found["process_open_fds", ()] > 0


ENDS = ("0.0025", "0.005", "0.5", "60.0", "+Inf")


async def test_a_name_that_nobody_knows_is_not_shown(tmp_path):
    measured = Measured()
    measured.add("somebody_elses_total", "anna@example.org")
    async with shown(tmp_path, Watched(part="sinks", measured=measured)) as address:
        assert "anna" not in (await got(address))[1]


async def test_ready_says_what_is_missing_and_live_does_not_care(tmp_path):
    watched = Watched(part="stream")
    watched.needs("log", "model")
    watched.lacks("log", "Kafka does not answer")
    async with shown(tmp_path, watched) as address:
        assert await got(address, "/readyz") == (503, "log: Kafka does not answer\nmodel: not there yet\n")
        assert await got(address, "/livez") == (200, "ok\n")
        watched.has("log")
        watched.has("model")
        assert await got(address, "/readyz") == (200, "ready\n")


async def test_an_engine_that_comes_and_goes_is_seen():
    watched, up = Watched(part="sinks"), asyncio.Event()

    async def ask():
        if not up.is_set():
            raise Retry("it is away")

    async with asyncio.timeout(60), looking(watched, {"archive": ask}, every=0.01):
        await so(lambda: watched.missing == {"archive": "it is away"})
        assert watched.measured.values[Gauge.REACHABLE, ("archive",)] == 0
        up.set()
        await so(lambda: watched.measured.values[Gauge.REACHABLE, ("archive",)] == 1)
        assert watched.missing == {}


async def test_an_engine_that_hangs_is_away(monkeypatch):
    monkeypatch.setattr("klankbord.health.watched.ANSWER", 0.05)
    watched = Watched(part="sinks")
    async with asyncio.timeout(60), looking(watched, {"log": asyncio.Event().wait}, every=0.01):
        await so(lambda: "answer" in watched.missing["log"])


async def test_a_foreign_name_for_this_machine_gets_nothing(tmp_path):
    async with shown(tmp_path, Watched(part="page")) as address:
        request = urllib.request.Request(f"http://{address}/metrics", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="421") as refused:
            await asyncio.to_thread(urllib.request.urlopen, request)
        refused.value.close()


async def test_a_taken_port_gives_way(tmp_path):
    async with shown(tmp_path, Watched(part="page")) as first:
        taken = int(first.split(":")[1])
        async with shown(tmp_path, Watched(part="sinks"), port=taken) as second:
            assert second != first
            assert (await got(second, "/livez"))[0] == 200


async def test_in_a_container_no_address_is_told_for_others_find_it_by_name(tmp_path):
    async with shown(tmp_path, Watched(part="page"), host="0.0.0.0"):
        assert addresses(tmp_path) == {}


async def test_what_a_killed_process_told_is_swept_away(tmp_path):
    (tmp_path / "metrics").mkdir()
    gone = tmp_path / "metrics" / f"stream.{2**22 + 1}.json"  # no process has that number
    gone.write_text('[{"targets": ["127.0.0.1:1"], "labels": {"part": "stream"}}]')
    async with shown(tmp_path, Watched(part="page")) as address:
        assert addresses(tmp_path) == {"page": address}
    assert addresses(tmp_path) == {}


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl", name="calls", cost=2.0, token_ends="2027-01-01"))
    program.add("in.jsonl", line(1, "klank een"), line(2, "niets"))
    return program


def test_every_part_of_a_run_shows_itself_and_no_longer_than_it_lives(program):
    with program.running():
        program.has("klank een")
        found = until(lambda: addresses(program.data) if len(addresses(program.data)) == 3 else None)
        assert set(found) == {"ingest", "stream", "keeper"}
        for address in found.values():
            until(lambda address=address: fetched(address, "/readyz")[0] == 200)
        until(lambda: value(program.data, "ingest", Count.SEEN, source="calls") == 2)
        until(lambda: value(program.data, "ingest", Count.COST, source="calls") == 2 / 1000 * 2.0)
        assert value(program.data, "ingest", Gauge.TOKEN_ENDS, stage="ingest", source="calls") == 1798761600
        assert value(program.data, "stream", Count.FOUND, enricher="language") == 1
        until(lambda: value(program.data, "keeper", Count.WRITTEN, sink="archive"))
        assert value(program.data, "ingest", Gauge.DISK_FREE) > 0
    assert addresses(program.data) == {}


def test_a_stuck_worker_shows_from_outside(program):
    with program.running() as run:
        program.has("klank een")
        until(lambda: program.read_by(MENTIONS, "stream"))
        worker = until(lambda: children(run.process.pid).get("understander"))
        os.kill(worker, signal.SIGSTOP)
        try:
            program.add("in.jsonl", line(3, "klank drie"))
            stream = {"topic": "mentions", "group": "stream"}
            until(lambda: value(program.data, "ingest", Gauge.LAG, **stream) == 1)
            before = value(program.data, "ingest", Gauge.PROGRESS, **stream)
            waited = value(program.data, "ingest", Gauge.OLDEST, **stream)
            until(lambda: value(program.data, "ingest", Gauge.OLDEST, **stream) > waited)  # looked at once more
            assert value(program.data, "ingest", Gauge.PROGRESS, **stream) == before
        finally:
            os.kill(worker, signal.SIGCONT)
        program.has("klank een", "klank drie")


def test_labels_hold_nothing_of_what_was_heard(program):
    secrets = ("anna", "klank", "https://", "@")
    program.add("in.jsonl", b"{ klank\n", line(4, "klank https://example.org/a @anna", author="anna"))
    with program.running():
        program.has("klank een", "klank https://example.org/a @anna")
        for part in ("ingest", "stream", "keeper"):
            _, text = fetched(until(lambda part=part: addresses(program.data).get(part)))
            labels = " ".join(re.findall(r"\{(.*?)\}", text))
            assert labels
            labels = labels.replace('monitor="klank"', "")  # the configuration's own name
            assert not [word for word in secrets if word in labels], labels


def test_the_silence_of_a_source_that_was_read_to_its_end_says_nothing(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"), file_source("once.jsonl", follow=False, name="once"))
    program.add("in.jsonl", line(1, "klank een"))
    program.add("once.jsonl", line(2, "klank twee"))
    with program.running():
        program.has("klank een", "klank twee")
        assert until(lambda: value(program.data, "ingest", Gauge.LAST_SEEN, source="file"))
        until(lambda: value(program.data, "ingest", Gauge.ANSWERED, source="once") is None)
        assert value(program.data, "ingest", Gauge.LAST_SEEN, source="once") is None


def test_a_source_that_ended_until_a_person_acts_shows(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"), file_source("absent.jsonl", follow=False, name="gone"))
    program.add("in.jsonl", line(1, "klank een"))
    with Run(program) as run:
        run.ready()
        until(lambda: value(program.data, "ingest", Gauge.ENDED, source="gone") == 1)
        assert value(program.data, "ingest", Gauge.ENDED, source="file") == 0
        run.end()


async def test_a_sink_that_stopped_until_a_person_enables_it_shows_in_what_the_desk_database_holds(tmp_path):
    measured = Measured()
    async with opened_desk(tmp_path) as desk:
        shelf = DeskShelf(desk, "crm", erased=lambda _: False)
        stopped = msgspec.json.encode(Standing(stopped="the token is refused"))
        await shelf.put([Kept(mention=WHOLE, author="", value=stopped)])
        standings = Standings(desk, ("broken", "crm"), measured)
        measured.set(Gauge.STOPPED, 1, "broken")  # as its own task says
        await standings()
        assert measured.values == {(Gauge.STOPPED, ("broken",)): 1, (Gauge.STOPPED, ("crm",)): 1}
        await shelf.drop([WHOLE])
        await standings()
        assert measured.values == {(Gauge.STOPPED, ("broken",)): 1, (Gauge.STOPPED, ("crm",)): 0}


def test_what_is_left_of_a_sink_that_is_configured_no_more_is_told_and_raises_no_alarm(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))

    async def left(stores):
        for topic, group in ((ENRICHED, "partners"), (ENRICHED, "archive"), (ENRICHED, "desk"), (MENTIONS, "stream")):
            await stores.log.append(topic, [("key", b"value")])
            async with stores.log.reader(topic, group):
                pass
        measured = Measured()
        await Lags(stores.log, Readers(configuration.read(program.config)), measured, now)()
        return {labels for name, labels in measured.values if name in (Gauge.LAG, Gauge.OLDEST, Gauge.PROGRESS)}

    assert program.ask(left) == {(ENRICHED, "archive"), (MENTIONS, "stream")}
    shown = program.command("status").stdout
    assert re.search(r"^enriched +archive +3 ", shown, re.MULTILINE)
    assert not re.search(r"^enriched +(partners|desk) ", shown, re.MULTILINE)
    (told,) = [line for line in shown.splitlines() if line.startswith("partners reads no more")]
    for path in Path("/").glob(f"{told.partition('rm ')[2].lstrip('/')}"):
        path.unlink()
    assert "partners" not in program.command("status").stdout
