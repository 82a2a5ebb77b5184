"""Messages through the real program become cases: one each, whatever is killed on the way; history and drills become none."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import yaml
from msgspec.structs import replace
from sqlalchemy import func, select

from core.codec import decode, encode
from core.time import now
from core.topics import ENRICHED, JUDGEMENTS
from core.types import Author, Deletion, Enriched, Judgement, Mark, Mention, Routing, Scope
from desk.cases import thanking
from desk.store import cases
from desk.store.cases import Asked, State
from desk.store.notice_tables import notices
from playbook.disagreement import OUTCOME
from tests.klankbord.program import Program, file_source, line, until

CLAIM = "De klank reed niet, mijn advocaat stelt jullie aansprakelijk"
UNITS = {"webcare": {"accounts": ["noorderlijn"]}}


def rules(program):
    organisation = {"model": "centralized", "centre": "webcare", "units": UNITS}
    content = {"monitors": {"klank": {"query": "klank"}}, "triage": None, "organisation": organisation}
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump(content))


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"), enrich=("language",))
    rules(program)
    return program


def mention(number, *, by="anna", hours=0, **more):
    at = now() - timedelta(hours=2 - hours)
    author = Author(id=f"file:{by}", handle=by)
    told = {"source": "file", "stream": "file/in.jsonl", "text": CLAIM, "created_at": at, "seen_at": at}
    return Mention(id=f"file:{number}", author=author, **told | more)


def enriched(*told, outcome="restore", **more):
    routing = Routing(outcome=outcome, severity="minor", team="webcare")
    return [Enriched(mention=one, routing=routing, **more) for one in told]


def appended(program, *items, topic=ENRICHED):
    """Append these to the log as the stream does."""
    keys = [
        getattr(item, "target", None) or (item.mention if topic == JUDGEMENTS else item.mention.id) for item in items
    ]

    async def append(stores):
        await stores.log.append(topic, [(key, encode(item)) for key, item in zip(keys, items, strict=True)])

    program.ask(append)


def delivered(program, where=""):
    """Deliver all of it in a process of its own, killed where that says."""
    ran = subprocess.run([sys.executable, "-m", "tests.klankbord.cases_until", str(program.config), where], check=False)
    assert ran.returncode == (-signal.SIGKILL if where else 0)


def kept(program):
    """The cases, what happened to each, and how many notices are owed."""

    async def asked(stores):
        found = await cases.listed(stores.desk, Asked(states=()))
        async with stores.desk.reading() as connection:
            owed = await connection.scalar(select(func.count()).select_from(notices))
        return [(one, [event.kind.value for event in await cases.events(stores.desk, one.id)]) for one in found], owed

    return program.ask(asked)


def test_it_is_one_case_and_told_once_wherever_it_is_killed(program):
    appended(program, *enriched(mention(1)))
    for where in ("case", "case", "written", "written"):
        delivered(program, where)
    delivered(program)
    ((case, happened),), owed = kept(program)
    assert (case.first_message, case.unit, happened, owed) == ("file:1", "webcare", ["opened"], 1)


def test_history_and_drills_become_none(program):
    marked = [replace(mention(number), marks=(mark,)) for number, mark in enumerate(Mark)]
    appended(program, *enriched(*marked, mention(9, by="bert")), *enriched(mention(8), outcome="monitor"))
    delivered(program)
    assert [case.author for case, _ in kept(program)[0]] == ["file:bert"]


def test_what_was_deleted_before_it_was_looked_at_becomes_none(program):
    gone = Deletion(target="file:1", scope=Scope.MENTION, at=now(), reason="deleted")
    appended(program, *enriched(mention(1), mention(2, by="bert")), gone)
    delivered(program)
    assert [case.author for case, _ in kept(program)[0]] == ["file:bert"]


def test_an_answer_stops_the_clock_until_it_is_deleted(program):
    ours = mention("own", by="noorderlijn", hours=1, reply_to="file:1")
    appended(program, *enriched(ours, mention(1)))
    delivered(program)
    ((case, happened),), _ = kept(program)
    assert (case.answered_at is not None, happened) == (True, ["opened", "answered"])
    appended(program, Deletion(target="file:own", scope=Scope.MENTION, at=now(), reason="deleted"))
    delivered(program)
    ((case, happened),), _ = kept(program)
    assert (case.answered_at, happened[2:]) == (None, ["withdrawn", "unanswered"])


def test_what_follows_on_our_answer_to_one_is_no_answer_to_another(program):
    told = [mention(1, thread="file:1"), mention(2, by="bert", thread="file:1")]
    ours = [
        mention(name, by="noorderlijn", hours=1, thread="file:1", reply_to=above)
        for name, above in (("own", "file:2"), ("more", "file:own"), ("most", "file:more"))
    ]
    appended(program, *enriched(*told), *enriched(*ours, outcome="monitor"))
    delivered(program)
    assert {case.author: happened.count("answered") for case, happened in kept(program)[0]} == {
        "file:anna": 0,
        "file:bert": 3,
    }


def test_a_conversation_is_followed_up_where_its_source_does_not_name_it(program):
    ours = mention("own", by="noorderlijn", hours=1, reply_to="file:1")
    again = mention(2, hours=1.5, reply_to="file:own")
    appended(program, *enriched(again, outcome="monitor"), *enriched(mention(1)), *enriched(ours, outcome="monitor"))
    delivered(program)
    ((case, happened),), _ = kept(program)
    assert (case.thread, happened) == ("file:1", ["opened", "answered", "attached"])


def test_what_a_person_says_has_to_be_answered_becomes_one_and_an_account_that_is_gone_ends_its_own(program):
    appended(program, *enriched(mention(1), outcome="monitor"))
    delivered(program)
    assert kept(program)[0] == []
    said = Judgement(mention="file:1", name=OUTCOME, labels=("restore",), by="ruth", at=now())
    appended(program, said, topic=JUDGEMENTS)
    delivered(program)
    ((case, _),), _ = kept(program)
    assert (case.outcome, case.unit) == ("restore", "webcare")
    appended(program, Deletion(target="file:anna", scope=Scope.AUTHOR, at=now(), reason="account gone"))
    delivered(program)
    ((case, _),), _ = kept(program)
    assert (case.state, case.reason) == (State.CLOSED, "withdrawn")


def test_what_lay_there_before_the_first_run_opens_none_in_a_later_process_either(program):
    appended(program, *enriched(mention(1)))
    delivered(program, "written")
    delivered(program)
    appended(program, *enriched(mention(2, by="bert", hours=-40), mention(3, by="carl")))
    delivered(program)
    assert {case.author for case, _ in kept(program)[0]} == {"file:anna", "file:carl"}


def test_what_opens_a_case_is_not_bound_by_how_long_a_closed_one_opens_again(program):
    content = yaml.safe_load((program.folder / "playbook.yaml").read_text()) | {"cases": {"reopened_within": "0s"}}
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump(content))
    appended(program, *enriched(mention(1)))
    delivered(program)
    assert [case.author for case, _ in kept(program)[0]] == ["file:anna"]


def test_what_a_person_says_of_how_its_author_sounds_and_what_it_is_about_counts(program):
    ours = mention("own", by="noorderlijn", hours=1, reply_to="file:1")
    thanks = mention(2, hours=1.5, reply_to="file:own")
    appended(program, *enriched(mention(1), ours), *enriched(thanks, outcome="monitor"))
    delivered(program)
    assert kept(program)[0][0][1] == ["opened", "answered", "attached"]
    told = (("file:1", "topics", "trains"), ("file:2", "sentiment", "positive"))
    said = [Judgement(mention=one, name=name, labels=(label,), by="ruth", at=now()) for one, name, label in told]
    appended(program, *said, topic=JUDGEMENTS)
    delivered(program)
    ((case, happened),), _ = kept(program)
    assert happened[3:] == ["thanked"]
    assert thanking.topics(program.ask(lambda stores: cases.messages(stores.desk, case.id))) == ("trains",)


def test_what_its_reader_had_yet_to_read_opens_one_after_a_move_however_long_it_waited(program, tmp_path):
    appended(program, *enriched(mention(1)))
    delivered(program)
    appended(program, *enriched(mention(2, by="bert", seen_at=now() - timedelta(days=3))))
    program.ask(archived)
    (tmp_path / "there").mkdir()
    there = Program(tmp_path / "there", file_source("in.jsonl"))
    rules(there)
    moved = program.command("migrate", "--to", str(there.config))
    assert moved.exit_code == 0, moved.stderr
    delivered(there)
    assert sorted(case.author for case, _ in kept(there)[0]) == ["file:anna", "file:bert"]


async def archived(stores):
    """What the log has for the archive is there, and its reader is done with it; nobody else is."""
    async with stores.log.reader(ENRICHED, stores.archive.name) as reader:
        records = await reader.read(9, 1)
        assert await stores.archive.write([decode(record.value) for record in records]) == []
        await reader.commit(records[-1].offset)


def test_the_program_opens_one_and_hears_our_answer_though_no_monitor_wants_it(program):
    program.add("in.jsonl", line(1, CLAIM))  # what stands there at first is history
    with program.running() as run:
        program.has(CLAIM)
        program.add("in.jsonl", line(2, CLAIM, author="bert"))
        ((case, _),) = until(lambda: kept(program)[0], within=600)
        os.kill(run.keeper(), signal.SIGKILL)
        program.add("in.jsonl", line(3, "Wat vervelend.", handle="noorderlijn", reply_to="2", thread="2"))
        until(lambda: kept(program)[0][0][0].answered_at, within=600)
    ((after, happened),), _ = kept(program)
    assert (after.id, after.author, happened) == (case.id, "file:in/bert", ["opened", "answered"])
    assert f"#{case.number}" in program.command("cases list").output
    told = program.command("cases show", str(case.number)).output
    assert "answered" in told
    assert "there is no case 7" in program.command("cases show", "7").output
