"""Every mistake that a form can hold, on the Dutch page: nothing there is English."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer

import desk
import playbook
from core.types import Coverage
from desk.web import words
from desk.web.application import open_link
from desk.web.words import said
from tests.desk import corpus
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk

NL, EN = words.load("nl"), words.load("en")
DUTCH = {"Accept-Language": "nl"}
ENGLISH = re.compile(r"\b(the|an?|should|give|input|string|with|your?|at least|write)\b", re.IGNORECASE)
GAP = "klankbord was not listening"

ALERT = {"act": "save", "name": "Storing", "to": "ops@klank.example", "when": "above", "number": "3"}
REPORT = {"act": "report", "name": "Week", "view": "/", "to": "ops@klank.example"}
LINK = {"act": "link", "title": "Storing", "view": "/", "days": "7"}
NOTE = {"act": "add", "day": "2026-03-24", "text": "Campagne"}

MISTAKES = [
    *(("/alerts", ALERT | wrong) for wrong in (
        {"name": ""}, {"name": "a" * 81}, {"name": "a\tb"}, {"when": "never"}, {"when": ""}, {"number": "-1"}, {"number": "1e12"},
        {"number": "many"}, {"within": "soon"}, {"within": "1m"}, {"within": "9d"}, {"group": "8d"}, {"pause": "8d"},
        {"pause": "a"}, {"late": "1s"}, {"late": "8d"}, {"quiet": "tonight"}, {"quiet": "07:00-07:00"}, {"to": "nobody"},
        {"to": "", "webhook": ""}, {"webhook": "ftp://a.nl"}, {"webhook": "http://a.nl"}, {"written_in": "de"}, {"when": "unusual", "number": "1"},
        {"to": " ".join(f"a{one}@b.nl" for one in range(51))}, {"query": "x" * 10_001}, {"monitor": "Utrech"},
        {"monitor": "?"}, {"query": "storing AND ("}, {"query": "likes:3"}, {"act": "other"},
    ) if wrong != {"when": ""}),
    *(("/reports", REPORT | wrong) for wrong in (
        {"name": ""}, {"view": ""}, {"view": "/monitors"}, {"view": "/?author=x"}, {"view": "/search?q=(a"}, {"form": "doc"},
        {"every": "hour"}, {"at": "soon"}, {"on": "0"}, {"on": "29"}, {"on": "x"}, {"to": ""}, {"to": "nobody"},
        {"written_in": "de"}, {"view": "/?range=9y"}, {"view": "/?since=2026-01-01T00:00:00Z"},
        {"view": "/?since=soon&until=2026-01-01T00:00:00Z"}, {"view": "/?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z"},
    )),
    *(("/links", LINK | wrong) for wrong in (
        {"title": ""}, {"title": "a" * 121}, {"days": "8"}, {"view": "/alerts"}, {"view": "/search?q=author:anna"},
        {"view": "/search?q=a)"}, {"view": "/?q=" + "a" * 20_000},
    )),
    *(("/annotations", NOTE | wrong) for wrong in (
        {"day": ""}, {"day": "soon"}, {"last": "2026-03-01"}, {"clock": "soon"}, {"text": ""}, {"text": "a" * 281},
        {"act": "remove", "note": "gone"},
    )),
    ("/judge", {"act": "irrelevant"}),
    ("/undo", {"undo": "gone"}),
    ("/mutes", {"word": "gone"}),
]  # fmt: skip


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as database,
    ):
        gap = Coverage(
            source="webhook",
            stream="",
            cursor_to="1",
            since=corpus.NOW - timedelta(hours=5),
            until=corpus.NOW - timedelta(hours=4),
            gap=GAP,
        )
        await fill(archive, [*corpus.hostile(), *corpus.coverage(), gap])
        async with TestClient(TestServer(application(archive, kept=kept(database, sends_mail=False)))) as one:
            await one.get(open_link(one.app))
            yield one


async def sent(client, path, form):
    page = await (await client.get("/alerts", headers=DUTCH)).text()
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    headers = DUTCH | {
        "Origin": str(client.make_url("")).rstrip("/"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return await client.post(path, data=urlencode(form | {"csrf": token}), headers=headers)


def told(text):
    """What stands in the place for mistakes, or on the page that says what went wrong."""
    found = re.search(r'<div class="mistake".*?</div>|<pre tabindex="0">.*?</pre>', text, re.DOTALL)
    return found[0] if found else ""


async def test_every_mistake_of_a_form_is_told_in_dutch(client):
    wrong = {}
    for path, form in MISTAKES:
        answer = await sent(client, path, form)
        said_there = told(await answer.text())
        plain = re.sub(
            r'"[^"]*"|`[^`]*`|<[^>]*>|&#39;.*?&#39;|&#34;.*?&#34;', "", said_there.partition("Zoekopdracht: kolom")[0]
        )
        if answer.status != 400 or not said_there or 'lang="en"' in said_there or ENGLISH.search(plain):
            wrong[path, str(form)[:200]] = (answer.status, said_there)
    assert wrong == {}


async def test_why_something_was_not_collected_is_told_in_dutch(client):
    for path in ("/?range=7d", "/status"):
        page = await (await client.get(path, headers=DUTCH)).text()
        assert "klankbord luisterde niet" in page
        assert GAP not in page


def test_a_reason_that_nobody_foresaw_is_marked_as_english():
    assert str(said.shown("<b> fell over", NL)) == '<span lang="en">&lt;b&gt; fell over</span>'
    assert said.plain("it fell over", NL) == "it fell over"


def test_an_english_reader_reads_every_sentence_as_it_is_said():
    for key, text in EN.entries.items():
        if key.startswith("said."):
            sentence = re.sub(r"{\w+}", "1", text)
            assert said.said(sentence, EN) == sentence


RAISERS = {"ValueError", "BadValueError", "Reject", "Retry", "_error", "error", "_refused"}
HOME = Path(desk.__file__).parent
SOURCES = [
    *(HOME / "alerts" / f"{one}.py" for one in ("alert", "addresses", "checking", "mail", "sending")),
    *(HOME / "reports" / f"{one}.py" for one in ("schedule", "shown", "sending")),
    *(
        HOME / "web/pages" / f"{one}.py"
        for one in ("alerts", "annotations", "joining", "judging", "links", "may", "mutes", "own_account", "reports")
    ),
    *(HOME / "customers" / f"{one}.py" for one in ("acts", "listing")),
    HOME / "store/skills.py",
    HOME / "web/view.py",
    *(Path(playbook.__file__).parent / f"{one}.py" for one in ("queries", "_tokens", "_fields")),
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_sentence_that_is_raised_is_in_the_catalogue(source):
    calls = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)]
    raised = [call.args[0] for call in calls if call.args and _name(call.func) in RAISERS]
    sentences = {text for node in raised if (text := _text(node))}
    assert [one for one in sorted(sentences) if said.said(one, NL) is None] == []


def _name(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node):
    """The sentence with "1" in its places; nothing where it comes from elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "1" for part in node.values)
    return ""
