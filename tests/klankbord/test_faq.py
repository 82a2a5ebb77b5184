"""`klankbord faq` and `klankbord report digest`, with the real encoder over a real archive; and what is said of mistakes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from core.time import now
from core.types import Author, Coverage, Enriched, Finding, Mention
from desk.store import digests, letters
from klankbord import configuration
from klankbord.keeping import alerts
from klankbord.serving.similar import place
from tests.klankbord.program import Program, file_source

RULES = {
    "triage": {"version": "1"},
    "monitors": {"klank": {"query": "trein*"}},
    "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {"name": {"nl": "Webcare"}}}},
}
SAID = (
    ("nl", "Mag mijn hond mee in de trein?"),
    ("nl", "Hallo, mag een hond ook mee in de trein naar Zwolle?"),
    ("en", "Can I bring my dog on the train?"),
    ("nl", "Wie vond gisteren een blauwe paraplu op kantoor?"),
)
MAIL = {"host": "127.0.0.1", "port": 1, "tls": "none", "sender": "bord@klank.example"}


@pytest.fixture
def program(tmp_path):
    source = file_source("said.jsonl", name="said", excerpts=True)
    made = Program(tmp_path, source, mail=MAIL, digest={"units": ["webcare"]})
    (tmp_path / "playbook.yaml").write_text(yaml.safe_dump(RULES))
    return made


async def _filled(stores):
    """Gives the moment at which all of it was said."""
    at = now() - timedelta(hours=2)
    vectors = await place([text for _, text in SAID])
    told = [_asked(n, language, text, at, vectors[n]) for n, (language, text) in enumerate(SAID)]
    row = Coverage(source="said", stream="said", cursor_to="1", since=at - timedelta(weeks=9), until=now())
    assert not await stores.archive.write([*told, row])
    return at


def _asked(number, language, text, at, vector):
    author = Author(id=f"file:vraagsteller{number}", handle=f"vraagsteller{number}")
    mention = Mention(
        id=f"file:{number}",
        source="file",
        stream="said/said.jsonl",
        author=author,
        text=text,
        created_at=at,
        seen_at=at,
    )
    labels = {"language": language, "intent": "question", "unit": "webcare"}
    found = tuple(Finding(name=name, model="t", labels=(label,)) for name, label in labels.items())
    return Enriched(mention=mention, findings=found, vector=vector)


def told(program, command, *arguments, code=0):
    done = program.command(command, *arguments)
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_what_is_asked_most_is_told_listed_and_written(program):
    program.ask(_filled)
    shown = told(program, "faq", "--language", "en")
    assert "Mag mijn hond mee in de trein?" in shown
    assert "paraplu" not in shown  # one person asked that
    rows = told(program, "faq", "--csv").splitlines()
    assert rows[1].startswith("1,Mag mijn hond mee in de trein?,nl,3,3,")
    text = told(program, "faq", "--markdown", "--language", "en")
    assert "## 1. Mag mijn hond mee in de trein?" in text
    assert "Asked 3 times, by 3 people" in text
    assert "vraagsteller" not in shown + "".join(rows) + text


async def _long_ago(stores):
    at, names = now() - timedelta(days=20), range(3)
    vectors = await place([SAID[0][1] for _ in names])
    row = Coverage(source="said", stream="said", cursor_to="1", since=at - timedelta(weeks=9), until=now())
    assert not await stores.archive.write([*(_asked(n, *SAID[0], at, vectors[n]) for n in names), row])


def test_without_a_range_it_is_the_last_28_days_whatever_else_is_asked(program):
    program.ask(_long_ago)
    assert "Mag mijn hond" in told(program, "faq", "/?source=file", "--language", "en")
    assert "Mag mijn hond" not in told(program, "faq", "/?source=file&range=7d", "--language", "en")


def test_what_was_not_collected_is_said_before_all_else_and_beside_the_csv(program):
    shown = told(program, "faq", "--language", "en")
    assert shown.startswith("Not everything of this stretch was collected")
    assert "How many questions there were is not known" in shown
    done = program.command("faq", "--csv", "--language", "en")
    assert "not known" in done.stderr
    assert "not known" not in done.stdout


async def _covered(stores):
    row = Coverage(source="said", stream="said", cursor_to="1", since=now() - timedelta(weeks=9), until=now())
    assert not await stores.archive.write([row])


def test_where_nobody_asked_it_says_so(program):
    program.ask(_covered)
    assert "No question was asked by three people or more" in told(program, "faq", "--language", "en")
    assert "take the author out of it" in told(program, "faq", "/search?author=anna", code=1)


def test_a_digest_is_written_as_it_would_go_out(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    at = program.ask(_filled)
    week = f"{at.astimezone(ZoneInfo('Europe/Amsterdam')):%G-W%V}"
    text = ("--unit", "webcare", "--week", week, "--format", "text", "--language", "en")
    assert f"webcare in {week} in " in told(program, "report digest", *text)
    written = (tmp_path / f"klankbord-digest-webcare-{week}.txt").read_text(encoding="utf-8")
    assert "Webcare, week" in written
    assert "“Mag mijn hond mee in de trein?” Asked 3 times, by 3 people" in written
    told(program, "report digest", "--unit", "webcare", "--out", "last.html")
    assert (tmp_path / "last.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_mistakes_get_a_sentence(program):
    assert 'did you mean "webcare"?' in told(program, "report digest", "--unit", "webcar", code=1)
    assert "write it as 2026-W47" in told(program, "report digest", "--unit", "webcare", "--week", "47", code=1)
    content = yaml.safe_load(program.config.read_text())
    program.config.write_text(yaml.safe_dump(content | {"digest": {"units": ["webcar"]}}))
    assert 'digest.units[0]: there is no unit "webcar"' in told(program, "check", code=2)


def test_somebody_says_no_and_the_program_owes_it_to_the_others(program):
    for name in ("Anna", "Bert"):
        told(program, "people add", name, "--email", f"{name.lower()}@klank.example", "--unit", "webcare")
    assert "Anna gets no digest" in told(program, "people digest", "anna@klank.example", "no")

    async def owed(stores):
        at = now() + timedelta(weeks=1)
        at -= timedelta(days=at.weekday() - 2)  # a Wednesday
        watching = alerts.Watch(configuration.read(program.config), stores, clock=lambda: at)
        await watching.digests()
        await watching.digests()
        return [(one.what, one.receiver, one.tries) for one in await letters.latest(stores.desk)]

    assert program.ask(owed) == [(digests.DIGEST, "bert@klank.example", 1)]
    assert "Anna gets the digest" in told(program, "people digest", "anna@klank.example", "yes")
