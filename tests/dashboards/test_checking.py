"""Files and code agree, and what is asked for exists: each mistake in a sentence with the nearest valid name."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner

from core.document import Group
from core.errors import Misconfigured
from core.telemetry import Count, Gauge
from deploy.dashboards import page
from deploy.dashboards.checking import differences, measures, unknown
from deploy.dashboards.fields import field
from deploy.dashboards.files import files
from deploy.dashboards.measures import grown, most
from desk.web.view import read
from klankbord.cli import main
from tests.dashboards.grafana import panel_of

KEPT = Path(__file__).parents[2] / "deploy" / "dashboards" / "provisioning"
OVERVIEW = "dashboards/klankbord-overview.json"


@pytest.fixture
def folder(tmp_path):
    done = CliRunner().invoke(main, ["dashboards", "build", str(tmp_path)])
    assert not done.exit_code, done.output
    return tmp_path


def changed(folder, name, change):
    path = folder / "dashboards" / name
    board = json.loads(path.read_text())
    change(board)
    path.write_text(json.dumps(board))
    return list(unknown(folder))


def test_the_kept_files_are_those_the_code_writes():
    assert not [*differences(KEPT, files()), *unknown(KEPT)]
    assert {str(path.relative_to(KEPT)) for path in KEPT.rglob("*.*")} == set(files())


def test_a_fresh_folder_is_fine(folder):
    done = CliRunner().invoke(main, ["dashboards", "check", str(folder)])
    assert (done.exit_code, "every field and measure exists" in done.output) == (0, True)


def test_missing_changed_and_left_over_files_are_told(folder):
    (folder / OVERVIEW).write_text("{}")
    (folder / "alerting" / "klankbord.yaml").unlink()
    (folder / "dashboards" / "own.json").write_text("{}")
    done = CliRunner().invoke(main, ["dashboards", "check", str(folder)])
    assert done.exit_code == 1
    told = done.output.splitlines()
    assert [line for line in told if "is another than the code writes" in line and "overview" in line]
    assert [line for line in told if "alerting/klankbord.yaml is missing: klankbord dashboards build" in line]
    assert [line for line in told if "own.json is not written by the code" in line]


def test_a_field_that_is_not_there(folder):
    def rename(board):
        panel_of(board, "Topics")["targets"][0]["bucketAggs"][0]["field"] = "topic"
        panel_of(board, "Mentions")["targets"][0]["query"] = 'monitor:$monitor AND source:"a:b"'
        panel_of(board, "Sentiment")["targets"][0]["bucketAggs"][0]["settings"]["filters"][0]["query"] = (
            "NOT _exists_:mood"
        )

    told = changed(folder, "klankbord-overview.json", rename)
    assert [line.split(": ", 1)[1] for line in told] == [
        'panel "Mentions": the archive has no field "monitor" that can be asked; did you mean "monitors"?',
        next(line.split(": ", 1)[1] for line in told if '"mood"' in line),
        'panel "Topics": the archive has no field "topic" that can be asked; did you mean "topics"?',
    ]


def test_a_field_that_no_customer_has(folder):
    def rename(board):
        panel_of(board, "Known")["targets"][0]["query"] = "segments:$customer"

    (told,) = changed(folder, "klankbord-customer.json", rename)
    assert 'panel "Known": a customer has no field "segments" that can be asked; did you mean "segment"?' in told


def test_a_column_that_no_mention_has(folder):
    def rename(board):
        panel_of(board, "Latest mentions")["transformations"][0]["options"]["include"]["names"].append(
            "body.mention.txt"
        )

    assert 'a stored mention has no "body.mention.txt"' in changed(folder, "klankbord-overview.json", rename)[0]


def test_a_measure_that_nobody_takes(folder):
    def rename(board):
        panel_of(board, "Lag")["targets"][0]["expr"] = "max(klankbord_lag_record)"

    (told,) = changed(folder, "klankbord-pipeline.json", rename)
    assert 'panel "Lag": nobody measures "klankbord_lag_record"; did you mean "klankbord_lag_records"?' in told


def test_no_json(folder):
    (folder / OVERVIEW).write_text("{")
    assert "is no JSON" in next(unknown(folder))


def test_code_cannot_name_what_is_not_there():
    with pytest.raises(Misconfigured, match='no field "sentimnt" that can be asked; did you mean "sentiment"'):
        field("sentimnt")
    with pytest.raises(Misconfigured, match='no field "body" that can be asked'):
        field("body")
    with pytest.raises(Misconfigured, match='klankbord_lag_records has no label "grup"; did you mean "group"'):
        most(Gauge.LAG, "grup")
    with pytest.raises(Misconfigured, match='the page knows no "monitors"; did you mean "monitor"'):
        page.search(monitors="x")


FILLED = {
    "${page}": "",
    "${__from:date:iso}": "2026-03-01T00:00:00.000Z",
    "${__to:date:iso}": "2026-03-08T00:00:00.000Z",
}
"""What Grafana puts into a link, beside the value that was clicked."""


@pytest.mark.parametrize(("panel", "name"), [("Topics", "topic"), ("Languages", "language"), ("Sources", "source")])
def test_a_link_is_read_by_the_page(panel, name):
    board = json.loads(files()[OVERVIEW])
    (link,) = panel_of(board, panel)["fieldConfig"]["defaults"]["links"]
    url = link["url"]
    for written, value in FILLED.items():
        url = url.replace(written, value)
    column = panel_of(board, panel)["targets"][0]["bucketAggs"][0]["field"]
    url = url.replace(f'${{__data.fields["{column}"]:percentencode}}', "a%20b")
    parts = urlsplit(url)
    view = read(dict(parse_qsl(parts.query)))
    assert (parts.path, getattr(view, name), view.since.day, view.until.day) == ("/search", "a b", 1, 8)


@pytest.mark.parametrize("group", list(Group))
def test_every_group_is_a_field(group):
    assert field(group)


def test_measures_are_those_of_the_telemetry():
    assert grown(Count.DEAD, "stage") == "sum by (stage) (increase(klankbord_dead_letters_total[$__range]))"
    assert "klankbord_arrival_seconds_bucket" in measures()
