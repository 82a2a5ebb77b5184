"""Every panel of the dashboards that asks the archive, as Grafana asks it, over a million mentions on one node."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from bench._distributed import row
from bench._program import texts
from bench.archive import opened
from core.customer import CustomerDocument, Joined
from core.time import milliseconds, now
from core.types import Author, Enriched, Finding, Mention, Routing
from deploy.dashboards.files import boards
from deploy.engines import elasticsearch
from sinks._elastic_rows import document, put
from sinks._elastic_schema import Document, Names, document_id
from tests.dashboards.grafana import Door, Range, shown

NAMES = ("panel_p95_seconds",)
COUNT, KINDS, BODY = 1_000_000, 20_000, 2_000
"""Mentions; different ones among them, which come again with other ids and times; of one request."""

CUSTOMERS = 2_000
SPAN = timedelta(days=28)
TOPICS = [f"topic {number}" for number in range(12)]
MONITORS = [f"monitor {number}" for number in range(6)]
SOURCES, LANGUAGES = ("bluesky", "mastodon", "rss", "hackernews"), ("nl", "en", "de", "fr")
PREFIX = "panels"


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The row of all panels, each asked `rounds` times after one to warm up."""
    with (
        tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder,
        elasticsearch.running(Path(folder) / "elasticsearch", heap="2g", quick=False) as node,
    ):
        moment = now()
        asyncio.run(_filled(node.url, moment))
        door = Door(node.url, Names(PREFIX).shown, Names(PREFIX).customers)
        took = _seconds(door, moment, rounds)
    slowest = sorted(seconds for each in took.values() for seconds in each)
    value = slowest[int(0.95 * (len(slowest) - 1))]
    worst = max(took, key=lambda title: max(took[title]))
    workload = (
        f"{len(took)} panels over all of {COUNT:,} mentions of {SPAN.days} days in {len(SOURCES)} indices and the documents of "
        f"{CUSTOMERS:,} customers, one after "
        f"another, {rounds} rounds, no two of one range; slowest: {worst} {max(took[worst]):.2f} s"
    )
    return [row(NAMES[0], value, "s", workload, "<= 0.3", holds=value <= 0.3)]


def _seconds(door: Door, moment: datetime, rounds: int) -> dict[str, list[float]]:
    """Of each panel, from the question to the figures."""
    took: dict[str, list[float]] = {}
    account = ["bluesky:a7", "rss:a11"]
    asked = [(board, panel["title"]) for board in boards() for panel in board["panels"] if _asks_archive(panel)]
    for number in range(1 + rounds):
        until = moment - timedelta(
            milliseconds=number
        )  # as a dashboard that is refreshed: no answer is kept from before
        span = Range(until - SPAN, until, interval=3_600_000)
        for board, title in asked:
            began = time.perf_counter()
            found = shown(door, board, title, span, account=account, customer=["c7"])
            seconds = time.perf_counter() - began
            assert found, title
            if number:
                took.setdefault(f"{board['title']}: {title}", []).append(seconds)
    return took


def _asks_archive(panel: dict[str, Any]) -> bool:
    return any(target["datasource"]["type"] == "elasticsearch" for target in panel["targets"])


async def _filled(url: str, moment: datetime) -> None:
    async with opened(url, PREFIX) as archive:
        await archive.write(list(_mentions(len(SOURCES), moment)))  # so that every index with its mapping is there
        await archive.customers.put([_customer(number, moment) for number in range(CUSTOMERS)])
        documents = [document(one, version=2, arrived=milliseconds(moment)) for one in _mentions(KINDS, moment)]
        for start in range(0, COUNT, BODY):
            await asyncio.to_thread(
                _post, f"{url}/_bulk?filter_path=errors", b"".join(_lines(documents, start, moment))
            )
        await archive._engine.refresh(Names(PREFIX).every)  # noqa: SLF001 - what a second later happens by itself


def _customer(number: int, moment: datetime) -> CustomerDocument:
    """One of an account that is heard all the time."""
    author = f"bluesky:a{number % 997}"
    joined = Joined(author=author, source="bluesky", evidence="person", linked_at=moment, mentions=9)
    heard = {"mentions": 9, "first_at": moment - SPAN, "last_at": moment}
    return CustomerDocument(id=f"c{number}", counted_at=moment, accounts=(joined,), **heard)  # type: ignore[arg-type]  # a mapping of several types


def _lines(documents: Sequence[Document], start: int, moment: datetime) -> Iterator[bytes]:
    latest, span = milliseconds(moment), round(SPAN.total_seconds() * 1000)
    for number in range(start, start + BODY):
        kind = documents[number % len(documents)]
        at = latest - (number * 7_919) % span
        mention = f"{kind.source}:{number}"
        made = replace(kind, id=mention, created=at, seen=at)
        yield put(Names(PREFIX).holding(mention), document_id(mention), 2, made, equal=True).lines


def _post(url: str, body: bytes) -> None:
    request = urllib.request.Request(url, body, {"content-type": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert not json.load(answer)["errors"]


def _mentions(count: int, moment: datetime) -> Iterator[Enriched]:
    random = Random(1)
    for number, text in enumerate(texts(count, 1)):
        source = SOURCES[number % len(SOURCES)]
        followers = None if source == "rss" else number % 5_000
        author = Author(id=f"{source}:a{number % 997}", handle=f"a{number % 997}", followers=followers)
        mention = Mention(
            id=f"{source}:first{number}", source=source, author=author, text=text, created_at=moment, seen_at=moment
        )
        found = [Finding(name="language", model="bench", labels=(random.choice(LANGUAGES),))]
        if tone := random.choice(("positive", "neutral", "negative", "mixed", None)):
            found.append(Finding(name="sentiment", model="bench", labels=(tone,)))
        found.append(Finding(name="topics", model="bench", labels=tuple(random.sample(TOPICS, random.randint(0, 2)))))
        monitors = tuple(random.sample(MONITORS, random.randint(1, 2)))
        yield Enriched(mention=mention, findings=tuple(found), routing=Routing(monitors=monitors))
