"""Dead letters chosen by stage, time and class; sent back at a pace, read again by the settings of their source."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from core.codec import dead_letter, decode, encode
from core.errors import Stop
from core.time import now
from core.topics import DEAD
from core.types import Author, Deletion, Enriched, Failure, Mark, Mention, Scope
from klankbord.moments import moment, stretch
from tests.klankbord.program import Program, file_source, until

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
OLD = now() - timedelta(days=10)


def letter(error, payload=b"{}", *, origin="file/in.jsonl", stage="ingest", at=OLD, key="k"):
    failure = Failure(reason=error, detail="no", payload=payload, key=key)
    return dead_letter(failure, origin=origin, stage=stage, at=at)


def set_aside(program, *letters):
    entries = [(one.key, encode(one)) for one in letters]
    return program.ask(lambda stores: stores.log.append(DEAD, entries))


def stored(native, text="klank", author="anna"):
    author = Author(id=f"file:{author}")
    mention = Mention(id=f"file:{native}", source="file", author=author, text=text, created_at=OLD, seen_at=OLD)
    return Enriched(mention=mention)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90m", NOON - timedelta(minutes=90)),
        ("2w", NOON - timedelta(weeks=2)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20 13:30", datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
        ("2026-11-20T13:30+02:00", datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_moment_is_a_stretch_back_or_a_date(text, meant):
    assert moment(text, UTC, NOON) == meant


@pytest.mark.parametrize("times", [("gisteren", None), (None, "12"), ("1h", "2h"), ("2026-11-20", "2026-11-20")])
def test_what_is_no_moment_or_leaves_no_time_is_said(times):
    with pytest.raises(Stop, match=r"give one like|nothing in between"):
        stretch(*times, UTC, NOON)


@pytest.fixture
def quiet(tmp_path):
    """A folder in which nothing runs, with three letters of two classes: ten days, five days and an hour old."""
    program = Program(tmp_path, file_source("in.jsonl"))
    ages = [timedelta(days=10), timedelta(days=5), timedelta(hours=1)]
    errors = ["not JSON", "no text", "not JSON"]
    set_aside(program, *(letter(error, at=now() - age) for error, age in zip(errors, ages, strict=True)))
    return program


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), ["1", "2", "3"]),
        (("--error", "not JSON"), ["1", "3"]),
        (("--since", "7d"), ["2", "3"]),
        (("--until", "7d"), ["1"]),
        (("--since", "7d", "--until", "1d"), ["2"]),
        (("--stage", "stream"), []),
    ],
)
def test_letters_are_listed_by_class_and_time(quiet, options, numbers):
    listed = quiet.command("dead list", *options)
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:] if " file/in.jsonl" in line] == numbers


def test_several_are_shown_by_number_or_by_choice(quiet):
    by_number, by_choice = quiet.command("dead show", "1", "3"), quiet.command("dead show", "--error", "not JSON")
    assert [line for line in by_number.stdout.splitlines() if line.startswith("number")] == ["number  1", "number  3"]
    assert by_choice.stdout.startswith("2 of 2 dead letters")


def test_a_stage_that_is_not_there_is_answered_with_the_nearest(quiet):
    said = quiet.command("dead replay", "--stage", "archief")
    assert (said.exit_code, 'did you mean "archive"?' in said.stderr) == (1, True)


def test_a_rate_of_nothing_is_refused(quiet):
    assert quiet.command("dead replay", "--rate", "0").exit_code == 2


def replayed(tmp_path, source, payload, error="wrong"):
    """What stands in topic mentions after a letter of that source was replayed: as (message, what was said)."""
    program = Program(tmp_path, source)
    set_aside(program, letter(error, payload, origin=f"{source.get('name', source['use'])}/in.jsonl"))
    said = program.command("dead replay", "--rate", "1000")
    records = program.ask(lambda stores: stores.log.after("mentions", 0, 10))
    return [decode(record.value) for record in records], said.stdout


def test_a_row_is_read_by_the_columns_and_the_zone_of_its_source(tmp_path):
    settings = {"columns": {"text": "bericht.inhoud", "created_at": "toen"}, "zone": "America/New_York"}
    source = file_source("in.jsonl")
    source["settings"] |= settings
    payload = b'{"id": 7, "bericht": {"inhoud": "klank"}, "toen": "2024-11-20 13:30"}'
    (mention,), _ = replayed(tmp_path, source, payload)
    assert (mention.id, mention.text) == ("file:in/7", "klank")
    assert mention.created_at == datetime(2024, 11, 20, 18, 30, tzinfo=UTC)


def test_a_row_of_a_spreadsheet_says_its_fields_itself(tmp_path):
    source = file_source("in.jsonl", follow=False)
    source["settings"] |= {"columns": {"text": "bericht"}, "zone": "America/New_York"}
    payload = b"sep=;\ntext;created_at;(klant)\nklank;2024-11-20 13:30;Jan\n"
    (mention,), _ = replayed(tmp_path, source, payload)
    assert mention.created_at == datetime(2024, 11, 20, 18, 30, tzinfo=UTC)
    assert mention.marks == (Mark.HISTORY,)


@pytest.mark.parametrize(("trusted", "sent"), [(True, 1), (False, 0)])
def test_a_push_is_taken_as_far_as_its_sender_is_trusted_now(tmp_path, trusted, sent):
    source = {"use": "webhook", "settings": {"port": 0, "trusted": trusted}}
    mentions, said = replayed(tmp_path, source, b"[" + encode(stored("1").mention) + b"]")
    assert len(mentions) == sent
    assert said.startswith(f"{sent} sent back")


@pytest.fixture
def gone(tmp_path):
    """Letters of the archive about a message that is deleted, one past its keep time, one erased, and one that may come."""
    program = Program(tmp_path, file_source("in.jsonl"))
    items = {name: stored(name, author=name) for name in ("deleted", "expired", "erased", "well")}
    long_ago = OLD - timedelta(days=500)
    items["expired"] = Enriched(mention=replace(items["expired"].mention, created_at=long_ago, seen_at=long_ago))
    letters = [
        letter("unwritable", encode(item), stage="archive", origin=f"enriched@{n}", key=item.mention.id)
        for n, item in enumerate(items.values(), 1)
    ]
    set_aside(program, *letters)

    async def taken_away(stores):
        await stores.archive.write([Deletion(target="file:deleted", scope=Scope.MENTION, at=now(), reason="deleted")])
        await stores.archive.expire("file", now() - timedelta(days=400))
        stores.erased.add(["file:erased"])

    program.ask(taken_away)
    return program


def test_a_replay_brings_back_nothing_that_is_deleted_erased_or_past_its_keep_time(gone):
    said = gone.command("dead replay", "--stage", "archive")
    assert said.stdout.splitlines() == ["3 sent back, 0 had been before", "3: stays: file:erased was erased on request"]
    with gone.running():
        until(gone.stored)
    assert [one.enriched.mention.id for one in gone.stored()] == ["file:well"]
