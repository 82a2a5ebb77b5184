"""Real engines: what they confirmed outlives stop and kill, their locks lock, and no process is left behind."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from core.errors import Stop
from deploy.engines import cache, elasticsearch, java, kafka

HERE = Path(__file__).parent


def gone(number):
    """Wait until no process has that number; one that ended and was not fetched counts as gone."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if "\nState:\tZ" in Path(f"/proc/{number}/status").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def send(address, topic, *values, **how):
    producer = KafkaProducer(bootstrap_servers=address, acks="all", **how)
    try:
        for sent in [producer.send(topic, value) for value in values]:
            sent.get(120)
    finally:
        producer.close()


def read(address, topic, count):
    how = {"auto_offset_reset": "earliest", "enable_auto_commit": False}
    consumer = KafkaConsumer(topic, bootstrap_servers=address, consumer_timeout_ms=120_000, **how)
    try:
        return [record.value for _, record in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def create(address, topic):
    admin = KafkaAdminClient(bootstrap_servers=address)
    try:
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        admin.close()


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory):
    """A broker that may be stopped; each test leaves it running."""
    with kafka.running(tmp_path_factory.mktemp("own")) as broker:
        yield broker


def test_a_broker_keeps_its_address_and_what_it_confirmed(own_broker):
    create(own_broker.address, "kept")
    send(own_broker.address, "kept", b"one")
    own_broker.restart()
    send(own_broker.address, "kept", b"two")
    own_broker.kill()
    assert not kafka.answers(own_broker.port)
    own_broker.start()
    assert read(own_broker.address, "kept", 2) == [b"one", b"two"]


def secured(broker, mechanism, password):
    return {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": broker.user,
        "sasl_plain_password": password,
        "ssl_cafile": str(broker.ca),
    }


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_broker_lets_in_who_knows_the_password(kafka_broker, mechanism):
    topic = f"engines.{mechanism}"
    create(kafka_broker.address, topic)
    send(kafka_broker.secure_address, topic, b"in", **secured(kafka_broker, mechanism, kafka_broker.password))
    assert read(kafka_broker.address, topic, 1) == [b"in"]


def test_a_broker_speaks_tls(kafka_broker):
    create(kafka_broker.address, "engines.tls")
    how = {"security_protocol": "SSL", "ssl_cafile": str(kafka_broker.ca)}
    send(kafka_broker.tls_address, "engines.tls", b"in", **how)
    assert read(kafka_broker.address, "engines.tls", 1) == [b"in"]


