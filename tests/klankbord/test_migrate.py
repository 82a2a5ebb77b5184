"""`klankbord migrate` from one data folder to another: what the program kept goes on elsewhere as if nothing had happened."""

import asyncio
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from msgspec.structs import replace

from core.codec import dead_letter, encode
from core.document import Filter, Order
from core.time import now
from core.topics import DEAD, ENRICHED, MENTIONS
from core.types import Deletion, Failure, Scope
from desk.store import audit
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.moving.differences import differences, same_archive, same_log
from klankbord.moving.migrate import migrate
from klankbord.moving.tally import Row, verdict
from klankbord.run import PARTS
from tests.klankbord.freeze import LONG, TEXTS, WAITS, Frozen, append
from tests.klankbord.program import Program, command, file_source, until
from tests.klankbord.test_sending import say, sending, served
from tests.klankbord.test_versions import tagged

LEFT = sorted(set(TEXTS) - {TEXTS[1], TEXTS[2]})
ERASED = TEXTS[2]


@pytest.fixture
def here(tmp_path):
    """A stopped program that heard, judged, muted, deleted, erased and set aside, and has work waiting in its log."""
    return Frozen(tmp_path / "here")


@pytest.fixture
def there(here, tmp_path):
    """Another one to move to, which hears the same file."""
    (tmp_path / "there").mkdir()
    shutil.copy(here.folder / "in.jsonl", tmp_path / "there")
    return Program(tmp_path / "there", file_source("in.jsonl", keep=LONG))


def move(here, there):
    return command("migrate", "-c", str(here.config), "--to", str(there.config))


def table(shown):
    """What: (here, there)."""
    rows = re.findall(r"^ *(\S.*?)\s{2,}([\d,]+)\s+([\d,]+)\s*(differs)?$", shown.stdout, re.MULTILINE)
    return {what: (int(here), int(there)) for what, here, there, _ in rows}


def test_the_table_says_that_all_is_there(here, there):
    shown = move(here, there)
    assert shown.exit_code == 0, shown.stderr
    rows = table(shown)
    assert all(one == other for one, other in rows.values())
    assert rows["mentions"] == rows["mentions that count"] == rows["of file"] == (len(LEFT), len(LEFT))
    assert rows["deletions remembered"] == (2, 2)
    assert rows["erased ids"] == rows["judgements"] == rows["mutes"] == rows["cursors"] == (1, 1)
    assert rows["messages not yet understood"] == rows["judgements not yet applied"] == (1, 1)
    assert rows["dead letters not replayed"] == (1, 1)
    assert f"klankbord run -c {there.config}" in shown.stdout


def test_what_is_archived_is_the_same(here, there):
    move(here, there)
    assert there.stored() == here.stored()


def test_the_program_goes_on_there(here, there):
    move(here, there)
    cursors = here.ask(lambda stores: stores.log.cursors())
    assert there.ask(lambda stores: stores.log.cursors()) == cursors
    with there.running():
        until(lambda: WAITS in there.texts())
        until(lambda: tagged(there) == [("wacht",)])
    assert there.texts() == sorted([*LEFT, WAITS])
    assert there.ask(lambda stores: stores.log.count(MENTIONS)) == 1  # nothing was heard again


def test_what_was_erased_stays_erased(here, there):
    move(here, there)
    folder = Folder(there.data)
    assert folder.secret() == Folder(here.data).secret()
    assert there.ask(async_of(lambda stores: stores.erased(here.id_of(ERASED))))
    assert not there.files_with(ERASED)


def async_of(question):
    async def asked(stores):
        return question(stores)

    return asked


def test_own_heads_go_along_as_they_are_by_then(here, there):
    head, other = (Folder(one.data).head("sentiment") for one in (here, there))
    head.parent.mkdir()
    for content in (b"fitted", b"fitted anew"):
        head.write_bytes(content)
        assert table(move(here, there))["own heads in use"] == (1, 1)
        assert other.read_bytes() == content


def test_a_second_time_changes_nothing(here, there):
    move(here, there)
    before = there.stored(), there.ask(lambda stores: stores.log.count(MENTIONS))
    assert move(here, there).exit_code == 0
    assert (there.stored(), there.ask(lambda stores: stores.log.count(MENTIONS))) == before


