"""Customers that were touched, their documents counted anew and stored: from the marks at the desk to Elasticsearch and back."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import yaml
from msgspec.structs import replace

from bench._distributed import row
from bench.archive import events, opened
from core.types import Author, Enriched, Finding
from deploy.engines import elasticsearch
from desk.store import customers, identities, touched
from desk.store.database import Database, open_desk
from desk.store.identities import Evidence
from desk.store.settings import Settings
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.folder import Folder
from klankbord.keeping.customers import Keeping
from klankbord.privacy.erasures import Erasures
from klankbord.stores import Stores

NAMES = ("customers_500_reprojected_seconds",)
COUNT, ACCOUNTS, CUSTOMERS, TOUCHED, DAYS = 100_000, 20_000, 2_000, 500, 120
BATCH = 8_000
WARM = 5
"""Rounds until the engine's code is compiled."""
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """From the marks of touched customers to their stored documents, each round other customers."""
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
        place = Path(folder)
        with elasticsearch.running(place / "elasticsearch", heap="1g", quick=False) as node:
            seconds = asyncio.run(_measured(node.url, place, rounds))
    workload = (
        f"{TOUCHED} of {CUSTOMERS:,} customers with 1 to 3 accounts each, of {ACCOUNTS:,} accounts that wrote {COUNT:,} "
        f"mentions in {DAYS} days, most by few; marks and accounts from the desk database in a file, 12 weeks of sentiment, "
        f"documents stored and to be found, marks gone; "
        f"median of {rounds} after {WARM} to warm up, the longest {max(seconds):.2f}"
    )
    return [row(NAMES[0], median(seconds), "s", workload, "<= 1", holds=median(seconds) <= 1)]


async def _measured(url: str, place: Path, rounds: int) -> list[float]:
    random = Random(1)
    read, folder = _configured(place)
    async with opened(url, "customers") as archive, open_desk(Settings(), folder.desk, report=print) as desk:
        said = mentions(random)
        for start in range(0, COUNT, BATCH):
            assert not await archive.write(said[start : start + BATCH])
        owned = await _owned(desk, random)
        erased = Erasures(folder.erased, folder.secret())
        stores = Stores(folder=folder, log=None, archive=archive, desk=desk, erased=erased)  # type: ignore[arg-type]  # nothing is logged
        keeping = Keeping(read, stores, clock=lambda: NOW)
        await keeping.count_touched()  # as they were linked
        seconds = [await _round(keeping, desk, random.sample(owned, TOUCHED)) for _ in range(WARM + rounds)]
        assert len(await archive.customers.counted()) == CUSTOMERS
    return seconds[WARM:]


def _configured(place: Path) -> tuple[Configuration, Folder]:
    """Customers whose accounts may be joined."""
    source = {"use": "file", "name": "bench", "join": True, "settings": {"paths": ["none.jsonl"]}}
    content = {"organisation": {"name": "Bench"}, "sources": [source], "data": str(place / "data")}
    path = place / "klankbord.yaml"
    path.write_text(yaml.safe_dump(content))
    (place / "playbook.yaml").write_text("monitors: {}\n")
    folder = Folder(place / "data")
    folder.make()
    return configuration.read(path), folder


async def _round(keeping: Keeping, desk: Database, customers: list[str]) -> float:
    await touched.add(desk, customers)
    began = time.perf_counter()
    number = await keeping.count_touched()
    seconds = time.perf_counter() - began
    assert (number, await touched.waiting(desk, 1)) == (TOUCHED, {})
    return seconds


async def _owned(desk: Database, random: Random) -> list[str]:
    """Customers; the most heard accounts are somebody's as others are."""
    free = [account(number) for number in range(ACCOUNTS // 2)]
    random.shuffle(free)
    owned = []
    async with desk.writing() as connection:
        for _ in range(CUSTOMERS):
            customer = await customers.made(connection, name=None, by="bench", at=NOW)
            theirs = [free.pop() for _ in range(random.choice((1, 1, 2, 3)))]
            owned.append(customer)
            for author in theirs:
                why = {"evidence": Evidence.PERSON, "by": "bench", "at": NOW}
                await identities.linked(connection, author=author, customer=customer, **why)  # type: ignore[arg-type]  # a mapping of several types
    return owned


def mentions(random: Random) -> list[Enriched]:
    """Each account says something, and few say most: the number of the author falls off as a power of its rank."""
    made = []
    for number, one in enumerate(events(COUNT, 1)):
        rank = number if number < ACCOUNTS else int(ACCOUNTS ** random.random()) - 1
        at = NOW - timedelta(seconds=random.randrange(DAYS * 86_400))
        author = Author(id=account(rank), handle=account(rank), followers=rank)
        feeling = random.choice(("positive", "neutral", "negative"))
        topics = tuple(random.sample(("price", "delay", "app", "staff", "seats", "cleaning"), random.choice((0, 1, 2))))
        findings = (
            Finding(name="sentiment", model="bench", labels=(feeling,)),
            Finding(name="topics", model="bench", labels=topics),
        )
        mention = replace(one.mention, author=author, created_at=at, seen_at=at)
        made.append(replace(one, mention=mention, findings=findings))
    return made


def account(number: int) -> str:
    return f"bench:account{number}"
