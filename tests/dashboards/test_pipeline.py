"""Each expression of the Pipeline on series counted by hand, by promtool; what is measured has the names of core.telemetry."""

import subprocess

import pytest
import yaml

from core.telemetry import Count, Duration, Gauge, Name
from deploy.engines.prometheus import tool
from tests.dashboards.answers import PIPELINE
from tests.dashboards.conftest import board

SAMPLES = 40

LABELS = {
    "stage": "crm",
    "sink": "crm",
    "source": "rss",
    "engine": "kafka",
    "topic": "enriched",
    "group": "archive",
    "enricher": "topics",
    "route": "/search",
    "status": "2xx",
    "error": "reject",
    "reason": "muted",
}
GAUGES = {Gauge.LAG: 7, Gauge.OLDEST: 12, Gauge.PROGRESS: 540, Gauge.LAST_SEEN: 570}


def series(name: Name, growth: str, suffix: str = "", **more: str) -> dict[str, str]:
    labels = {label: LABELS[label] for label in name.labels} | more
    written = ", ".join(f'{label}="{value}"' for label, value in labels.items())
    return {"series": f"{name.value}{suffix}{{{written}}}", "values": f"{growth}x{SAMPLES}"}


def measured() -> list[dict[str, str]]:
    """What a scrape of every process would give."""
    asked = "".join(str(panel["targets"]) for panel in board("pipeline")["panels"])
    found = [series(one, "0+15") for one in Count if one.value in asked]
    found += [series(one, f"{GAUGES.get(one, 1)}+0") for one in Gauge if one.value in asked]
    for one in Duration:
        if one.value in asked:
            assert {0.5, 1} <= set(one.bounds)
            found += [
                series(one, growth, "_bucket", le=le)
                for le, growth in (("0.5", "0+0"), ("1", "0+15"), ("+Inf", "0+15"))
            ]
    return found


def asked_of(title: str) -> list[str]:
    (panel,) = (one for one in board("pipeline")["panels"] if one["title"] == title)
    texts = [target["expr"] for target in panel["targets"]]
    return [text.replace("$__rate_interval", "1m").replace("$__range", "10m") for text in texts]


def by_promtool(folder, cases) -> str:
    test = {"interval": "15s", "input_series": measured(), "promql_expr_test": cases}
    (folder / "cases.yml").write_text(yaml.safe_dump({"evaluation_interval": "15s", "tests": [test]}))
    command = [tool("promtool"), "test", "rules", folder / "cases.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if not done.returncode else done.stdout + done.stderr


def test_every_panel_is_counted_by_hand():
    titles = [panel["title"] for panel in board("pipeline")["panels"]]
    assert list(PIPELINE) == titles
    assert all(len(PIPELINE[title]) == len(asked_of(title)) for title in titles)


def test_every_expression_gives_its_number(tmp_path):
    cases = [
        {"expr": text, "eval_time": "10m", "exp_samples": [{"labels": labels, "value": value}]}
        for title, expected in PIPELINE.items()
        for text, (labels, value) in zip(asked_of(title), expected, strict=True)
    ]
    assert not by_promtool(tmp_path, cases)


@pytest.mark.parametrize("value", [8, 0])
def test_another_number_is_found(tmp_path, value):
    labels = PIPELINE["Lag"][0][0]
    case = {"expr": asked_of("Lag")[0], "eval_time": "10m", "exp_samples": [{"labels": labels, "value": value}]}
    assert "FAILED" in by_promtool(tmp_path, [case])
