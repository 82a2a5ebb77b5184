"""A data folder in which the demo's climb was played, on an archive that holds what is said in it and nothing else."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from core.types import Enriched
from ingest import mastodon as connector
from klankbord import configuration
from klankbord.demo.cast import cast_of
from klankbord.demo.climb import climb
from klankbord.demo.climbing import Climb
from klankbord.demo.dialogues import DAYS, dialogues
from klankbord.demo.messages import Said
from klankbord.demo.native import mastodon
from klankbord.demo.setting import write
from klankbord.demo.staff import move_in
from klankbord.demo.stage import Addresses
from klankbord.lending import tools
from klankbord.rules import Rules
from klankbord.serving.similar import place
from klankbord.stores import Stores, open_stores
from klankbord.understanding import understanding
from playbook.playbook import load
from tests.demo.conftest import NOW

NOWHERE = "http://127.0.0.1:9"
LATER = timedelta(minutes=2)


def written(folder: Path) -> Path:
    """The demo's configuration, of sources that nobody serves."""
    served = dict.fromkeys(("bluesky", "mastodon", "hackernews", "feeds", "chat", "tracker"), NOWHERE)
    return write(folder, Addresses(**served, items=0, contact=folder / "contact.csv"), port=9, since=NOW)


async def heard(
    stores: Stores, read: configuration.Configuration, said: Mapping[int, Said], at: datetime = NOW
) -> Sequence[Enriched]:
    """What is said, by number, is archived as seen at that moment, understood and routed as the program does it."""
    texts = [json.dumps(mastodon.status(one, said)).encode() for one in said.values()]
    mentions = [mention for text in texts for mention in connector.parse(text, "status.json", at)]
    rules = Rules(read.playbook, str)
    async with understanding(read, rules, tools(stores.folder.cache, str)) as chain:
        items = [
            Enriched(mention=mention, findings=known.findings, vector=known.vector, routing=rules.route(mention, known))
            for mention, known in zip(mentions, chain(mentions), strict=True)
        ]
    assert not await stores.archive.write(items)
    return items


async def climbed(config: Path) -> Climb:
    """Played there as the demo plays it."""
    read = configuration.read(config)
    async with open_stores(read, str) as stores:
        ids = await move_in(stores.desk, load(read.playbook), NOW - timedelta(days=DAYS))
        await heard(stores, read, {one.number: one for told in dialogues(NOW).values() for one in told.said})
        return await climb(cast_of(read, stores, ids, NOW), clock=lambda: NOW + LATER, place=place)


def config_of(played: Climb) -> Path:
    """The configuration of the folder in which it was played."""
    return played.cast.stores.folder.root.parent / "klankbord.yaml"