def ask(node, path, body=None, *, method="GET", password=None):
    """Status and answer of a request to a node, by its own user unless another password is given."""
    request = urllib.request.Request(f"{node.url}{path}", method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if node.user:
        known = b64encode(f"{node.user}:{password or node.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {known}")
    context = ssl.create_default_context(cafile=node.ca) if node.ca else None
    try:
        with urllib.request.urlopen(request, timeout=120, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}


@pytest.mark.parametrize("node", ["elasticsearch_node", "opensearch_node"])
def test_a_node_keeps_its_address_and_what_it_confirmed(node, request):
    node = request.getfixturevalue(node)
    assert ask(node, "/kept/_doc/1", {"n": 1}, method="PUT")[0] == 201
    node.restart()
    assert ask(node, "/kept/_doc/2", {"n": 2}, method="PUT")[0] == 201
    node.kill()
    node.start()
    assert [ask(node, f"/kept/_source/{n}") for n in (1, 2)] == [(200, {"n": 1}), (200, {"n": 2})]
    assert ask(node, "/kept", method="DELETE")[0] == 200


def test_a_node_with_security_knows_its_users(tmp_path):
    reader = elasticsearch.Account("reader", "a password of length", ("only_reads",))
    roles = "only_reads:\n  indices:\n    - names: ['kept']\n      privileges: ['read']\n"
    with elasticsearch.running(tmp_path, security=True, accounts=[reader], roles=roles) as node:
        assert ask(node, "/kept/_doc/1", {"n": 1}, method="PUT")[0] == 201
        assert ask(node, "/kept/_doc/1", password="wrong")[0] == 401
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            urllib.request.urlopen(node.url, timeout=120)
        node.user, node.password = reader.user, reader.password
        assert ask(node, "/kept/_source/1") == (200, {"n": 1})
        assert ask(node, "/kept/_doc/2", {"n": 2}, method="PUT")[0] == 403


STARTS = """
import sys, time
from pathlib import Path
from deploy.engines import kafka
with kafka.running(Path(sys.argv[1])) as broker:
    print(broker.pid, flush=True)
    time.sleep(600)
"""


def test_an_engine_ends_with_the_program_that_was_killed(tmp_path):
    command = [sys.executable, "-c", STARTS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HERE.parent) as owner:
        engine = int(owner.stdout.readline())
        os.kill(owner.pid, signal.SIGKILL)
    assert gone(engine)


def test_an_engine_that_hangs_answers_nobody_and_goes_on(own_broker):
    own_broker.freeze()
    assert not kafka.answers(own_broker.port)
    own_broker.thaw()
    create(own_broker.address, "awake")


def test_an_engine_that_cannot_start_says_why(own_broker):
    own_broker.stop()
    identity = own_broker.launch.folder / "data" / "meta.properties"
    before = identity.read_text()
    identity.write_text("version=1\nnode.id=2\ncluster.id=another\n")
    with pytest.raises(Stop, match=r"Kafka ended while it started; the end of .*engine\.log: .*node id"):
        own_broker.start()
    assert not own_broker.pid
    identity.write_text(before)
    own_broker.start()


def test_a_missing_java_is_a_sentence():
    with pytest.raises(Stop, match=r"Java 98 or newer is needed and was not found .*apt-get install"):
        java.java_home(98)


def fetch(folder, maven):
    """A process that fetches Kafka into an empty cache, with a Maven that is this shell script."""
    program = folder / "mvn"
    program.write_text(f"#!/bin/sh\nfor last; do into=${{last#-Dinto=}}; done\n{maven}\n")
    program.chmod(0o755)
    command = [sys.executable, "-c", "from deploy.engines.cache import *; print(fetched('kafka', quiet))"]
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "KLANKBORD_CACHE": str(folder / "cache")}
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=HERE.parent, env=os.environ | environment, **how)


def test_several_programs_fetch_once(tmp_path):
    (tmp_path / "cache" / "engines" / ".kafka-left").mkdir(parents=True)
    maven = f"echo called >> {tmp_path}/calls; sleep 1; mkdir $into/libs"
    programs = [fetch(tmp_path, maven) for _ in range(3)]
    assert len({program.communicate(timeout=300) for program in programs}) == 1
    assert (tmp_path / "calls").read_text() == "called\n"
    assert {path.name for path in (tmp_path / "cache" / "engines").iterdir()} == {"lock", "kafka-4.4.0"}


def test_what_maven_could_not_fetch_leaves_nothing_and_says_why(tmp_path):
    _, said = fetch(tmp_path, "touch $into/half; echo '[ERROR] no route to anywhere'; exit 1").communicate(timeout=300)
    assert "core.errors.Stop: Maven could not fetch kafka 4.4.0: no route to anywhere" in said
    assert [path.name for path in (tmp_path / "cache" / "engines").iterdir()] == ["lock"]


def test_a_full_disk_is_a_sentence(tmp_path):
    with pytest.raises(Stop, match=r"MB left and the engines need [0-9,]+ MB; make room"):
        cache.require_room(tmp_path, 1 << 60, "the engines need")


def test_a_missing_maven_is_a_sentence(tmp_path):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PATH", str(tmp_path))
        environment.setenv("KLANKBORD_CACHE", str(tmp_path / "cache"))
        with pytest.raises(Stop, match=r"needs Maven .*apt-get install maven"):
            cache.fetched("kafka", cache.quiet)
    assert [path.name for path in (tmp_path / "cache" / "engines").iterdir()] == ["lock"]
