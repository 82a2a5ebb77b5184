"""An Elasticsearch node: the real server, without the modules that its full distribution adds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.engines.cache import Report, fetched, quiet, version_of
from deploy.engines.java import java_home
from deploy.engines.node import Door, Node
from deploy.engines.ports import free_ports
from deploy.engines.process import Launch
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


@contextmanager
def running(folder: Path, *, report: Report = quiet) -> Iterator[Node]:
    """A node on free ports with its data below `folder`; gone when the block ends."""
    port, transport = free_ports(2)
    node = prepare(folder, port=port, transport=transport, report=report)
    try:
        node.start()
        yield node
    finally:
        node.kill()


def prepare(
    folder: Path, *, port: int, transport: int, heap: str = "512m", guarded: bool = True, report: Report = quiet
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
    door = Door(port)
    launch = Launch("Elasticsearch", folder, command, door.healthy, within=180, environment=environment)
    return Node(launch, door, guarded=guarded)


def _copy_once(source: Path, target: Path) -> None:
    for one in source.iterdir():
        if one.is_file() and not (target / one.name).exists():
            shutil.copyfile(one, target / one.name)
