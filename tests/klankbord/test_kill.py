"""kill -9 at random moments under load: afterwards the archive holds exactly what it should."""

import asyncio
import os
import random
import signal
import sys
from contextlib import asynccontextmanager

import pytest
import yaml

from core.document import Filter, Order
from klankbord import configuration
from klankbord.player import BlueskyPlayer
from klankbord.stores import open_stores
from playbook.queries import parse
from tests.klankbord.program import children

SEED, KILLS, RATE = 20261124, 20, 400
DID = "did:plc:kill{:03}"


class Ledger:
    """Pushes numbered posts with edits and deletions, and knows what must be archived in the end."""

    def __init__(self, player, seed):
        self.player, self.random = player, random.Random(seed)
        self.texts, self.versions, self.deleted, self.keys = {}, {}, [], []

    def act(self):
        choice = self.random.random()
        if self.keys and choice < 0.10:
            self._post("update", self.random.choice(self.keys))
        elif self.keys and choice < 0.18:
            key = self.keys.pop(self.random.randrange(len(self.keys)))
            self.deleted.append(key)
            del self.texts[key]
            self._event("delete", key, None)
        else:
            key = (DID.format(self.random.randrange(40)), f"3k{len(self.versions):010}")
            self.keys.append(key)
            self._post("create", key)

    def _post(self, operation, key):
        self.texts[key] = f"de klank klinkt merk{self.random.getrandbits(64):016x} vandaag"
        self.versions.setdefault(key, []).append(self.texts[key].split()[3])
        record = {"$type": "app.bsky.feed.post", "text": self.texts[key], "createdAt": "2026-01-01T00:00:00Z"}
        self._event(operation, key, record)

    def _event(self, operation, key, record):
        commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": key[1], "rev": "r"}
        self.player.push({"did": key[0], "kind": "commit", "commit": commit | ({"record": record} if record else {})})

    def marks_gone(self):
        """The mark of every version of what was deleted."""
        return [mark for key in self.deleted for mark in self.versions[key]]

    def marks_replaced(self):
        return [mark for key in self.texts for mark in self.versions[key][:-1]]

    def expected(self):
        return {f"bluesky:at://{did}/app.bsky.feed.post/{key}": text for (did, key), text in self.texts.items()}


@asynccontextmanager
async def feeding(ledger):
    async def feed():
        while True:
            for _ in range(RATE // 20):
                ledger.act()
            await asyncio.sleep(0.05)

    task = asyncio.create_task(feed())
    try:
        yield
    finally:
        task.cancel()


def written(folder, url):
    source = {"use": "bluesky", "settings": {"hosts": [url], "followers": False, "backfill": "1h"}}
    content = {
        "organisation": {"name": "Klank"},
        "sources": [source],
        "enrich": [{"use": "language"}],
        "page": {"port": 0},
    }
    (folder / "klankbord.yaml").write_text(yaml.safe_dump(content))
    (folder / "playbook.yaml").write_text("monitors:\n  klank: {query: klank}\n")
    return folder / "klankbord.yaml"


async def started(path):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "klankbord", "run", "-c", str(path), stderr=asyncio.subprocess.DEVNULL
    )


async def killed(path, chance):
    """One run that ends by kill -9: of a part that is started again and, after that, of the listener."""
    process = await started(path)
    await asyncio.sleep(chance.uniform(0.7, 2.5))
    parts = sorted(children(process.pid).items())
    if parts and chance.random() < 0.6:
        os.kill(chance.choice(parts)[1], signal.SIGKILL)
        await asyncio.sleep(chance.uniform(0, 0.5))
    process.kill()
    await process.wait()


async def archived(stores):
    found = {}
    async for chunk in stores.archive.scan(Filter()):
        for stored in chunk:
            mention = stored.enriched.mention
            assert mention.id not in found
            found[mention.id] = mention.text
    return found


async def until_equal(path, expected):
    async with open_stores(configuration.read(path), lambda _: None) as stores:
        for _ in range(1500):
            if (found := await archived(stores)) == expected:
                break
            await asyncio.sleep(0.2)
        return found


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Twenty killed runs under load, one that goes on to the end, and what is there then."""
    return asyncio.run(play(tmp_path_factory.mktemp("kill")))


async def play(folder):
    player, chance = BlueskyPlayer(), random.Random(SEED)
    ledger = Ledger(player, SEED)
    async with player.serve() as url:
        path = written(folder, url.replace("http", "ws"))
        async with feeding(ledger):
            for _ in range(KILLS):
                await killed(path, chance)
        last = await started(path)
        found = await until_equal(path, ledger.expected())
        last.send_signal(signal.SIGTERM)
        code = await last.wait()
    async with open_stores(configuration.read(path), lambda _: None) as stores:
        old = [*ledger.marks_gone(), *ledger.marks_replaced()]
        hits = [await stores.archive.count(Filter(query=parse(mark, search=True))) for mark in old]
        listed = await stores.archive.search(Filter(), order=Order.NEWEST, size=1)
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return (
        ledger,
        found,
        code,
        sum(hits),
        listed.total,
        [mark for mark in ledger.marks_gone() if mark.encode() in content],
    )


def test_the_archive_holds_exactly_the_expected_versions(outcome):
    ledger, found, *_ = outcome
    assert len(ledger.expected()) > 1000
    assert found == ledger.expected()


def test_the_last_run_ends_well(outcome):
    assert outcome[2] == 0


def test_no_search_finds_what_is_gone(outcome):
    assert outcome[3] == 0


def test_counts_and_lists_agree(outcome):
    assert outcome[4] == len(outcome[0].expected())


def test_deleted_text_is_in_no_file(outcome):
    assert len(outcome[0].marks_gone()) > 100
    assert outcome[5] == []
