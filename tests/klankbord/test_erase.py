"""Erasure on request reaches every store of a running program, and what was erased does not come back."""

import json
import re
import threading
import time
from collections import Counter

import msgspec
import pytest

from core.codec import encode
from core.time import now
from core.topics import JUDGEMENTS
from core.types import Judgement, Mute
from desk.store import touched
from klankbord.configuration import CUSTOMERS, DESK
from tests.klankbord.program import Program, Run, file_source, installed, line, until

SECRETS = ("quasimodoblauw", "quasimodorood", "quasimodogroen")
"""Words of the erased: two messages of the author and one of somebody else, erased by its id."""
KEPT = ["klank van een ander", "klank van nog een ander"]
NOTING = '''"""An enricher that notes each time it is built."""
from contextlib import asynccontextmanager
from pathlib import Path
from core.settings import Settings as Base
class Settings(Base):
    notes: Path
class Noting:
    name, needs_vector = "noting", False
    def find(self, batch):
        return [None for _ in batch]
@asynccontextmanager
async def build(settings, tools):
    with settings.notes.open("a") as notes:
        notes.write("built\\n")
    yield Noting()
'''


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A running program that heard, exported, judged, muted and set aside; then the two erasures, and their output."""
    folder = tmp_path_factory.mktemp("erase")
    noting = {"use": "noting", "settings": {"notes": str(folder / "notes")}}
    program = Program(folder, file_source("in.jsonl", join=True), enrich=["language", noting])
    program.heard = [
        line("quasimodoeen", f"klank {SECRETS[0]}", author="quirina"),
        line(2, f"klank {SECRETS[1]} nummer twee", author="quirina"),
        line(7, f"klank {SECRETS[2]}", author="anna"),
        *(line(10 + number, text, author="bert") for number, text in enumerate(KEPT)),
    ]
    program.add("in.jsonl", *program.heard)
    program.add("in.jsonl", line(3, f"klank {SECRETS[0]} \0", author="quirina"))
    with installed(folder / "packages", "noting", NOTING) as environment, program.running(**environment) as run:
        program.run = run
        until(lambda: len(program.texts()) == 5)
        until(program.dead)
        by_id = {stored.enriched.mention.id: stored for stored in program.stored()}
        program.author = next(
            s.enriched.mention.author.id for s in by_id.values() if SECRETS[0] in s.enriched.mention.text
        )
        program.alone = next(i for i, s in by_id.items() if SECRETS[2] in s.enriched.mention.text)
        for form in ("jsonl", "csv", "parquet"):
            assert program.command("export", "--format", form).exit_code == 0
        said(program, next(i for i, s in by_id.items() if SECRETS[0] in s.enriched.mention.text))
        joined(program)
        until(lambda: settled(program))
        assert len(program.files_with(*SECRETS)) > 4
        program.before = held(program, "before", program.author)
        program.of_customer = held(program, "customer", program.customer)
        program.shown = program.command("erase", "--author", program.author, "--yes")
        program.again = program.command("erase", "--mention", program.alone, "--yes")
        yield program


def said(program, mention):
    """People judge one of the author's messages and mute the author."""
    judgement = Judgement(mention=mention, name="tags", labels=("compensatie",), by="ruth", at=now())
    mute = Mute(by="ruth", at=now(), author=program.author)
    entries = [(mention, encode(judgement)), (program.author, encode(mute))]
    program.ask(lambda stores: stores.log.append(JUDGEMENTS, entries))
    until(lambda: any(stored.judgements for stored in program.stored()))


def joined(program):
    """The author is a customer, whose document the program keeps."""
    customer = program.command("customer add").stdout.strip()
    assert program.command("customer link", customer, program.author).exit_code == 0
    program.customer = customer
    until(lambda: documents(program))


def settled(program):
    """Whether the desk has what was said, and no customer waits to be counted once more."""

    async def asked(stores):
        behind = any(row.lag for row in await stores.log.state() if row.group in (CUSTOMERS, DESK))
        return not behind and not await touched.waiting(stores.desk, 1)

    return program.ask(asked)


def held(program, name, who):
    """What is held of the author, as `klankbord customer export` writes it beside the data folder."""
    path = program.folder / f"{name}.json"
    told = program.command("customer export", who, "--to", str(path))
    assert told.exit_code == 0, told.stderr
    return msgspec.json.decode(path.read_bytes())


def documents(program):
    return program.ask(lambda stores: stores.archive.customers.holding([program.author]))


def test_no_document_of_a_customer_tells_of_the_author(program):
    assert documents(program) == []


def test_each_store_is_named_with_count_and_seconds(program):
    assert program.shown.exit_code == program.again.exit_code == 0
    rows = dict(re.findall(r"^(\w[\w .]*?)\s{2,}(\d+)\s+\d+\.\d\d\s*$", program.shown.stdout, re.MULTILINE))
    assert rows == {
        "archive": "2",
        "cases": "0",
        "desk": "8",  # said, muted, an account and its customer, whose mentions those were, and what was done twice
        "log topic mentions": "2",
        "log topic enriched": "2",
        "log topic events": "0",
        "log topic judgements": "2",
        "log topic dead": "1",
        "log topic replay.archive": "0",
        "log topic replay.desk": "0",
        "log topic replay.customers": "0",
        "log topic replay.emerging": "0",
        "log topic replay.cases": "0",
        "customers": "1",
        "exports": "6",
    }


