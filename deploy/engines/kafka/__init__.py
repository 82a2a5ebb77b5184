"""An Apache Kafka broker with its controller in one process."""

import base64
import contextlib
import socket
import struct
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import Stop
from deploy.engines.cache import Report, fetched, quiet
from deploy.engines.certificates import certificates
from deploy.engines.java import java_home
from deploy.engines.passwords import USER, password_in
from deploy.engines.ports import free_ports
from deploy.engines.process import Engine, Launch, kept_running, last_words

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{more}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,TLS:SSL,SECURE:SASL_SSL
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
"""
SECURITY = """\
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.secure.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


class Broker(Engine):
    """A broker. `address` is its host and port; `start` after `stop` or `kill` comes back there with its data.

    With security it listens at `tls_address` too (TLS alone) and at `secure_address` (TLS, and `user` with `password` by
    SCRAM-SHA-512 or PLAIN); `ca` is the certificate to trust.
    """

    def __init__(self, launch: Launch, ports: Sequence[int], *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.port = ports[0]
        self.address, self.tls_address, self.secure_address = (f"127.0.0.1:{port}" for port in (*ports, 0, 0)[:3])
        self.user = self.password = ""
        self.ca: Path | None = None


@contextmanager
def running(
    folder: Path, *, security: bool = False, heap: str = "320m", quick: bool = True, report: Report = quiet
) -> Iterator[Broker]:
    """A broker on free ports with its data below `folder`; gone when the block ends.

    `security` adds listeners with TLS and passwords. `quick` compiles lightly, so that it starts soon; without it the
    broker works at full speed after a while.
    """
    options = {"security": security, "quick": quick}
    with kept_running(lambda: prepare(folder, free_ports(4), heap=heap, report=report, **options)) as broker:
        yield broker


def prepare(
    folder: Path,
    ports: Sequence[int],
    *,
    security: bool = False,
    heap: str = "384m",
    quick: bool = False,
    guarded: bool = True,
    report: Report = quiet,
) -> Broker:
    """A broker that is ready to be started, formatted on first use; ports for clients, controller, TLS and passwords."""
    libraries = fetched("kafka", report) / "libs"
    java, folder = str(java_home(17) / "bin" / "java"), folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    port, controller, *secure = ports
    properties = folder / "server.properties"
    more = ",TLS://127.0.0.1:{},SECURE://127.0.0.1:{}".format(*secure) if security else ""
    text = PROPERTIES.format(port=port, controller=controller, data=folder / "data", more=more)
    properties.write_text(text + (_secured(folder) if security else ""))
    properties.chmod(0o600)
    if not (folder / "data" / "meta.properties").exists():
        _format([java, "-cp", f"{libraries}/*"], folder, properties)
    command = [
        java,
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        *(["-XX:TieredStopAtLevel=1"] if quick else []),
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss",
        "-cp",
        f"{libraries}/*",
        "kafka.Kafka",
        str(properties),
    ]
    launch = Launch("Kafka", folder, command, lambda: keeps_groups(port), within=300)
    broker = Broker(launch, [port, *secure] if security else [port], guarded=guarded)
    if security:
        broker.user, broker.password, broker.ca = USER, password_in(folder), folder / "certificates" / "ca.crt"
    return broker


def answers(port: int) -> bool:
    """Whether a broker there answers a request: one that asks which requests it knows (ApiVersions, version 0)."""
    return _agrees(port, 18)


def keeps_groups(port: int) -> bool:
    """Whether a broker there takes consumer groups: a new one makes a topic for them when first asked (FindCoordinator, version 0)."""
    return _agrees(port, 10, struct.pack(">h9s", 9, b"klankbord"))


def _agrees(port: int, request: int, asked: bytes = b"") -> bool:
    """Whether a broker there answers that request, of version 0, without an error."""
    head = struct.pack(">hhih9s", request, 0, 7, 9, b"klankbord")
    with contextlib.suppress(OSError, struct.error), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(struct.pack(">i", len(head) + len(asked)) + head + asked)
        length, correlation, error = struct.unpack(">iih", line.recv(10, socket.MSG_WAITALL))
        return length > 0 and (correlation, error) == (7, 0)
    return False


def _secured(folder: Path) -> str:
    """The properties of the listeners with TLS, and the file with key and certificate that they name."""
    made = certificates(folder / "certificates")
    keystore = folder / "certificates" / "keystore.pem"
    keystore.write_text(made.key.read_text() + made.certificate.read_text() + made.ca.read_text())
    keystore.chmod(0o600)
    return SECURITY.format(keystore=keystore, user=USER, password=password_in(folder))


def _format(java: list[str], folder: Path, properties: Path) -> None:
    drawn = uuid.uuid4().bytes
    # The first bit off: an id that begins with a dash is taken for an option.
    cluster = base64.urlsafe_b64encode(bytes([drawn[0] & 0x7F]) + drawn[1:]).rstrip(b"=").decode()
    command = [*java, "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster, "-c", str(properties)]
    command += ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={password_in(folder)}]"]
    log = folder / "format.log"
    with log.open("wb") as file:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False).returncode  # noqa: S603 - our own command
    if code:
        raise Stop(f"Kafka could not format {folder / 'data'}; {last_words(log)}")
