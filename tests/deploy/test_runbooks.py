"""Each alert made for real, told by a real Prometheus and Alertmanager, and its runbook followed to the end."""

import json
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
import yaml
from anyio.from_thread import start_blocking_portal

from core.telemetry import Count
from deploy.engines import prometheus
from tests.deploy.runbook import DO, LOOK, OVER, followed, shape
from tests.deploy.test_alerts import ALERTS, RULES, Receiver, alertmanager_for, prometheus_for, receiver
from tests.deploy.troubles import Late, Troubled, started
from tests.klankbord.program import line, until
from tests.klankbord.watching import addresses, fetched, value

__all__ = ["receiver"]

PAGES = {rule["alert"]: rule["annotations"]["runbook"] for rule in RULES}
OF_LATE = {"SourceQuiet", "NoProgress", "MessagesWait", "PartDown"}
OF_ARCHIVE = {"EngineAway", "StageWaits"}
INHIBITED = {"NoProgress", "MessagesWait", "StageWaits"}
"""Not told beside what is worse."""
SOON = 240
"""Seconds that a slow machine may take for any of it."""


def hurried_rules():
    """The project's own, looked at each second, which wait one second, and count over twenty: else as they are."""
    content = yaml.safe_load((ALERTS / "rules.yml").read_text())
    for group in content["groups"]:
        group["interval"] = "1s"
        for rule in group["rules"]:
            rule.update({"for": "1s"} if "for" in rule else {})
            if rule["alert"] in ("DeadLetters", "PeopleUntold"):
                rule["expr"] = rule["expr"].replace("15m", "20s")
    return yaml.safe_dump(content)


class Watching:
    """What that Prometheus says."""

    def __init__(self, server):
        self._url = f"{server.url}/api/v1/query?query="

    def ask(self, query):
        with urllib.request.urlopen(self._url + urllib.parse.quote(query), timeout=60) as answer:
            return json.load(answer)["data"]["result"]

    def alerts(self, series):
        return {one["metric"]["alertname"] for one in self.ask(series)}

    def fired(self):
        """Whatever fires, or did."""
        return self.alerts('max_over_time(ALERTS{alertstate="firing"}[1h])')

    def fires(self):
        return self.alerts('ALERTS{alertstate="firing"}')


class Play:
    """The troubles in turn, each looked at as its page says, then mended: what fired, what was over, what commands said."""

    def __init__(self, folder, late, troubled):
        self.folder, self.late, self.troubled = folder, late, troubled
        self.said = {name: [] for name in PAGES}

    def watched_by(self, server):
        self.watching = Watching(server)
        until(lambda: self.watching.ask("klankbord_dead_letters == 0"))

    def follow(self, part, names):
        for name in sorted(names):
            program = self.late if name in OF_LATE else self.troubled
            self.said[name] += followed(program, PAGES[name], part)

    def fires(self, names):
        with suppress(AssertionError):
            until(lambda: self.watching.fired() >= names, within=SOON)
        assert not names - self.watching.fired()
        self.follow(LOOK, names)

    def ends(self, names):
        with suppress(AssertionError):
            until(lambda: not self.watching.fires() & names, within=SOON)
        assert not self.watching.fires() & names

    def troubles(self, past):
        """While the troubled one runs."""
        of_troubled = PAGES.keys() - OF_LATE - OF_ARCHIVE
        self.troubled.goes_wrong()
        self.fires(of_troubled)
        self.troubled.is_mended()
        self.follow(DO, of_troubled)
        until(lambda: "crm: goes on" in (self.troubled.folder / "run.err").read_text(), within=SOON)
        self.troubled.loses_its_archive()
        self.fires(OF_ARCHIVE)
        self.troubled.finds_its_archive()
        self.ends(OF_ARCHIVE)
        past.result()
        (self.folder / "seen").symlink_to(self.late.data)
        self.fires(OF_LATE)
        self.late.add("calls.jsonl", line(9, "klank 9"))
        self.follow(DO, OF_LATE)

    def over(self):
        """When it was started again."""
        self.ends(set(PAGES))
        until(lambda: self._is_ready("keeper"), within=SOON)
        self.follow(OVER, PAGES)

    def _is_ready(self, part):
        """The pages ask what runs after its start, which takes a while."""
        address = addresses(self.troubled.data).get(part)
        return address is not None and fetched(address, "/readyz")[0] == 200


@pytest.fixture(scope="module")
def play(tmp_path_factory, elasticsearch_node, receiver):
    folder = tmp_path_factory.mktemp("runbooks")
    for name in ("alertmanager", "prometheus", "late", "troubled"):
        (folder / name).mkdir()
    (folder / "prometheus" / "rules.yml").write_text(hurried_rules())
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        hands = stack.enter_context(ThreadPoolExecutor())
        late = Late(folder / "late", stack)
        past = hands.submit(late.lags, stack.enter_context(started(late, late.environment)))
        play = Play(folder, late, Troubled(folder / "troubled", elasticsearch_node, portal, stack))
        play.troubled.arrives()
        with started(play.troubled, code=1):  # a source ended
            until(lambda: value(play.troubled.data, "keeper", Count.WRITTEN, sink="archive"), within=SOON)
            manager = stack.enter_context(prometheus.telling(folder / "alertmanager", alertmanager_for(receiver)))
            scraped = prometheus_for(manager.address, play.troubled.data, folder / "seen")
            play.watched_by(stack.enter_context(prometheus.running(folder / "prometheus", scraped)))
            play.troubles(past)
        play.troubled.has_a_new_certificate()
        with started(play.troubled):
            play.over()
            yield play


@pytest.mark.parametrize("alert", PAGES)
def test_what_the_commands_of_its_page_print_is_what_stands_there(play, alert):
    assert play.said[alert]
    for step, code, lines in play.said[alert]:
        assert code == 0, (step.command, lines)
        assert {shape(one) for one in step.prints} <= {shape(one) for one in lines}, (step.command, lines)


@pytest.mark.parametrize("alert", sorted(PAGES.keys() - INHIBITED))
def test_people_are_told_of_it_and_of_its_end(play, alert):
    def told():
        return {
            one["status"] for each in Receiver.told for one in each["alerts"] if one["labels"]["alertname"] == alert
        }

    until(lambda: told() == {"firing", "resolved"})
