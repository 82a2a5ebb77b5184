"""What Grafana is given: data sources without a secret in them, a container that may little, a user that only reads."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from core.document import Annotation
from core.types import Mute
from deploy.dashboards.files import files
from deploy.engines import elasticsearch as engine
from deploy.setup.elasticsearch import READING_KEY, ROLES
from sinks._elastic_schema import Names
from tests.dashboards import case_corpus, corpus
from tests.dashboards.conftest import board
from tests.dashboards.grafana import Door, Range, annotated, figure, shown
from tests.dashboards.schemas import HERE
from tests.sinks.customers_conformance import document
from tests.sinks.elastic import opened

DEPLOY = Path(__file__).parents[2] / "deploy"
NAMES = Names("klankbord")


@pytest.fixture(scope="module")
def grafana():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["grafana"]


def test_secrets_come_from_files_alone():
    archive, customers, cases, backlog, happened, metrics = yaml.safe_load(files()["datasources/klankbord.yaml"])[
        "datasources"
    ]
    for one in (archive, customers, cases, backlog, happened):
        assert all(re.fullmatch(r"\$__file\{/secrets/grafana/[a-z.]+\}", it) for it in one["secureJsonData"].values())
    assert archive["jsonData"] == {
        "index": "klankbord-shown",
        "timeField": "created",
        "logMessageField": "body.mention.text",
        "maxConcurrentShardRequests": 5,
        "apiKeyAuth": True,
        "tlsAuthWithCACert": True,
    }
    assert (customers["jsonData"]["index"], customers["jsonData"]["timeField"]) == ("klankbord-customers", "days")
    assert (cases["jsonData"]["index"], cases["jsonData"]["timeField"]) == ("klankbord-cases", "opened")
    assert (backlog["jsonData"]["index"], backlog["jsonData"]["timeField"]) == ("klankbord-cases", "open")
    assert (happened["jsonData"]["index"], happened["jsonData"]["timeField"]) == ("klankbord-shown", "since")
    assert "secureJsonData" not in metrics


def test_the_data_sources_are_those_the_dashboards_name():
    known = {one["uid"]: one["type"] for one in yaml.safe_load(files()["datasources/klankbord.yaml"])["datasources"]}
    for name in ("overview", "customer", "response", "crisis", "pipeline"):
        named = [target["datasource"] for panel in board(name)["panels"] for target in panel["targets"]]
        assert {one["uid"]: one["type"] for one in named if one["uid"] != "__expr__"}.items() <= known.items()


def test_grafana_is_shut_and_may_little(grafana):
    assert grafana["profiles"] == ["watch"]
    assert (grafana["user"], grafana["read_only"], grafana["cap_drop"]) == ("1000:1000", True, ["ALL"])
    assert all(port.startswith("127.0.0.1:") for port in grafana["ports"])
    asked = grafana["environment"]
    assert asked["GF_AUTH_ANONYMOUS_ENABLED"] == asked["GF_USERS_ALLOW_SIGN_UP"] == "false"
    assert asked["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/secrets/grafana/admin.password"
    mounted = {volume.split(":")[0]: volume.split(":")[1:] for volume in grafana["volumes"]}
    assert mounted["./dashboards/provisioning"] == ["/etc/grafana/provisioning", "ro"]
    assert mounted["secrets-grafana"] == ["/secrets/grafana", "ro"]
    provider = yaml.safe_load(files()["dashboards/klankbord.yaml"])["providers"][0]
    assert provider["options"]["path"] == "/etc/grafana/provisioning/dashboards"


def test_types_and_image_are_of_one_release(grafana):
    asked = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert grafana["image"] == f"grafana/grafana:{asked['@grafana/schema']}"


def test_the_key_may_what_the_user_may():
    role = yaml.safe_load(ROLES)["klankbord_read"]
    assert READING_KEY["role_descriptors"] == {"read": role}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A node with the installation's roles: its archive holds the corpus, written as the sinks' user."""
    folder = tmp_path_factory.mktemp("guarded")
    writer = engine.Account("sinks", "a password of the sinks", ("klankbord",))
    setup = engine.Account("klankbord-setup", "a password of the set-up", ("klankbord_setup",))
    reader = engine.Account("klankbord-read", "a password of dashboards", ("klankbord_read",))
    accounts = (writer, setup, reader)
    with engine.running(folder / "node", security=True, accounts=accounts, roles=ROLES) as node:
        asyncio.run(_filled(node, folder, setup, writer))
        yield Door(node.url, NAMES.shown, NAMES.customers, NAMES.cases, reader.user, reader.password, node.ca)