def test_before_it_each_store_told_what_it_held(program):
    told = program.before
    texts = [one["stored"]["enriched"]["mention"]["text"] for one in told["archive"]]
    assert {secret for text in texts for secret in SECRETS if secret in text} == set(SECRETS[:2])
    assert [one["labels"] for message in told["archive"] for one in message["stored"]["judgements"]] == [
        ["compensatie"]
    ]
    assert told["desk"].keys() == {"judgements", "mutes", "identities", "customers", "deliveries", "audit"}
    topics = Counter(one["topic"] for one in told["log"])
    assert topics == {"mentions": 2, "enriched": 2, "judgements": 2, "dead": 1}
    assert sorted((one["rows"], one["name"].rpartition(".")[2]) for one in told["files"]) == [
        (2, form) for form in ("csv", "jsonl", "parquet")
    ]
    assert (told["accounts"], told["erased"]) == ([program.author], False)
    assert [one["id"] for one in told["summaries"]["customers"]] == [program.customer] == told["customers"]
    text = json.dumps(told)
    assert not [other for other in (SECRETS[2], *KEPT) if other in text]


def test_of_the_customer_the_same_is_told(program):
    for name in ("archive", "log", "files", "summaries", "accounts", "customers"):
        assert program.of_customer[name] == program.before[name]


def test_afterwards_nothing_is_held(program):
    told = held(program, "after", program.author)
    assert (told["archive"], told["desk"], told["log"], told["files"]) == ([], {}, [], [])
    assert (told["messages"], told["customers"], told["summaries"]) == ([], [], {"customers": [], "cases": []})
    assert told["erased"] is True
    shown = program.command("customer export", program.author, "--to", str(program.folder / "after.pdf"))
    assert (shown.exit_code, shown.stdout) == (0, "nothing is held\n")
    assert (program.folder / "after.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("held.txt", "neither in .json nor in .pdf"),
        ("before.json", "there already"),
        ("no/where.pdf", "cannot be written"),
    ],
)
def test_a_file_that_cannot_be_written_is_said_and_nothing_is_put_in_the_place_of_another(program, to, sentence):
    told = program.command("customer export", program.author, "--to", str(program.folder / to))
    assert told.exit_code == 1
    assert sentence in told.stderr


def test_no_file_holds_what_was_erased(program):
    assert until(lambda: not program.files_with(*SECRETS)) is True


def test_what_was_judged_and_muted_of_the_author_is_gone(program):
    assert program.files_with("quasimodoeen", program.author) == []


def test_search_finds_nothing_of_it_and_the_others(program):
    assert program.texts() == sorted(KEPT)
    found = program.command("search", "quasimodo*")
    assert found.stdout.splitlines()[-1] == "0 mentions in the last 30 days"


def test_enrichers_are_built_anew_so_that_they_remember_nothing_of_it(program):
    assert until(lambda: (program.folder / "notes").read_text().count("built") > 1)


def test_exports_keep_the_rows_of_others(program):
    for form in ("jsonl", "csv"):
        (path,) = (program.data / "exports").glob(f"*.{form}")
        assert all(text in path.read_text() for text in KEPT)


def test_heard_again_it_does_not_come_back(program):
    program.add("in.jsonl", *program.heard, line(4, f"klank {SECRETS[0]} opnieuw", author="quirina"))
    program.add("in.jsonl", line(99, "klank later"))
    until(lambda: "klank later" in program.texts())
    assert program.texts() == sorted([*KEPT, "klank later"])
    assert program.files_with(*SECRETS) == []


def test_an_erasure_needs_an_id(program):
    without, odd = program.command("erase", "--yes"), program.command("erase", "--yes", "--author", "anna")
    assert (without.exit_code, odd.exit_code) == (1, 1)
    assert '"anna" is no id' in odd.stderr


def test_it_asks_before_it_erases(program):
    asked = program.command("erase", "--mention", "file:in/11", answers="n\n")
    assert asked.exit_code == 1
    assert set(KEPT) <= set(program.texts())


def test_nothing_stays_of_what_was_on_its_way(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    with Run(program) as run:
        run.ready()
        feed = threading.Thread(target=fed, args=(program,))
        feed.start()
        until(lambda: len(program.texts()) > 50)
        author = next(
            one.enriched.mention.author.id for one in program.stored() if "quasimodo" in one.enriched.mention.text
        )
        assert program.command("erase", "--author", author, "--yes").exit_code == 0
        feed.join()
        until(lambda: "klank einde" in program.texts())
        assert run.end() == 0
    assert program.texts() == ["klank einde"]
    assert program.files_with("quasimodo") == []


def fed(program):
    """A few seconds of one author's messages, then one of somebody else."""
    for number in range(60):
        program.add("in.jsonl", *(line(number * 10 + n, f"klank quasimodo{n}", author="quirina") for n in range(10)))
        time.sleep(0.02)
    program.add("in.jsonl", line("einde", "klank einde", author="bert"))
