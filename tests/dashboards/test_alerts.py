"""Alert rules by their own queries on a real Elasticsearch: they fire where they should, and are quiet otherwise."""

import asyncio
from datetime import timedelta

import pytest
import yaml

from core.time import now
from deploy.dashboards.files import files
from tests.dashboards.conftest import written
from tests.dashboards.corpus import said
from tests.dashboards.grafana import Range, body_of, expressed, frames_of, panel_of, sent


def rule(title):
    (group,) = yaml.safe_load(files()["alerting/klankbord.yaml"])["groups"]
    (found,) = (one for one in group["rules"] if one["title"] == title)
    return found


def fires(door, rule, at) -> set[str]:
    """Monitors for which the condition is true, as Grafana's alerting evaluates the rule at that moment."""
    known = {}
    for one in rule["data"]:
        model = one["model"]
        assert model["refId"] == one["refId"]
        if one["datasourceUid"] == "__expr__":
            known[one["refId"]] = expressed(model, known)
            continue
        since, until = (at - timedelta(seconds=one["relativeTimeRange"][end]) for end in ("from", "to"))
        (answer,) = sent(door, [body_of(model, Range(since, until))], model["intervalMs"])
        known[one["refId"]] = frames_of(model, answer)
    return {number.labels["monitors"] for number in known[rule["condition"]] if number.value}


def many(monitor, count, since, until, **more):
    step = (until - since) / count
    return [said(f"{monitor}-{since:%d%H%M}-{n}", since + step * n, monitors=(monitor,), **more) for n in range(count)]


@pytest.fixture(scope="module")
def at():
    return now().replace(microsecond=0)


@pytest.fixture(scope="module")
def house(elasticsearch_node, tmp_path_factory, at):
    """Four monitors: a rush, as much as ever, a fall, and one that nobody spoke of before."""
    hour, day, before = at - timedelta(hours=1), at - timedelta(days=1), at - timedelta(days=8)
    glad, cross = {"sentiment": "positive"}, {"sentiment": "negative"}
    items = [
        *many("rush", 168, before, hour - timedelta(minutes=1)),
        *many("rush", 30, hour + timedelta(minutes=1), at),
        *many("as ever", 168 * 10, before, at),
        *many("falls", 60, before, day - timedelta(minutes=1), **glad),
        *many("falls", 30, day + timedelta(minutes=1), hour, **cross),
        *many("cross as ever", 60, before, day - timedelta(minutes=1), **cross),
        *many("cross as ever", 30, day + timedelta(minutes=1), hour, **cross),
        *many("new", 12, hour + timedelta(minutes=1), at, **cross),
    ]
    return asyncio.run(written(elasticsearch_node.url, tmp_path_factory.mktemp("alerts"), "alerts", items))


def test_much_more_than_usual(house, at):
    assert fires(house, rule("Volume well above usual"), at) == {"rush"}


def test_a_fall_of_net_sentiment_even_to_no_positive_at_all(house, at):
    assert fires(house, rule("Net sentiment falls"), at) == {"falls"}


def test_nothing_fires_before_it_happened(house, at):
    assert not fires(house, rule("Volume well above usual"), at - timedelta(hours=2))
    assert not fires(house, rule("Net sentiment falls"), at - timedelta(days=2))


@pytest.mark.parametrize("title", ["Volume well above usual", "Net sentiment falls"])
def test_a_rule_leads_to_its_panel(overview, title):
    found = rule(title)
    assert found["dashboardUid"] == overview["uid"]
    shown = {panel["id"]: panel["title"] for panel in overview["panels"]}[found["panelId"]]
    assert panel_of(overview, shown)["targets"]
    assert {one["datasourceUid"] for one in found["data"]} == {"klankbord", "__expr__"}