async def _filled(node, folder, setup, writer):
    for account in (setup, writer):  # the set-up puts the templates
        settings = {"prefix": NAMES.prefix, "user": account.user, "password": account.password, "ca": node.ca}
        async with opened(node.url, folder, **settings) as archive:
            if account is writer:
                items = corpus.items()
                assert not await archive.write([one for one in items if not isinstance(one, Mute)])
                assert not await archive.write([one for one in items if isinstance(one, Mute)])
                await archive.customers.put([document("c1", "bluesky:anna")])
                await archive.cases.put(case_corpus.DOCUMENTS)
                await archive._engine.catch_up()
                await archive.annotate([Annotation(id="a", since=corpus.ago(days=1), until=None, text="Campagne")])


def test_dashboards_read_what_is_shown(guarded):
    span = Range(corpus.ago(days=7), corpus.ago(hours=-1))
    (series,) = shown(guarded, board("overview"), "Mentions", span)
    assert figure(series) == 10
    assert [event["text"] for event in annotated(guarded, board("overview"), span)] == ["Campagne"]


def test_dashboards_read_the_customers(guarded):
    span = Range(corpus.ago(days=3650), corpus.ago(hours=-1))
    (table,) = shown(guarded, board("customer"), "Known", span, customer=["c1"])
    assert table.columns["accounts"] == [["bluesky:anna"]]


def test_dashboards_read_the_cases(guarded):
    span = Range(corpus.ago(days=7), corpus.ago(hours=-1))
    (series,) = shown(guarded, board("response"), "Cases", span)
    assert figure(series) == 13


def status(door, method, path, body=None) -> int:
    import ssl

    request = urllib.request.Request(f"{door.url}{path}", body and json.dumps(body).encode(), method=method)
    request.add_header("content-type", "application/json")
    request.add_header("authorization", "Basic " + b64encode(f"{door.user}:{door.password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=door.ca), timeout=120) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"/{NAMES.mentions}/_search", {}),
        ("POST", f"/{NAMES.notes}/_search", {}),
        ("POST", f"/{NAMES.holding('bluesky:1')}/_search", {}),
        ("POST", f"/{NAMES.customers_index}/_search", {}),
        ("PUT", f"/{NAMES.customers}/_doc/1", {"id": "x"}),
        ("DELETE", f"/{NAMES.customers_index}", None),
        ("POST", f"/{NAMES.cases_index}/_search", {}),
        ("PUT", f"/{NAMES.cases}/_doc/1", {"id": "x"}),
        ("PUT", f"/{NAMES.shown}/_doc/1", {"id": "x"}),
        ("POST", f"/{NAMES.shown}/_delete_by_query", {"query": {"match_all": {}}}),
        ("DELETE", f"/{NAMES.holding('bluesky:1')}", None),
        ("POST", "/_aliases", {"actions": [{"remove": {"index": NAMES.holding("bluesky:1"), "alias": NAMES.shown}}]}),
        ("PUT", "/klankbord-other", {}),
        ("GET", "/_security/user", None),
    ],
)
def test_and_nothing_else(guarded, method, path, body):
    assert status(guarded, "POST", f"/{NAMES.shown}/_search", {"size": 0}) == 200
    assert status(guarded, method, path, body) in {400, 403, 405}
    assert status(guarded, method, path, body) != 200
