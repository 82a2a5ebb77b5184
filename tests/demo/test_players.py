"""The demo's sources as a part of their own: what another start tells again."""

import asyncio
import json
from contextlib import suppress

import yaml

from core.tasks import happens
from klankbord.demo.players import Neighbours, Players
from klankbord.demo.stage import Place

HOUSE = {
    "data": "elsewhere",
    "sources": [{"use": "rss"}],
    "sinks": [{"use": "elasticsearch"}, {"use": "hubspot"}],
    "desk": {"url": "postgresql+psycopg://klankbord@desk/klankbord"},
    "page": {"port": 1},
}
NOBODY = Neighbours(ingest="127.0.0.1", page="127.0.0.1", port=1)


async def played(folder, lines: list[str]) -> None:
    """Play until the sources are there; the page never is."""
    there = asyncio.Event()

    def report(line: str) -> None:
        lines.append(line)
        there.set()

    playing = asyncio.create_task(Players(folder, Place(), NOBODY, HOUSE).play(report, ""))
    assert await happens(there, within=300)
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing


async def test_a_later_start_tells_the_same_past(tmp_path):
    await played(tmp_path, [])
    first = json.loads((tmp_path / "told.json").read_bytes())
    contact = (tmp_path / "klantcontact.csv").read_bytes()
    await played(tmp_path, [])
    assert json.loads((tmp_path / "told.json").read_bytes()) == first
    assert (tmp_path / "klantcontact.csv").read_bytes() == contact


async def test_the_configuration_keeps_what_the_house_keeps_and_hears_the_demo(tmp_path):
    await played(tmp_path, [])
    written = yaml.safe_load((tmp_path / "klankbord.yaml").read_text())
    assert written["data"] == "elsewhere"
    assert written["page"]["port"] == 1
    assert written["desk"] == HOUSE["desk"]
    assert written["sinks"] == [{"use": "elasticsearch"}]
    assert [source["use"] for source in written["sources"]] == [
        "bluesky",
        "mastodon",
        "rss",
        "hackernews",
        "webhook",
        "file",
    ]
