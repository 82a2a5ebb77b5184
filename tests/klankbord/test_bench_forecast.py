"""`klankbord bench forecast` on folders as people hand them over."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from klankbord.cli import main

BEGIN = datetime(2026, 2, 26, 21, 42, 53, tzinfo=UTC)


def bench(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["bench", "forecast", "--volumes", str(folder), *options])


def written(folder: Path, name: str, days: int) -> None:
    moments = [BEGIN + timedelta(minutes=5 * n) for n in range(days * 288)]
    rates = np.array([4 + 3 * np.sin(moment.hour / 24 * 2 * np.pi) for moment in moments])
    values = np.random.default_rng(days).poisson(rates)
    lines = [f"{moment:%Y-%m-%d %H:%M:%S},{value}" for moment, value in zip(moments, values, strict=True)]
    (folder / name).write_text("\n".join(["timestamp,value", *lines]) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, "long.csv", 40)
    written(tmp_path, "short.csv", 10)
    (tmp_path / "windows.json").write_text("{}")
    return tmp_path


def test_as_json(folder):
    found = json.loads(bench(folder, "--json").stdout)
    assert found["forecast_mase"] == found["brands"]["long"]["mase"] < 1
    assert found["all"]["origins"] == found["brands"]["long"]["origins"] == 18
    assert len(found["brands"]["long"]["by_hour"]) == 72
    assert found["brands"]["short"]["mase"] is None


def test_as_a_table(folder):
    said = bench(folder)
    assert said.exit_code == 0
    long, short = (
        next(line for line in said.stdout.splitlines() if line.startswith(name)) for name in ("long", "short")
    )
    assert long.split()[1] == "18"
    assert short.split()[1:] == ["0", *["-"] * 7]
    assert "forecast_mase 0." in said.stdout


def test_a_folder_that_is_not_there(tmp_path):
    done = bench(tmp_path / "none")
    assert done.exit_code == 1
    assert "there is no such folder" in done.stderr
