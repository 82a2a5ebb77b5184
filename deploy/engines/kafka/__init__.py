"""An Apache Kafka broker with its controller in one process."""

import base64
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Stop
from deploy.engines.cache import Report, fetched, quiet
from deploy.engines.java import java_home
from deploy.engines.ports import accepts, free_ports
from deploy.engines.process import Engine, Launch, last_words

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
"""


class Broker(Engine):
    """A broker. `address` is its host and port; `start` after `stop` or `kill` comes back there with its data."""

    def __init__(self, launch: Launch, port: int, *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.port = port
        self.address = f"127.0.0.1:{port}"


@contextmanager
def running(folder: Path, *, report: Report = quiet) -> Iterator[Broker]:
    """A broker on free ports with its data below `folder`; gone when the block ends."""
    port, controller = free_ports(2)
    broker = prepare(folder, port=port, controller=controller, report=report)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


def prepare(
    folder: Path, *, port: int, controller: int, heap: str = "320m", guarded: bool = True, report: Report = quiet
) -> Broker:
    """A broker that is ready to be started, its data folder formatted on first use."""
    folder = folder.absolute()
    libraries = fetched("kafka", report) / "libs"
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "server.properties"
    properties.write_text(PROPERTIES.format(port=port, controller=controller, data=folder / "data"))
    java = [str(java_home(17) / "bin" / "java"), "-cp", f"{libraries}/*"]
    if not (folder / "data" / "meta.properties").exists():
        _format(java, folder, properties)
    quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"] if guarded else ["-XX:+UseSerialGC"]
    command = [
        *java[:1],
        f"-Xmx{heap}",
        *quick,
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        *java[1:],
        "kafka.Kafka",
        str(properties),
    ]
    return Broker(Launch("Kafka", folder, command, lambda: accepts(port), within=90), port, guarded=guarded)


def _format(java: list[str], folder: Path, properties: Path) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    command = [*java, "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster, "-c", str(properties)]
    log = folder / "format.log"
    with log.open("wb") as file:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False).returncode  # noqa: S603 - our own command
    if code:
        raise Stop(f"Kafka could not format {folder / 'data'}; {last_words(log)}")
