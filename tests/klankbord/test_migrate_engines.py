"""`klankbord migrate` to real engines: the embedded folder goes to Kafka and Elasticsearch, and back."""

import shutil
import subprocess
import sys
from uuid import uuid4

import pytest

from core.topics import MENTIONS
from tests.klankbord.freeze import LONG, TEXTS, WAITS, Frozen
from tests.klankbord.program import Program, command, file_source, until
from tests.klankbord.test_migrate import LEFT, move, table


@pytest.fixture
def here(tmp_path):
    return Frozen(tmp_path / "here")


@pytest.fixture
def there(here, tmp_path, kafka_broker, elasticsearch_node):
    """A configuration on engines, with log topics and indices that no other test has."""
    (tmp_path / "there").mkdir()
    shutil.copy(here.folder / "in.jsonl", tmp_path / "there")
    name = f"move-{uuid4().hex[:8]}"
    kafka = {"servers": kafka_broker.address, "prefix": f"{name}.", "partitions": 2}
    log = {"use": "kafka", "settings": kafka}
    sinks = [{"use": "elasticsearch", "settings": {"url": elasticsearch_node.url, "prefix": name}}]
    program = Program(tmp_path / "there", file_source("in.jsonl", keep=LONG), log=log, sinks=sinks)
    applied = command("log", "apply", "-c", str(program.config))
    assert applied.exit_code == 0, applied.stderr
    return program


@pytest.fixture
def back(here, tmp_path):
    """A configuration without engines, to go back to."""
    shutil.copytree(here.folder, tmp_path / "back", ignore=shutil.ignore_patterns("data"))
    return Program(tmp_path / "back", file_source("in.jsonl", keep=LONG))


def test_there_all_is_the_same_and_goes_on_and_back(here, there, back):
    shown = move(here, there)
    assert shown.exit_code == 0, shown.stderr
    rows = table(shown)
    assert all(one == other for one, other in rows.values())
    assert rows["mentions"] == (len(LEFT), len(LEFT))
    assert there.stored() == sorted(here.stored(), key=lambda one: one.enriched.mention.id)
    with there.running():
        until(lambda: WAITS in there.texts())
    assert there.texts() == sorted([*LEFT, WAITS])
    assert there.ask(lambda stores: stores.log.count(MENTIONS)) == 1  # nothing was heard again
    shown = move(there, back)
    assert shown.exit_code == 0, shown.stderr
    assert table(shown)["messages not yet understood"] == (0, 0)
    assert back.texts() == there.texts()


def test_killed_and_done_again_all_is_there_once(here, there):
    arguments = [str(here.config), str(there.config), "4"]
    killed = subprocess.run([sys.executable, "-m", "tests.klankbord.migrates_until", *arguments], check=False)
    assert killed.returncode == -9
    for _ in range(2):
        shown = move(here, there)
        assert shown.exit_code == 0, shown.stderr
    assert there.ask(lambda stores: stores.log.count(MENTIONS)) == 1
    assert there.texts() == LEFT


def test_the_way_back(here, there, back):
    move(here, there)
    shown = move(there, back)
    assert shown.exit_code == 0, shown.stderr
    assert back.stored() == here.stored()
    assert TEXTS[1] not in back.texts()
