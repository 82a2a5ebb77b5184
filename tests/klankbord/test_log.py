"""`klankbord log apply`: topics made, a second run finds nothing to do, a changed number of partitions is refused."""

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from klankbord.cli import main

KAFKA = "log: {{use: kafka, settings: {{servers: '{servers}', prefix: '{prefix}', partitions: {partitions}}}}}\n"


def applied(folder: Path, log: str, *options: str) -> Result:
    (folder / "klankbord.yaml").write_text(f"organisation: {{name: Test}}\n{log}")
    return CliRunner().invoke(main, ["log", "apply", "--config", str(folder / "klankbord.yaml"), *options])


@pytest.fixture
def kafka_log(kafka_broker):
    prefix = f"apply-{uuid4().hex[:8]}."
    return lambda partitions: KAFKA.format(servers=kafka_broker.address, prefix=prefix, partitions=partitions)


def test_topics_are_made_once(kafka_log, tmp_path: Path) -> None:
    would = applied(tmp_path, kafka_log(2), "--dry-run").output.splitlines()
    made = applied(tmp_path, kafka_log(2)).output.splitlines()
    assert [line.replace("would create", "created") for line in would] == made
    assert any("mentions: 2 partitions" in line for line in made)
    again = applied(tmp_path, kafka_log(2))
    assert (again.exit_code, again.output) == (0, "all log topics are there as they should be\n")


def test_a_changed_number_of_partitions_is_refused_and_nothing_changed(kafka_log, tmp_path: Path) -> None:
    applied(tmp_path, kafka_log(2))
    refused = applied(tmp_path, kafka_log(3))
    assert refused.exit_code == 2
    assert "mentions has 2 partitions, not 3: the number of a topic's partitions never changes" in refused.output
    assert applied(tmp_path, kafka_log(2)).output == "all log topics are there as they should be\n"


def test_a_log_in_files_needs_no_topics(tmp_path: Path) -> None:
    result = applied(tmp_path, "")
    assert result.exit_code == 1
    assert "the log is in files" in result.output


def test_a_kafka_that_is_away_is_said(tmp_path: Path) -> None:
    result = applied(tmp_path, KAFKA.format(servers="127.0.0.1:1", prefix="p.", partitions=2))
    assert result.exit_code == 1
    assert result.output.startswith("klankbord: Kafka at 127.0.0.1:1 does not answer")
