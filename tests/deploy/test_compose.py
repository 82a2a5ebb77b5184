"""The compose file, its configuration and the engines of the tests say the same."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from deploy.engines.cache import version_of
from klankbord import configuration
from klankbord.demo.setting import write
from klankbord.demo.stage import Addresses

DEPLOY = Path(__file__).parents[2] / "deploy"
PARTS = ("ingest", "stream", "sinks", "page", "players", "setup", "prepare")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture
def house(tmp_path, compose, monkeypatch):
    """The organisation's configuration as its containers read it, with secrets of this test."""
    (tmp_path / "secrets").mkdir()
    for name in ("kafka.password", "elasticsearch.password", "postgres.password", "page.password"):
        (tmp_path / "secrets" / name).write_text("a password of this test")
    for name, value in compose["services"]["page"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(value)))
    text = (DEPLOY / "organisation" / "klankbord.yaml").read_text()
    return text.replace("${file:/secrets/klankbord/", f"${{file:{tmp_path}/secrets/")


@pytest.mark.parametrize("engine", ["kafka", "elasticsearch"])
def test_images_and_engines_of_the_tests_are_of_one_version(compose, engine):
    assert compose["services"][engine]["image"].split(":")[1] == version_of(engine)


def test_the_organisations_configuration_is_valid(tmp_path, house):
    (tmp_path / "klankbord.yaml").write_text(house)
    read = configuration.read(tmp_path / "klankbord.yaml")
    assert (read.log.use, read.sinks[0].use, read.sources) == ("kafka", "elasticsearch", ())
    assert read.desk.place == "postgresql://klankbord@postgres:5432/klankbord"


def test_the_demos_configuration_keeps_where_the_organisation_does(tmp_path, house):
    urls = {
        name: f"http://players:{port}"
        for port, name in enumerate(("bluesky", "mastodon", "hackernews", "feeds", "chat", "tracker"), 8431)
    }
    path = write(
        tmp_path,
        Addresses(**urls, items=7, contact=tmp_path / "contact.csv"),
        port=8421,
        since=datetime(2026, 11, 1, tzinfo=UTC),
        house=yaml.safe_load(house),
    )
    read = configuration.read(path)
    assert (read.log.use, len(read.sources), read.page.host) == ("kafka", 6, "0.0.0.0")


@pytest.mark.parametrize("part", PARTS)
def test_no_part_is_root_has_capabilities_or_writes_to_its_image(compose, part):
    service = compose["services"][part]
    assert service["user"] == "1000:1000"
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


def test_nothing_is_published_beyond_this_machine(compose):
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_only_what_hears_sends_or_is_shown_has_a_way_out(compose):
    assert compose["networks"]["inside"] == {"internal": True}
    out = {part for part in PARTS if "outside" in compose["services"][part].get("networks", [])}
    assert out == {"ingest", "sinks", "page"}


def test_health_checks_and_prometheus_ask_where_the_parts_show_themselves(compose, house):
    port = yaml.safe_load(house)["metrics"]["port"]
    (scraped,) = yaml.safe_load((DEPLOY / "alerts" / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = scraped["dns_sd_configs"]
    assert found["port"] == port
    assert found["names"] == ["ingest", "stream", "sinks", "page"]
    for part in found["names"]:
        asked = compose["services"][part]["healthcheck"]["test"]
        assert asked[asked.index("--ready") + 1] == str(port)


@pytest.mark.parametrize("service", ["prometheus", "alertmanager"])
def test_who_watches_writes_to_a_volume_alone_and_is_not_published(compose, service):
    found = compose["services"][service]
    assert (found["read_only"], found["cap_drop"], found["user"]) == (True, ["ALL"], "65534:65534")
    assert "ports" not in found
    assert found["profiles"] == ["watch"]


@pytest.mark.parametrize("engine", ["kafka", "elasticsearch", "postgres"])
def test_a_managed_engine_changes_only_what_the_configuration_reads(compose, engine):
    text = (DEPLOY / f"compose.{engine}.yaml").read_text().replace("!reset null", "null")
    given = yaml.safe_load(text)["x-environment"]
    assert set(given) <= set(compose["services"]["page"]["environment"])
    assert all(name in (DEPLOY / "organisation" / "klankbord.yaml").read_text() for name in given)
