"""History through the models and monitors of today: nothing that is gone comes back, nothing that was said is lost."""

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.codec import decode, encode
from core.document import Filter
from core.errors import Retry, Stop
from core.ports import Measured, Understood
from core.time import now
from core.topics import ENRICHED, JUDGEMENTS
from core.types import Author, Deletion, Enriched, Finding, Judgement, Mark, Mention, Routing, Scope
from klankbord import configuration
from klankbord.generations import LAST, Begun, after, highest
from klankbord.reprocess import Tally, reprocess
from klankbord.stores import open_stores
from stream.pace import Pace
from stream.step import make_step
from tests.klankbord.program import Program, file_source, line, until

EVERYTHING = Filter(irrelevant=True, muted=True, drills=True)
HEARD = now() - timedelta(hours=1)


def enriched(number, *, generation=0, author="anna", monitors=("oud",), **fields):
    mention = Mention(
        id=f"file:{number}",
        source="file",
        stream="file/in.jsonl",
        author=Author(id=f"file:{author}"),
        text=f"klank {number}",
        created_at=HEARD,
        seen_at=HEARD,
        **fields,
    )
    findings = (Finding(name="sentiment", model="oud", labels=("negative",)),)
    return Enriched(mention=mention, findings=findings, routing=Routing(monitors=monitors), generation=generation)


def understand(mentions):
    """A model that finds everything positive, and cannot bear one word."""
    if any("breekpunt" in one.text for one in mentions):
        raise ZeroDivisionError("a bug in a component")
    found = Understood(findings=(Finding(name="sentiment", model="nieuw", labels=("positive",)),))
    return [found for _ in mentions]


class History:
    """An archive with a past, a log, and runs of the new model over it."""

    def __init__(self, stores):
        self.stores, self.archive, self.log = stores, stores.archive, stores.log
        self.offset = 0

    async def run(self, generation=1, *, where=EVERYTHING, between=None, most=1, withheld=None, dry=False):
        """One pass; `between` is awaited before each batch of `most` is stepped."""

        async def room():
            if between:
                await between()

        tally = Tally()
        step = make_step(
            understand, lambda *_: Routing(monitors=("nieuw",)), clock=now, measured=Measured(), generation=generation
        )
        await reprocess(
            self.archive,
            self.log,
            None if dry else step,
            where,
            generation=generation,
            withheld=withheld or (lambda one: self.stores.erased(one.id) or self.stores.erased(one.author.id)),
            pace=_Batches(most),
            room=room,
            tally=tally,
            tick=lambda _: None,
        )
        return tally

    async def deliver(self):
        """What the log holds, into the archive, as the sink does."""
        records = await self.log.after(ENRICHED, self.offset, 10_000)
        if records:
            self.offset = records[-1].offset
            assert not await self.archive.write([decode(record.value) for record in records])

    async def stored(self):
        return {one.enriched.mention.id: one async for chunk in self.archive.scan(EVERYTHING) for one in chunk}


class _Batches(Pace):
    """No pace, and batches of a size."""

    def __init__(self, most):
        super().__init__(None)
        self._most = most

    def batch(self, most):
        return self._most


