"""`klankbord migrate` from one data folder to another: what the program kept goes on elsewhere as if nothing had happened."""

import re
import shutil
import subprocess
import sys

import pytest

from core.codec import dead_letter, encode
from core.time import now
from core.topics import DEAD, JUDGEMENTS, MENTIONS
from core.types import Author, Deletion, Failure, Judgement, Mention, Mute, Scope
from klankbord.folder import Folder
from tests.klankbord.freeze import append, judged
from tests.klankbord.program import Program, command, file_source, line, until

HEARD = 6
LATER = Mention(
    id="file:later",
    source="file",
    author=Author(id="file:zoe"),
    text="klank die nog wacht",
    created_at=now(),
    seen_at=now(),
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A stopped program that heard, judged, muted, deleted, erased and set aside, and has work waiting in its log."""
    folder = tmp_path_factory.mktemp("lived")
    program = Program(folder, file_source(str(folder / "in.jsonl")))
    program.add("in.jsonl", *(line(n, f"klank nummer {n}", author=f"a{n}") for n in range(HEARD)))
    program.add("in.jsonl", line(90, "klank \0 kapot"))
    with program.running():
        until(lambda: len(program.texts()) == HEARD)
        until(program.dead)
        program.ids = {one.enriched.mention.text[-1]: one.enriched.mention.id for one in program.stored()}
        append(program, JUDGEMENTS, judged(program.ids["0"], "vip"), Mute(by="ruth", at=now(), word="reclame"))
        append(program, MENTIONS, Deletion(target=program.ids["1"], scope=Scope.MENTION, at=now(), reason="deleted"))
        until(lambda: len(program.texts()) == HEARD - 1 and any(one.judgements for one in program.stored()))
        assert program.command("erase", "--mention", program.ids["2"], "--yes").exit_code == 0
    append(program, MENTIONS, LATER)
    append(program, JUDGEMENTS, judged(LATER.id, "wacht"))
    return program


@pytest.fixture
def here(lived, tmp_path):
    """The program in a copy of its own."""
    shutil.copytree(lived.data, tmp_path / "here" / "data")
    program = Program(tmp_path / "here", *sources(lived))
    program.ids = lived.ids
    return program


@pytest.fixture
def there(lived, tmp_path):
    """Another one to move to, which hears the same file."""
    (tmp_path / "there").mkdir()
    return Program(tmp_path / "there", *sources(lived))


def sources(lived):
    return [file_source(str(lived.folder / "in.jsonl"))]


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
    assert rows["mentions"] == rows["mentions that count"] == rows["of file"] == (HEARD - 2, HEARD - 2)
    assert rows["deletions remembered"] == (2, 2)
    assert rows["erased ids"] == rows["judgements"] == rows["mutes"] == rows["cursors"] == (1, 1)
    assert rows["messages not yet understood"] == rows["judgements not yet applied"] == (1, 1)
    assert rows["dead letters not replayed"] == (1, 1)
    assert f"klankbord run -c {there.config}" in shown.stdout


def test_what_is_archived_is_the_same(here, there):
    move(here, there)
    assert there.stored() == here.stored()


def test_the_program_goes_on_there(here, there, lived):
    move(here, there)
    cursors = here.ask(lambda stores: stores.log.cursors())
    assert there.ask(lambda stores: stores.log.cursors()) == cursors
    with there.running():
        until(lambda: LATER.text in there.texts())
        late = next(one for one in there.stored() if one.enriched.mention.id == LATER.id)
        assert [one.labels for one in late.judgements] == [("wacht",)]
    assert len(there.texts()) == HEARD - 1
    assert there.ask(lambda stores: stores.log.count(MENTIONS)) == 1  # nothing was heard again


def test_what_was_erased_stays_erased(here, there):
    move(here, there)
    folder = Folder(there.data)
    assert folder.secret() == Folder(here.data).secret()
    assert there.ask(async_of(lambda stores: stores.erased(here.ids["2"])))
    assert not there.files_with("klank nummer 2")


def async_of(question):
    async def asked(stores):
        return question(stores)

    return asked


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


def test_it_does_not_run_beside_the_program(here, there):
    with Folder(here.data).locked():
        shown = move(here, there)
    assert shown.exit_code == 3
    assert "another klankbord runs" in shown.stderr


def test_one_that_was_used_is_left_alone(here, there):
    append(there, MENTIONS, LATER)
    there.ask(understood)
    shown = move(here, there)
    assert shown.exit_code == 1
    assert "is in use" in shown.stderr


async def understood(stores):
    async with stores.log.reader(MENTIONS, "stream") as reader:
        await reader.commit((await reader.read(1, 1))[0].offset)


def test_a_folder_with_erasures_of_its_own_is_left_alone(here, there):
    assert there.command("erase", "--mention", "file:iets", "--yes").exit_code == 0
    shown = move(here, there)
    assert shown.exit_code == 1
    assert "under another key" in shown.stderr


def test_to_itself_there_is_nothing_to_move(here):
    shown = move(here, here)
    assert shown.exit_code == 1
    assert "nothing to move" in shown.stderr


def test_differences_are_said(here, lived, tmp_path):
    (tmp_path / "other").mkdir()
    other = Program(tmp_path / "other", *sources(lived), file_source("more.jsonl", name="more", keep="9d"))
    assert 'source "more" is new there' in move(here, other).stderr


def test_a_letter_goes_along_with_all_of_its_payload(here, there):
    append(here, MENTIONS, LATER)
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
        lambda stores: stores.archive.write([Deletion(target=here.ids["3"], scope=Scope.MENTION, at=now(), reason="x")])
    )
    shown = move(here, there)
    assert shown.exit_code == 1
    assert f"mentions ({HEARD - 2} here, {HEARD - 3} there)" in shown.stderr
