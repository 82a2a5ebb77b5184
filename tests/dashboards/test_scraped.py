"""Every expression of the Pipeline finds something in what a part really exposes and a real Prometheus really scrapes."""

import asyncio
import json
import urllib.parse
import urllib.request

import yaml

from core.ports import Measured
from core.telemetry import Count, Duration, Gauge
from deploy.engines import prometheus
from klankbord.configuration import MetricsSettings
from klankbord.folder import Folder
from klankbord.health.metrics import exposed
from klankbord.health.watched import Watched
from tests.dashboards.answers import PIPELINE
from tests.dashboards.test_pipeline import LABELS, asked_of


def measure(measured):
    """A little more of everything."""
    for one in Count:
        measured.add(one, *(LABELS.get(label, "x") for label in one.labels))
    for one in Gauge:
        measured.set(one, 1, *(LABELS.get(label, "x") for label in one.labels))
    for one in Duration:
        measured.observe(one, *(LABELS.get(label, "x") for label in one.labels), seconds=[0.7])


def answered(url, expression) -> list:
    query = urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(f"{url}/api/v1/query?{query}", timeout=60) as answer:
        told = json.load(answer)
    assert told["status"] == "success"
    return [one for one in told["data"]["result"] if one["value"][1] != "NaN"]


async def missing(url) -> dict[str, list[str]]:
    found = {}
    for title in PIPELINE:
        if empty := [text for text in asked_of(title) if not await asyncio.to_thread(answered, url, text)]:
            found[title] = empty
    return found


async def test_nothing_that_is_asked_is_missing(tmp_path):
    measured = Measured()
    measure(measured)
    watched = Watched(part="sinks", measured=measured)
    async with exposed(watched, MetricsSettings(), Folder(tmp_path), port=0) as port:
        scraped = {"job_name": "klankbord", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
        configuration = {"global": {"scrape_interval": "1s"}, "scrape_configs": [scraped]}
        (tmp_path / "prometheus").mkdir()
        with prometheus.running(tmp_path / "prometheus", yaml.safe_dump(configuration)) as server:
            async with asyncio.timeout(300):
                while left := await missing(server.url):  # a rate needs two scrapes
                    measure(measured)
                    await asyncio.sleep(0.5)
    assert not left