@pytest.fixture
async def history(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    async with open_stores(configuration.read(program.config), lambda _: None) as stores:
        history = History(stores)
        await history.archive.write([enriched(number, author=f"a{number}") for number in range(4)])
        yield history


async def test_every_mention_gets_the_new_findings_and_monitors_marked_history(history):
    tally = await history.run()
    await history.deliver()
    found = [one.enriched for one in (await history.stored()).values()]
    assert (tally.sent, len(found)) == (4, 4)
    assert {one.finding("sentiment").model for one in found} == {"nieuw"}
    assert {one.routing.monitors for one in found} == {("nieuw",)}
    assert {(one.generation, one.mention.marks) for one in found} == {(1, (Mark.HISTORY,))}


async def test_what_has_the_generation_is_passed_over(history):
    await history.run()
    await history.deliver()
    again = await history.run()
    assert (again.sent, again.current) == (0, 4)
    assert (await history.run(2)).sent == 4


async def test_a_run_cut_short_goes_on_and_ends_the_same(history):
    calls = iter(range(10))

    async def cut():
        if next(calls) == 2:
            raise Retry("the archive is away")

    with pytest.raises(Retry):
        await history.run(between=cut)
    await history.deliver()
    rest = await history.run()
    await history.deliver()
    assert (rest.current, rest.sent) == (2, 2)
    assert {one.enriched.generation for one in (await history.stored()).values()} == {1}


async def test_two_runs_at_once_end_as_one(history):
    await asyncio.gather(history.run(), history.run())
    await history.deliver()
    found = (await history.stored()).values()
    assert [one.enriched.generation for one in found] == [1] * 4


async def test_a_dry_run_counts_and_appends_nothing(history):
    assert (await history.run(dry=True)).sent == 4
    assert await history.log.count(ENRICHED) == 0


async def test_what_cannot_be_understood_stays_as_it_was_and_is_named(history):
    broken = enriched(9)
    await history.archive.write([replace(broken, mention=replace(broken.mention, text="breekpunt"))])
    tally = await history.run(most=10)
    await history.deliver()
    assert (tally.sent, tally.left) == (4, 1)
    assert tally.named == [("file:9", "ZeroDivisionError: a bug in a component")]
    assert (await history.stored())["file:9"].enriched.finding("sentiment").model == "oud"
    assert await history.log.count("dead") == 0


async def test_what_is_said_of_a_mention_is_kept(history):
    said = Judgement(mention="file:1", name="sentiment", labels=("neutral",), by="ruth", at=now())
    dismissed = Judgement(mention="file:2", name="irrelevant", labels=("yes",), by="ruth", at=now())
    await history.archive.write([said, dismissed])
    await history.run()
    await history.deliver()
    assert (await history.archive.get("file:1")).enriched.finding("sentiment").labels == ("neutral",)
    assert (await history.archive.get("file:2")).enriched.generation == 1
    assert await history.archive.count(Filter()) == 3


GONE = {
    "the mention is deleted": Deletion(target="file:2", scope=Scope.MENTION, at=now(), reason="deleted"),
    "its account is gone": Deletion(target="file:a2", scope=Scope.AUTHOR, at=now(), reason="account gone"),
}


@pytest.mark.parametrize("deletion", GONE.values(), ids=GONE)
@pytest.mark.parametrize("when", range(4))
async def test_a_deletion_in_the_middle_wins(history, deletion, when):
    calls = iter(range(10))

    async def deleted():
        if next(calls) == when:
            await history.archive.write([deletion])

    await history.run(between=deleted)
    await history.deliver()
    assert sorted(await history.stored()) == ["file:0", "file:1", "file:3"]


@pytest.mark.parametrize("name", ["file:3", "file:a3"])
@pytest.mark.parametrize("when", range(4))
async def test_an_erasure_in_the_middle_is_not_even_written_to_the_log(history, name, when):
    calls = iter(range(10))

    async def erased():
        if next(calls) == when:
            history.stores.erased.add([name])
            await history.archive.erase(mentions=[name], authors=[name])

    tally = await history.run(between=erased)
    await history.deliver()
    assert sorted(await history.stored()) == ["file:0", "file:1", "file:2"]
    assert [record.key for record in await history.log.after(ENRICHED, 0, 10)] == ["file:0", "file:1", "file:2"]
    assert tally.sent == 3


async def test_what_passes_its_keep_time_in_the_middle_stays_away(history):
    async def expired():
        await history.archive.expire("file", now())

    await history.run(between=expired)
    await history.deliver()
    assert await history.stored() == {}


async def test_an_edit_in_the_middle_wins(history):
    edited = enriched(1, edited_at=now())
    edited = replace(edited, mention=replace(edited.mention, text="klank anders", seen_at=now()))

    async def edit():
        await history.archive.write([edited])

    await history.run(between=edit)
    await history.deliver()
    assert (await history.archive.get("file:1")).enriched.mention.text == "klank anders"


async def test_the_next_number_is_one_above_the_highest_that_is_stored(history):
    assert after(await highest(history.archive, EVERYTHING)) == 1
    await history.archive.write([enriched(7, generation=41)])
    assert after(await highest(history.archive, EVERYTHING)) == 42
    with pytest.raises(Stop, match="no number after that"):
        after(LAST)


def test_a_run_that_is_not_done_is_known_by_what_it_is_about(tmp_path):
    first, other = Begun(tmp_path, ["30d", "a"]), Begun(tmp_path, ["30d", "b"])
    first.begin(7)
    assert (Begun(tmp_path, ["30d", "a"]).number(), other.number(), other.others()) == (7, None, 7)
    first.done()
    assert (first.number(), first.others()) == (None, 0)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A running program with a past; then its monitors change, somebody judges, and history is processed again."""
    program = Program(tmp_path_factory.mktemp("reprocess"), file_source("in.jsonl"), monitors={"klank": "klank"})
    program.add("in.jsonl", *(line(n, f"klank nummer {n}", author=f"a{n}") for n in range(8)))
    program.add("in.jsonl", line(8, "klank en geluid", author="a8"))
    with program.running() as run:
        until(lambda: len(program.texts()) == 9)
        judge(program, Judgement(mention="file:in/8", name="tags", labels=("vip",), by="ruth", at=now()))
        until(lambda: any(one.judgements for one in program.stored()))
        program.rules({"geluid": "geluid"})
        run.hears("1 monitors are in force")
        program.dry = program.command("reprocess", "--dry-run")
        program.first = program.command("reprocess")
        yield program


def judge(program, said):
    program.ask(lambda stores: stores.log.append(JUDGEMENTS, [(said.mention, encode(said))]))


def test_a_dry_run_says_how_much_there_is_to_do(program):
    assert program.dry.stdout == "9 mentions would be processed again as generation 1\n"


def test_monitors_newly_match_and_what_none_wants_stays_without(program):
    assert program.first.stdout == "9 mentions were processed again as generation 1\n"
    found = {one.enriched.mention.text: one.enriched for one in program.stored()}
    assert found["klank en geluid"].routing.monitors == ("geluid",)
    assert found["klank nummer 3"].routing.monitors == ()
    assert {one.generation for one in found.values()} == {1}


def test_the_tags_of_a_person_are_there_still(program):
    (found,) = [one for one in program.stored() if one.enriched.mention.id == "file:in/8"]
    assert found.enriched.finding("tags").labels == ("vip",)


def test_a_part_of_history_can_be_chosen(program):
    chosen = program.command("reprocess", "--query", "nummer", "--source", "file", "--since", "1d", "--rate", "1000")
    assert chosen.stdout == "8 mentions were processed again as generation 2\n"
    assert program.command("reprocess", "--until", "30d", "--dry-run").stdout.startswith("0 mentions would")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--source", "flie"), 'did you mean "file"?'),
        (("--since", "ooit"), "is no moment"),
        (("--generation", "1024"), "1024"),
        (("--query", "("), "column"),
    ],
)
def test_wrong_use_is_told(program, options, sentence):
    said = program.command("reprocess", *options)
    assert said.exit_code in (1, 2)
    assert sentence in said.stderr


def test_a_run_that_was_killed_goes_on_under_its_number(program):
    command = [sys.executable, "-m", "klankbord", "reprocess", "-c", str(program.config), "--rate", "0.1"]
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until(lambda: any(one.enriched.generation == 3 for one in program.stored()))
    run.kill()
    run.wait()
    quiet = until(lambda: settled(program))
    done = sum(one.enriched.generation == 3 for one in quiet)
    said = program.command("reprocess", "--rate", "3")
    assert 1 <= done < 9
    assert said.stdout == f"{9 - done} mentions were processed again as generation 3\n{done} were already\n"


def settled(program):
    """What is archived, once the log is delivered."""
    waiting = program.ask(lambda stores: stores.log.state())
    return program.stored() if not any(row.lag for row in waiting) else None
