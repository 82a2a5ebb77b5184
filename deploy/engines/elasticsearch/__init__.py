"""An Elasticsearch node: the real server, without the modules that its full distribution adds."""

import json
import os
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.engines.cache import Report, fetched, version_of
from deploy.engines.java import java_home
from deploy.engines.ports import free_ports
from deploy.engines.process import Engine, Launch
from deploy.engines.unprivileged import as_nobody

CONFIGURATION = """\
cluster.name: klankbord
node.name: klankbord
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
"""


class Node(Engine):
    """A node. `url` is its address; `start` after `stop` or `kill` comes back there with its data."""

    def __init__(self, launch: Launch, port: int, *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.port = port
        self.url = f"http://127.0.0.1:{port}"


@contextmanager
def running(folder: Path, *, report: Report = print) -> Iterator[Node]:
    """A node on free ports with its data below `folder`; gone when the block ends."""
    port, transport = free_ports(2)
    node = prepare(folder, port=port, transport=transport, report=report)
    try:
        node.start()
        yield node
    finally:
        node.kill()


def prepare(
    folder: Path, *, port: int, transport: int, heap: str = "512m", guarded: bool = True, report: Report = print
) -> Node:
    """A node that is ready to be started."""
    home = fetched("elasticsearch", report) / f"elasticsearch-{version_of('elasticsearch')}"
    folder = folder.absolute()
    configuration, temporary = folder / "config", folder / "tmp"
    for needed in (configuration, temporary, folder / "data", folder / "logs"):
        needed.mkdir(parents=True, exist_ok=True)
    (configuration / "elasticsearch.yml").write_text(
        CONFIGURATION.format(port=port, transport=transport, folder=folder)
    )
    _copy_once(home / "config", configuration)
    quick = "-XX:TieredStopAtLevel=1 " if guarded else ""
    environment = {
        "ES_PATH_CONF": str(configuration),
        "ES_TMPDIR": str(temporary),
        "ES_JAVA_HOME": str(java_home(21)),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap} -XX:-AlwaysPreTouch {quick}-XX:-UseG1GC -XX:+UseSerialGC",
        "HOME": str(temporary),
    }
    command = as_nobody([str(home / "bin" / "elasticsearch")], folder)
    launch = Launch(
        "Elasticsearch",
        folder,
        command,
        lambda: healthy(f"http://127.0.0.1:{port}"),
        within=180,
        environment=environment,
    )
    return Node(launch, port, guarded=guarded)


def healthy(url: str, *, authorization: str = "", context: ssl.SSLContext | None = None) -> bool:
    """Whether the node says that every index can be written and searched."""
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{url}/_cluster/health?wait_for_status=yellow&timeout=1s",
        headers={"Authorization": "Basic " + b64encode(authorization.encode()).decode()} if authorization else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=5, context=context) as answer:  # noqa: S310 - our own http address
            return bool(json.load(answer)["status"] in {"yellow", "green"})
    except (OSError, ValueError, KeyError):
        return False


def _copy_once(source: Path, target: Path) -> None:
    for one in source.iterdir():
        if one.is_file() and not (target / one.name).exists():
            (target / one.name).write_bytes(one.read_bytes())
