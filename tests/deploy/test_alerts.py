"""The rules by which somebody is told: their names, their tests, their pages, and one alert all the way to a webhook."""

import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from core.telemetry import Count, Duration, Gauge
from deploy.engines import prometheus
from tests.klankbord.program import Program, Run, file_source, line, until
from tests.klankbord.watching import addresses

HOUSE = Path(__file__).parents[2]
ALERTS, RUNBOOKS = HOUSE / "deploy" / "alerts", HOUSE / "docs" / "runbooks"
CASES = HOUSE / "tests" / "deploy" / "alerts.yml"
RULES = [rule for group in yaml.safe_load((ALERTS / "rules.yml").read_text())["groups"] for rule in group["rules"]]
PROMETHEUS_OWN = {"job", "instance", "part"}


def said(*command, within=HOUSE):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=within)
    return done.returncode, done.stdout + done.stderr


def test_every_alert_fires_when_it_should_and_not_when_it_should_not():
    code, words = said(prometheus.tool("promtool"), "test", "rules", CASES)
    assert code == 0, words


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_is_seen_to_fire_and_to_keep_quiet(rule):
    tests = yaml.safe_load(CASES.read_text())["tests"]
    tried = [one for test in tests for one in test["alert_rule_test"] if one["alertname"] == rule["alert"]]
    assert [one for one in tried if one["exp_alerts"]]
    assert [one for one in tried if not one["exp_alerts"]] or rule["alert"] == "PartDown"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_names_and_labels_that_are_measured(rule):
    known = {str(name): {*name.labels, *PROMETHEUS_OWN} for name in (*Count, *Gauge, *Duration)} | {
        "up": PROMETHEUS_OWN
    }
    for name, labels in re.findall(r"\b(klankbord_\w+|up)\b(?:\{(.*?)\})?", rule["expr"]):
        assert name in known
        assert set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels)) <= known[name]


def test_each_alert_has_its_page_and_each_page_its_alert():
    named = {rule["annotations"]["runbook"]: rule["alert"] for rule in RULES}
    pages = {f"docs/runbooks/{path.name}": path for path in RUNBOOKS.glob("*.md")}
    assert named.keys() == pages.keys()
    for path, alert in named.items():
        assert pages[path].read_text().startswith(f"# {alert}\n")


@pytest.mark.parametrize("name", ["alerts/prometheus.yml", "example/prometheus.yml"])
def test_prometheus_takes_the_configurations(name):
    code, words = said(prometheus.tool("promtool"), "check", "config", HOUSE / "deploy" / name)
    assert code == 0, words


def test_alertmanager_takes_its_configuration():
    code, words = said(prometheus.tool("amtool"), "check-config", ALERTS / "alertmanager.yml")
    assert code == 0, words


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is told."""

    told: list[dict] = []

    def do_POST(self):
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def receiver():
    Receiver.told.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def alertmanager_for(url):
    """The project's own configuration, quicker, with a receiver."""
    content = yaml.safe_load((ALERTS / "alertmanager.yml").read_text())
    content["route"] |= {"group_wait": "0s", "group_interval": "1s"}
    content["route"]["routes"][0]["group_wait"] = "0s"
    content["receivers"][0]["webhook_configs"] = [{"url": url}]
    return yaml.safe_dump(content)


def prometheus_for(alertmanager, *folders):
    """The example for one machine, quicker, with the addresses of this test and these data folders."""
    content = yaml.safe_load((HOUSE / "deploy" / "example" / "prometheus.yml").read_text())
    content["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    content["rule_files"] = ["rules.yml"]
    content["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [alertmanager]
    found = {"files": [f"{data}/metrics/*.json" for data in folders], "refresh_interval": "1s"}
    content["scrape_configs"][0]["file_sd_configs"] = [found]
    return yaml.safe_dump(content)


def quick_rules():
    content = yaml.safe_load((ALERTS / "rules.yml").read_text())
    for group in content["groups"]:
        group["interval"] = "1s"
    return yaml.safe_dump(content)


def test_a_source_that_needs_a_person_is_told_to_the_webhook(tmp_path, receiver):
    program = Program(tmp_path, file_source("in.jsonl"), file_source("absent.jsonl", follow=False, name="gone"))
    program.add("in.jsonl", line(1, "klank een"))
    for folder in ("alertmanager", "prometheus"):
        (tmp_path / folder).mkdir()
    (tmp_path / "prometheus" / "rules.yml").write_text(quick_rules())
    with Run(program) as run, prometheus.telling(tmp_path / "alertmanager", alertmanager_for(receiver)) as manager:
        run.ready()
        until(lambda: len(addresses(program.data)) == 3)
        with prometheus.running(tmp_path / "prometheus", prometheus_for(manager.address, program.data)):
            (told,) = until(
                lambda: [one for each in Receiver.told for one in each["alerts"] if one["labels"].get("source")]
            )
        run.end()
    assert (told["status"], told["labels"]["alertname"], told["labels"]["source"]) == ("firing", "SourceEnded", "gone")
    assert (HOUSE / told["annotations"]["runbook"]).exists()
