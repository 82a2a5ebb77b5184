"""Customers that a batch touched, their documents made anew: from the desk's accounts and the archive on Elasticsearch."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bench._distributed import row
from bench.archive import events, opened
from core.document import Filter
from core.types import Author, Enriched, Finding
from deploy.engines import elasticsearch
from desk.store import customers, identities
from desk.store.database import Database, open_desk
from desk.store.identities import Evidence
from desk.store.settings import Settings
from picture import portrait

NAMES = ("customers_500_reprojected_seconds",)
COUNT, ACCOUNTS, CUSTOMERS, TOUCHED, DAYS = 100_000, 20_000, 2_000, 500, 120
BATCH = 8_000
WARM = 5
"""Rounds until the engine's code is compiled."""
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """From the touched accounts to the documents of their customers, each round other customers."""
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
        place = Path(folder)
        with elasticsearch.running(place / "elasticsearch", heap="1g", quick=False) as node:
            seconds = asyncio.run(_measured(node.url, place, rounds))
    workload = (
        f"{TOUCHED} of {CUSTOMERS:,} customers with 1 to 3 accounts each, of {ACCOUNTS:,} accounts that wrote {COUNT:,} "
        f"mentions in {DAYS} days, most by few; accounts from the desk database in a file, 12 weeks of sentiment; "
        f"median of {rounds} after {WARM} to warm up, the longest {max(seconds):.2f}"
    )
    return [row(NAMES[0], median(seconds), "s", workload, "<= 1", holds=median(seconds) <= 1)]


async def _measured(url: str, place: Path, rounds: int) -> list[float]:
    random = Random(1)
    async with opened(url, "customers") as archive, open_desk(Settings(), place / "desk.db", report=print) as desk:
        said = mentions(random)
        for start in range(0, COUNT, BATCH):
            assert not await archive.write(said[start : start + BATCH])
        owned = await _owned(desk, random)
        await asyncio.sleep(2)  # found within a second of being written
        seconds = [await _round(archive, desk, random.sample(owned, TOUCHED)) for _ in range(WARM + rounds)]
    return seconds[WARM:]


async def _round(archive: Any, desk: Database, touched: list[str]) -> float:
    """`touched` are accounts, one each of as many customers."""
    starts = portrait.weeks(NOW, ZoneInfo("Europe/Amsterdam"), 0)
    began = time.perf_counter()
    linked = await identities.of_authors(desk, touched)
    accounts = await identities.accounts_of(desk, {one.customer for one in linked.values()})
    made = await portrait.customers(archive, Filter(), accounts, starts=starts)
    seconds = time.perf_counter() - began
    assert len(made) == TOUCHED
    return seconds


async def _owned(desk: Database, random: Random) -> list[str]:
    """The first account of each customer; the most heard accounts are customers' as others are."""
    free = [account(number) for number in range(ACCOUNTS // 2)]
    random.shuffle(free)
    owned = []
    async with desk.writing() as connection:
        for _ in range(CUSTOMERS):
            customer = await customers.made(connection, name=None, by="bench", at=NOW)
            theirs = [free.pop() for _ in range(random.choice((1, 1, 2, 3)))]
            owned.append(theirs[0])
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
