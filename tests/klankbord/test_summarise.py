"""`klankbord summarise`, over a real archive and a strict double of a language model."""

import asyncio

from click.testing import CliRunner

from core.time import now
from desk.store import audit
from klankbord import configuration
from klankbord.cli import main
from klankbord.options import hush
from klankbord.stores import open_stores
from tests.desk.api.asking import said
from tests.desk.summaries.double import KEY, double

CONFIGURATION = """
organisation: {name: Noorderlijn}
sources: [{use: rss, name: bluesky, excerpts: true, settings: {feeds: ["https://example.org/a.xml"]}}]
"""


async def summarised(tmp_path, *arguments, llm=""):
    path = tmp_path / "klankbord.yaml"
    path.write_text(CONFIGURATION + llm)
    async with open_stores(configuration.read(path), hush) as stores:
        refused = await stores.archive.write(
            [said(1, now(), text="trein, bel 0612345678 of jan@voorbeeld.nl"), said(2, now(), text="bus")]
        )
    assert not refused
    given = ["summarise", *arguments, "-c", str(path)]
    return path, await asyncio.to_thread(CliRunner().invoke, main, given)


async def test_each_sentence_stands_with_its_evidence(tmp_path):
    async with double() as server:
        llm = f"llm: {{base_url: '{server.settings.base_url}', model: small, key: {KEY}}}\n"
        path, result = await summarised(tmp_path, "trein", "--language", "en", llm=llm)
    assert result.exit_code == 0, result.output
    sentence, evidence, told = result.output.splitlines()
    assert (sentence, evidence.split()[-1]) == ("Het gaat over de trein.", "bluesky:1")
    assert told == "by small from 1 of 1 mentions"
    assert [one["text"] for one in server.sent()] == ["trein, bel [phone] of [e-mail]"]
    async with open_stores(configuration.read(path), hush) as stores:
        assert [one.subject for one in await audit.latest(stores.desk)] == ["bluesky:1"]


async def test_without_a_language_model_it_says_so(tmp_path):
    _, result = await summarised(tmp_path)
    assert result.exit_code == 1
    assert "no language model is configured: see `llm:` in docs/own-models.md" in result.output