@pytest.mark.parametrize("moment", [1, 4, 9])
def test_killed_and_done_again_all_is_there(here, there, moment):
    arguments = [str(here.config), str(there.config), str(moment)]
    killed = subprocess.run([sys.executable, "-m", "tests.klankbord.migrates_until", *arguments], check=False)
    assert killed.returncode == -9
    shown = move(here, there)
    assert shown.exit_code == 0, shown.stderr
    assert there.stored() == here.stored()


def test_cursors_come_last(here, there):
    subprocess.run(
        [sys.executable, "-m", "tests.klankbord.migrates_until", str(here.config), str(there.config), "9"], check=False
    )
    assert there.ask(lambda stores: stores.log.cursors()) == {}


@pytest.mark.parametrize("part", ["", *PARTS])
def test_it_does_not_run_beside_the_program_or_a_part_of_it(here, there, part):
    with Folder(here.data).locked(part, shared=part == "stream"):
        shown = move(here, there)
    assert shown.exit_code == 3
    assert f"another {' '.join(filter(None, ('klankbord', part)))} runs" in shown.stderr


def test_one_that_was_used_is_left_alone(here, there):
    append(there, MENTIONS, Deletion(target="file:1", scope=Scope.MENTION, at=now(), reason="deleted"))
    there.ask(understood)
    shown = move(here, there)
    assert shown.exit_code == 1
    assert "is in use" in shown.stderr
    assert "for files, on the way back too, a data folder that was never used" in shown.stderr


async def understood(stores):
    async with stores.log.reader(MENTIONS, "stream") as reader:
        await reader.commit((await reader.read(1, 1))[0].offset)


def test_a_desk_that_was_worked_at_since_is_left_alone(here, there):
    move(here, there)
    looked = audit.Entry(at=now(), by="ruth", did="looked at", what="mention", subject="file:1")
    there.ask(lambda stores: audit.add(stores.desk, looked))
    shown = move(here, there)
    assert shown.exit_code == 1
    assert "the desk database of the other configuration is in use: something was done there on" in shown.stderr
    assert [one.by for one in there.ask(lambda stores: audit.latest(stores.desk, subject="file:1"))] == ["ruth"]


def test_a_folder_with_erasures_of_its_own_is_left_alone(here, there):
    assert there.command("erase", "--mention", "file:iets", "--yes").exit_code == 0
    shown = move(here, there)
    assert shown.exit_code == 1
    assert "under another key" in shown.stderr


def test_to_itself_there_is_nothing_to_move(here):
    shown = move(here, here)
    assert shown.exit_code == 1
    assert "nothing to move" in shown.stderr


def test_differences_are_said(here, tmp_path):
    (tmp_path / "other").mkdir()
    other = Program(tmp_path / "other", file_source("in.jsonl"), file_source("more.jsonl", name="more", keep="9d"))
    assert 'source "more" is new there' in move(here, other).stderr


def test_a_letter_goes_along_with_all_of_its_payload(here, there):
    value = b'{"type":"nothing"' + b" " * 100_000
    here.ask(lambda stores: set_aside(stores, value))
    move(here, there)
    (letter,) = [letter for letter in there.dead() if letter.stage == "stream"]
    assert letter.payload == value


async def set_aside(stores, value):
    """A record that the stream could not take, and its letter with the beginning of it."""
    offset = await stores.log.append(MENTIONS, [("x", value)])
    failure = Failure(reason="undecodable", detail="no message", payload=value, key="x")
    letter = dead_letter(failure, origin=f"{MENTIONS}@{offset}", stage="stream", at=now())
    await stores.log.append(DEAD, [("x", encode(letter))])


def test_what_does_not_come_over_is_said(here, there):
    move(here, there)
    there.ask(
        lambda stores: stores.archive.write(
            [Deletion(target=here.id_of(TEXTS[3]), scope=Scope.MENTION, at=now(), reason="x")]
        )
    )
    shown = move(here, there)
    assert shown.exit_code == 1
    assert f"mentions ({len(LEFT)} here, {len(LEFT) - 1} there)" in shown.stderr


class Erasing:
    """Progress that takes a message out of every store while the move is comparing."""

    def __init__(self, program, identifier):
        self.program, self.identifier, self.began = program, identifier, []

    def begin(self, what, total):
        self.began.append(what)
        if self.began.count("compare") == 1 and what == "compare":
            arguments = ["erase", "-c", str(self.program.config), "--mention", self.identifier, "--yes"]
            subprocess.run([sys.executable, "-m", "klankbord", *arguments], check=True, capture_output=True)

    def tick(self, done):
        pass


