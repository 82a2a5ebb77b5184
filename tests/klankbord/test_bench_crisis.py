"""`klankbord bench crisis` on folders as people hand them over."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from klankbord import volumes
from klankbord.cli import main

BEGIN = datetime(2026, 2, 26, 21, 42, 53, tzinfo=UTC)


def bench(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["bench", "crisis", "--volumes", str(folder), *options])


def written(folder: Path, name: str, values: np.ndarray) -> None:
    moments = (BEGIN + timedelta(minutes=5 * n) for n in range(len(values)))
    lines = [f"{moment:%Y-%m-%d %H:%M:%S},{value}" for moment, value in zip(moments, values, strict=True)]
    (folder / name).write_text("\n".join(["timestamp,value", *lines]) + "\n")


def windows(folder: Path, named: dict[str, list[list[str]]]) -> None:
    (folder / "windows.json").write_text(json.dumps(named))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    values = np.random.default_rng(1).poisson(15.0, 12 * 288)
    values[2300:2336] *= 8
    written(tmp_path, "Twitter_volume_A.csv", values)
    written(tmp_path, "other.csv", np.random.default_rng(2).poisson(0.2, 12 * 288))
    at = BEGIN + timedelta(minutes=5 * 2290)
    stretch = [f"{at:%Y-%m-%d %H:%M:%S.%f}", f"{at + timedelta(hours=30):%Y-%m-%d %H:%M:%S.%f}"]
    windows(tmp_path, {"realTweets/Twitter_volume_A.csv": [stretch]})
    return tmp_path


def test_as_json(folder):
    found = json.loads(bench(folder, "--json").stdout)
    assert found["crisis_watch_recall"] == found["crisis_alarm_recall"] == 1
    assert found["crisis_watch_nab_standard"] > 90
    assert found["brands"]["Twitter_volume_A"]["watch"]["windows"] == 1
    assert found["brands"]["other"]["watch"]["windows"] == 0


def test_as_a_table(folder):
    said = bench(folder)
    assert said.exit_code == 0
    assert "Twitter_volume_A, watch" in said.stdout
    assert "crisis_alarm_recall 1.0" in said.stdout


def test_rows_become_buckets_of_five_minutes(folder):
    by_name = {one.name: one for one in volumes.read(folder)}
    one = by_name["Twitter_volume_A"]
    assert one.counts.start == int(BEGIN.timestamp()) // 300
    assert one.windows == ((one.counts.start + 2290, one.counts.start + 2290 + 360),)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda folder: (folder / "windows.json").unlink(), "windows.json: is not there"),
        (lambda folder: windows(folder, {"othr.csv": []}), 'there is no such file; did you mean "other.csv"?'),
        (lambda folder: windows(folder, {"other.csv": [["today", "tomorrow"]]}), '"today" is no time'),
        (lambda folder: windows(folder, {"other.csv": [["2026-03-02", "2026-03-01"]]}), "ends before it begins"),
        (lambda folder: (folder / "windows.json").write_text("[]"), "should map file names"),
        (lambda folder: (folder / "other.csv").write_text("time,value\n"), 'there is no column "timestamp"'),
        (lambda folder: (folder / "other.csv").write_text("timestamp,value\n"), "other.csv: holds no rows"),
        (
            lambda folder: (folder / "other.csv").write_text("timestamp,value\n2026-03-01,-4\n"),
            'line 2: "-4" is no count',
        ),
        (lambda folder: (folder / "other.csv").write_text("timestamp,value\n2026-03-01\n"), "is no count of messages"),
        (lambda folder: (folder / "other.csv").write_bytes(b"timestamp,value\n\xff\xfe\n"), "is no CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(folder, break_it, said):
    break_it(folder)
    done = bench(folder)
    assert done.exit_code in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_or_empty(tmp_path):
    assert "there is no such folder" in bench(tmp_path / "none").stderr
    assert "holds no CSV file" in bench(tmp_path).stderr
