"""People's judgements in the terminal, and own heads fitted to them: real commands on a data folder with real findings."""

import json
import re

import pytest
from msgspec.structs import replace

from core.codec import decode
from core.time import now
from core.topics import JUDGEMENTS
from core.types import Enriched
from desk.store import audit, judgements
from enrich._train import written
from klankbord import configuration, own
from klankbord.keeping.desk import take_in
from klankbord.labelling import LOOKED_AT
from klankbord.lending import tools
from klankbord.rules import Rules
from klankbord.understanding import understanding
from tests.enrich.small_model import NAMED, make_model
from tests.enrich.texts import mention
from tests.klankbord.program import Program

EACH = 13
CLASSES = ("negative", "neutral", "positive")
TEXTS = [
    row.text
    for label in ("praise", "complaint")
    for row in [row for row in written.read("intent.nl") if row.labels == (label,)][:EACH]
]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A data folder that holds praise and complaints, understood."""
    program = Program(tmp_path_factory.mktemp("label"), enrich=["language", "sentiment"])
    program.ask(lambda stores: _fill(program, stores))
    return program


async def _fill(program, stores):
    read = configuration.read(program.config)
    heard = [replace(mention(text), id=f"test:{n}", created_at=now(), seen_at=now()) for n, text in enumerate(TEXTS)]
    async with understanding(read, Rules(read.playbook, str), tools(stores.folder.cache, str)) as chain:
        made = zip(heard, chain(heard), strict=True)
        items = [Enriched(mention=one, findings=known.findings, vector=known.vector) for one, known in made]
    assert not await stores.archive.write(items)


async def _found(program, stores, text):
    """Names of what a newly started understander finds of a text."""
    read = configuration.read(program.config)
    async with understanding(read, Rules(read.playbook, str), tools(stores.folder.cache, str)) as chain:
        (known,) = chain([mention(text)])
    return {one.name for one in known.findings}


async def _take_in(program, stores):
    """What the sinks of a running klankbord do with what people said. Gives what counts now, by mention."""
    said = [decode(record.value) for record in await stores.log.tail(JUDGEMENTS, LOOKED_AT) if record.value]
    await stores.archive.write(said)
    await take_in(configuration.read(program.config), stores)
    return {one.mention: one.labels for one in await judgements.current(stores.desk)}


def said(program):
    return program.ask(lambda stores: _take_in(program, stores))


def test_a_person_is_asked_and_may_skip_and_undo(program) -> None:
    told = program.command("label", "--most", "4", answers="x\n3\nu\n1\ns\n\nq\n")
    assert told.exit_code == 0, told.output
    assert "dat is geen van de toetsen" in told.stdout
    assert "teruggenomen" in told.stdout
    assert "2 beoordeeld" in told.stdout
    assert min(said(program).values()) == ("negative",)
    assert len(said(program)) == 2


def test_what_was_judged_counts_and_is_not_asked_again(program) -> None:
    judged = said(program)
    counted = program.ask(lambda stores: stores.archive.several(list(judged)))
    assert {name: stored.enriched.finding("sentiment").labels for name, stored in counted.items()} == judged
    asked = program.command("label", "--most", "100", answers="q\n").stdout
    assert not any(TEXTS[int(name.removeprefix("test:"))][:40] in asked for name in judged)


def test_what_is_said_within_a_millisecond_counts_in_its_order(program, monkeypatch) -> None:
    at, before = now(), said(program)
    monkeypatch.setattr("klankbord.commands.label.now", lambda: at)
    assert "1 beoordeeld" in program.command("label", "--most", "2", answers="3\nu\n1\nq\n").stdout
    ((_, labels),) = said(program).items() - before.items()
    assert labels == ("negative",)


def test_too_few_judgements_are_a_sentence(program) -> None:
    told = program.command("model fit", "sentiment")
    assert (told.exit_code, "are too few: 20 are needed" in told.stderr) == (1, True)


def test_an_own_head_is_fitted_compared_and_used_when_a_person_says_so(program) -> None:
    count = _judge_all(program)
    told = program.command("model fit", "sentiment").stdout
    assert f"sentiment, {count} judged messages" in told
    assert re.search(r"macro-F1 [+-]\d\.\d{3}, 95 % of draws", told)
    assert told.endswith("it is not used; with --use it would be\n")
    assert not (program.data / "heads").exists()
    assert program.command("model fit", "sentiment", "--use").exit_code == 0
    assert "+own-" in _model(program)
    entries = program.ask(lambda stores: audit.latest(stores.desk, subject="sentiment"))
    assert [entry.did for entry in entries] == ["used own head"]


def test_a_damaged_own_head_is_a_sentence_until_a_person_goes_back(program) -> None:
    path = program.data / "heads" / "sentiment.npz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PK cut short")
    told = program.command("evaluate", "--data", str(_labelled(program)))
    assert (told.exit_code, f"the own head {path} cannot be used" in told.stderr) == (1, True)
    assert program.command("model shipped", "sentiment").exit_code == 0
    assert "+own-" not in _model(program)
    assert "is in use already" in program.command("model shipped", "sentiment").stderr


def test_what_is_erased_teaches_nothing(program) -> None:
    erased, *others = said(program)
    assert program.command("erase", "--yes", "--mention", erased).exit_code == 0
    teaching = program.ask(lambda stores: own.judged(stores, "sentiment", CLASSES))
    assert sorted(one.id for one, _ in teaching) == sorted(others)


def test_there_is_no_own_head_of_other_findings(program) -> None:
    told = program.command("model fit", "sentimnt")
    assert (told.exit_code, 'did you mean "sentiment"?' in told.stderr) == (2, True)
    told = program.command("label", "topics")
    assert (told.exit_code, 'there is no own head of "topics"' in told.stderr) == (2, True)


def test_an_own_head_is_for_the_shipped_model_alone(tmp_path) -> None:
    make_model(tmp_path / "model")
    settings = {"model": "./model", "finding": "sentiment", "labels": NAMED}
    program = Program(tmp_path, enrich=["language", {"use": "transformers", "settings": settings}])
    told = program.command("model fit", "sentiment")
    assert (told.exit_code, '`use: transformers` gives "sentiment" here' in told.stderr) == (2, True)
    head = program.data / "heads" / "sentiment.npz"
    head.parent.mkdir(parents=True)
    head.write_bytes(b"fitted to another model")
    assert program.ask(lambda stores: _found(program, stores, "goed")) == {"language", "sentiment"}


def test_where_nothing_is_left_to_judge_it_is_said(program) -> None:
    assert "er valt niets te beoordelen" in program.command("label", "emotion").stdout


def _judge_all(program):
    """A judgement of every message that is asked, one label and the other in turn. Gives how many there are."""
    told = program.command("label", "--most", "100", answers="1\n3\n" * EACH)
    assert told.exit_code == 0, told.output
    return len(said(program))


def _labelled(program):
    path = program.folder / "judged.jsonl"
    path.write_text(json.dumps({"text": "Wat een fijne service!", "label": "positive"}))
    return path


def _model(program):
    return json.loads(program.command("evaluate", "--json", "--data", str(_labelled(program))).stdout)["model"]
