"""The dashboards' JSON against Grafana's own types: a wrong type or an unknown key fails."""

import json

import pytest
from jsonschema import Draft7Validator

from deploy.dashboards.files import files
from tests.dashboards.schemas import schema

BOARDS = {path: json.loads(content) for path, content in files().items() if path.endswith(".json")}


def mistakes(content, name) -> list[str]:
    found = Draft7Validator(schema(name)).iter_errors(content)
    return [f"{'.'.join(map(str, one.path))}: {one.message[:200]}" for one in found]


def without_own_keys(board):
    """Grafana's type of an annotation query knows its own store's alone; the data source adds these (its types.ts)."""
    plain = json.loads(json.dumps(board))
    for one in plain["annotations"].get("list", ()):
        for key in ("timeField", "timeEndField", "textField", "target"):
            assert one.pop(key), key
    return plain


@pytest.mark.parametrize("path", BOARDS)
def test_a_dashboard_is_what_grafana_reads(path):
    assert BOARDS[path]["schemaVersion"] == 42
    assert not mistakes(without_own_keys(BOARDS[path]), "dashboard")


@pytest.mark.parametrize("path", BOARDS)
def test_a_panels_options_are_its_plugins(path):
    for panel in BOARDS[path]["panels"]:
        assert not mistakes(panel["options"], panel["type"]), panel["title"]


@pytest.mark.parametrize("path", BOARDS)
def test_a_query_is_what_the_data_source_reads(path):
    targets = [target for panel in BOARDS[path]["panels"] for target in panel["targets"]]
    for target in targets:
        assert not [said for bucket in target.get("bucketAggs", ()) for said in mistakes(bucket, "bucket")]
        assert not [said for metric in target.get("metrics", ()) for said in mistakes(metric, "metric")]


def test_a_wrong_type_and_an_unknown_key_are_found():
    broken = json.loads(json.dumps(BOARDS["dashboards/klankbord-overview.json"]))
    broken["panels"][0]["gridPos"]["w"] = "wide"
    broken["panels"][1]["tittle"] = "x"
    assert mistakes(broken, "dashboard")
    assert mistakes({"showHeader": "yes", "frameIndex": 0}, "table")


@pytest.mark.parametrize("path", BOARDS)
def test_panels_have_numbers_of_their_own_and_do_not_overlap(path):
    panels = BOARDS[path]["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