def test_what_is_erased_meanwhile_does_not_stay_there(here, there):
    progress = Erasing(here, here.id_of(TEXTS[0]))
    read = configuration.read
    rows = asyncio.run(migrate(read(here.config), read(there.config), progress, print))
    assert progress.began.count("compare") == 2
    assert verdict(rows) is None
    assert not there.files_with(TEXTS[0])


def test_figures_that_differ_are_named():
    rows = [Row.of("mentions", 2, 1), Row("mutes", 3, 3, same=False), Row.of("cursors", 1, 1)]
    assert verdict(rows) == "not all of it is there: mentions (2 here, 1 there); equal in number, not in content: mutes"


def written(folder, name, **more):
    """A configuration in that folder, read."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"organisation": {"name": "Klank"}, "sources": [{"use": "bluesky"}], **more}))
    return configuration.read(path)


def test_engines_are_the_same_however_they_are_written(tmp_path):
    short = written(tmp_path, "a", log={"use": "kafka"}, sinks=[{"use": "elasticsearch"}])
    kafka = {"use": "kafka", "settings": {"servers": "127.0.0.1:9092", "prefix": "klankbord.", "partitions": 3}}
    elastic = {"use": "elasticsearch", "settings": {"url": "http://127.0.0.1:9200", "prefix": "other"}}
    long = written(tmp_path, "b", log=kafka, sinks=[elastic])
    assert same_log(short, long)
    assert not same_archive(short, long)
    assert not same_log(short, written(tmp_path, "c"))


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            {"sources": [{"use": "rss", "settings": {"feeds": ["https://example.org"]}}]},
            'source "bluesky" is not heard',
        ),
        ({"sources": [{"use": "bluesky", "keep": "9d"}]}, "are kept 400 days here and 9 there"),
        ({"sources": [{"use": "bluesky", "settings": {"backfill": "2h"}}]}, 'source "bluesky" has other settings'),
        (
            {"enrich": [{"use": "language"}]},
            "are understood by language, sentiment, emotion, intent, topics, aspects, spam here and language",
        ),
        ({"organisation": {"name": "Ander"}}, "the organisation differs"),
    ],
)
def test_each_difference_is_a_sentence(tmp_path, there, said):
    assert any(said in one for one in differences(written(tmp_path, "a"), written(tmp_path, "b", **there)))


def test_no_difference_no_sentence(tmp_path):
    assert not differences(written(tmp_path, "a"), written(tmp_path, "b", log={"use": "kafka"}, data="elsewhere"))


def archived_alone(program, text):
    """A mention that stands in the log and in the archive, which has done it, while its receiver was told nothing of it."""

    async def archive(stores):
        found = await stores.archive.search(Filter(), order=Order.NEWEST, size=1)
        (one,) = found.mentions
        late = replace(one.enriched.mention, id="webhook:late", text=text)
        moment = now()
        edited = replace(one.enriched.mention, text="klank anders", edited_at=moment, seen_at=moment)
        items = [replace(one.enriched, mention=mention) for mention in (late, edited)]
        await stores.log.append(ENRICHED, [(item.mention.id, encode(item)) for item in items])
        assert await stores.archive.write(items) == []
        async with stores.log.reader(ENRICHED, "archive") as reader:
            while records := await reader.read(99, 0):
                await reader.commit(records[-1].offset)

    program.ask(archive)


def test_what_a_receiver_has_yet_to_be_told_is_told_there_and_nothing_twice(tmp_path):
    with served() as receiver:
        for name in ("here", "there"):
            (tmp_path / name).mkdir()
        here, there = (sending(tmp_path / name, receiver) for name in ("here", "there"))
        with here.running() as run:
            address = run.address("webhook: listening on ")
            for number in range(2):
                say(address, number, f"klank {number}")
            until(lambda: len(receiver.taken) == 2)
            for group in ("archive", "partner"):
                until(lambda group=group: here.read_by(ENRICHED, group))
        archived_alone(here, "klank laat")
        for _ in range(2):  # a second time carries nothing more
            moved = move(here, there)
            assert (moved.exit_code, table(moved)["not yet read by partner"]) == (0, (2, 2)), moved.stderr
        with there.running():
            until(lambda: len(receiver.taken) == 4)
            until(lambda: there.read_by("replay.partner", "partner"))
        assert sorted(request.text for request in receiver.taken[2:]) == ["klank anders", "klank laat"]
        assert len({request.id for request in receiver.taken}) == 4
