"""What the command line answers, asked of real files and of a running program."""

import csv
import http.cookiejar
import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from pyarrow import parquet

from klankbord.registry import ROOMS, components
from tests.klankbord.program import LONG, Program, command, file_source, line, until

RECORDED = Path(__file__).parent.parent / "data"
FILES = {
    "bluesky": "bluesky/jetstream_v1_a.jsonl",
    "mastodon": "mastodon/test_stream_user_local.sse",
    "rss": "rss/real_HuffPostCanada.xml",
    "hackernews": "hackernews/item_8863.json",
}
TRAINS, BUSES = 7, 4


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A running program with messages about trains and buses."""
    program = Program(tmp_path_factory.mktemp("commands"), file_source("in.jsonl"))
    program.add("in.jsonl", *(line(n, f"klank van trein {n} \x1b[31mrood, '=1+1'") for n in range(TRAINS)))
    program.add("in.jsonl", *(line(100 + n, f"klank van bus {n}") for n in range(BUSES)))
    with program.running() as run:
        program.run = run
        until(lambda: len(program.texts()) == TRAINS + BUSES)
        yield program


class Browser:
    """Keeps cookies, as a browser does, and knows no proxies."""

    def __init__(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def get(self, url):
        """Status and body."""
        try:
            with self._opener.open(url, timeout=LONG) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""


def printed(result):
    """The JSON lines a command wrote."""
    return [json.loads(one) for one in result.stdout.splitlines()]


def test_list_names_every_component():
    listed = command("list")
    assert listed.exit_code == 0
    assert all(f" {name} " in listed.stdout for room in ROOMS for name in components(room))


@pytest.mark.parametrize("connector", FILES)
def test_parse_turns_a_recording_into_lines(connector):
    said = command("parse", connector, str(RECORDED / FILES[connector]), "--seen-at", "2026-08-02T12:00:00")
    kinds = [one["type"] for one in printed(said)]
    assert (said.exit_code, "mention" in kinds, "failure" in kinds) == (0, True, False)


def test_parse_gives_deletions_as_well():
    said = command("parse", "bluesky", str(RECORDED / "bluesky/golden_v1.jsonl"))
    assert "deletion" in [one["type"] for one in printed(said)]


def test_parse_names_failures_and_ends_with_one(tmp_path):
    (tmp_path / "bad.jsonl").write_bytes(b'{"text": "goed"}\n\xff\n')
    said = command("parse", "file", str(tmp_path / "bad.jsonl"))
    assert [one["type"] for one in printed(said)] == ["mention", "failure"]
    assert (said.exit_code, printed(said)[1]["reason"]) == (1, "not UTF-8")
    assert "1 of the inputs could not be read" in said.stderr


def test_parse_of_an_unknown_connector_names_the_nearest(tmp_path):
    (tmp_path / "a").touch()
    said = command("parse", "mastadon", str(tmp_path / "a"))
    assert (said.exit_code, 'did you mean "mastodon"?' in said.stderr) == (2, True)


@pytest.fixture
def asked(tmp_path):
    """What `init` does with these answers in an empty folder."""
    answers = 'Noorderlijn: "N" {0}\n@noorderlijn, noorder lijn, #nl, AND, "\nnl, en\nfile, rss\n'
    return tmp_path, command("init", "--folder", str(tmp_path), answers=answers)


def test_init_asks_and_writes_what_check_accepts(asked):
    folder, said = asked
    assert said.exit_code == 0
    checked = command("check", "-c", str(folder / "klankbord.yaml"))
    assert (checked.exit_code, checked.stdout.endswith("2 sources, 1 monitors, no mistakes\n")) == (0, True)


def test_init_never_overwrites(asked):
    folder, _ = asked
    before = (folder / "klankbord.yaml").read_text()
    again = command("init", "--folder", str(folder), answers="Anders\n\nnl\nrss\n")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert (folder / "klankbord.yaml").read_text() == before


@pytest.mark.parametrize(("languages", "sources"), [("nl, en", "blusky"), ("nederlands", "rss"), ("nl", ",")])
def test_init_refuses_what_would_not_work(tmp_path, languages, sources):
    said = command("init", "--folder", str(tmp_path), answers=f"Anders\n\n{languages}\n{sources}\n")
    assert said.exit_code in (1, 2)
    assert not (tmp_path / "klankbord.yaml").exists()


def test_search_export_and_page_count_the_same(program):
    found = program.command("search", "trein").stdout.splitlines()[-1]
    assert found == f"{TRAINS} mentions in the last 30 days"
    exported = program.command("export", "trein", "--format", "jsonl").stdout
    assert exported.startswith(f"{TRAINS} mentions in ")
    browser = Browser()
    link = program.command("open").stdout.strip()
    assert browser.get(link)[0] == 200
    shown = browser.get(link.partition("/open")[0] + "/search?q=" + quote("trein"))[1]
    assert f">{TRAINS} " in re.sub(r"\s+", " ", shown)


def test_search_shows_no_control_characters(program):
    shown = program.command("search", "trein").stdout
    assert "klank van trein 3" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_export_writes_every_row(program, tmp_path, form):
    path = tmp_path / f"out.{form}"
    assert program.command("export", "--format", form, "--out", str(path)).exit_code == 0
    assert len(ROWS[form](path)) == TRAINS + BUSES


ROWS = {
    "jsonl": lambda path: [json.loads(one) for one in path.read_text().splitlines()],
    "csv": lambda path: list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())),
    "parquet": lambda path: parquet.read_table(path).to_pylist(),
}


def test_export_to_where_nothing_can_be_written_is_said(program):
    said = program.command("export", "--out", "/proc/nothing/out.jsonl")
    assert (said.exit_code, "klankbord: /proc/nothing/out.jsonl cannot be written" in said.stderr) == (1, True)


def test_a_fresh_link_opens_the_page_once(program):
    link = program.command("open").stdout.strip()
    assert [Browser().get(link)[0] for _ in range(2)] == [200, 403]


def test_without_a_running_program_there_is_no_link(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    said = program.command("open")
    assert (said.exit_code, "start one with: klankbord run" in said.stderr) == (1, True)


def test_status_shows_each_part(program):
    shown = until(
        lambda: (said := program.command("status").stdout) and re.search(r"enriched +archive +0 ", said) and said
    )
    assert re.search(r"mentions +stream +0 ", shown)


def test_the_model_is_found_where_it_was_built():
    built = [command("model", "build") for _ in range(2)]
    assert [one.exit_code for one in built] == [0, 0]
    assert built[1].stdout.splitlines()[-1].startswith("the encoder is in ")


ODD = [
    ("search", "--days", "99999999"),
    ("search", "--size", "-1"),
    ("search", "klank \ud800"),
    ("export", "--days", "0"),
    ("dead list", "--since", "99999999999w"),
    ("dead show", "1"),
    ("erase", "--yes", "--author", "a:\ud800"),
    ("erase", "--yes", "--mention", "a:\0"),
]


@pytest.mark.parametrize("odd", ODD, ids=" ".join)
def test_what_cannot_be_done_is_said_in_a_sentence(program, odd):
    said = program.command(*odd)
    assert said.exit_code in (1, 2)
    assert said.stderr.strip()


@pytest.mark.parametrize("name", ["archive.db", "log/dead.db"])
def test_a_damaged_file_is_named(tmp_path, name):
    program = Program(tmp_path, file_source("in.jsonl"))
    program.command("status")
    (program.data / name).write_bytes(b"no database" * 1000)
    said = program.command("status")
    assert (said.exit_code, f"{program.data / name} " in said.stderr) == (1, True)
