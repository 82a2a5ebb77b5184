"""An OpenSearch node, started from its jars by a launcher of our own."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.errors import Stop
from deploy.engines.cache import Report, alone, fetched, quiet
from deploy.engines.java import java_home
from deploy.engines.node import ALONE, Door, Node
from deploy.engines.ports import free_ports
from deploy.engines.process import Launch, kept_running

CONFIGURATION = (
    ALONE
    + """\
path.data: {folder}/data
path.logs: {folder}/logs
"""
)
HERE = Path(__file__).parent


@contextmanager
def running(folder: Path, *, heap: str = "512m", quick: bool = True, report: Report = quiet) -> Iterator[Node]:
    """A node on free ports with its data below `folder`; gone when the block ends.

    `quick` compiles lightly, so that it starts soon; without it the node works at full speed after a while.
    """
    with kept_running(lambda: prepare(folder, free_ports(2), heap=heap, quick=quick, report=report)) as node:
        yield node


def prepare(
    folder: Path,
    ports: Sequence[int],
    *,
    heap: str = "1g",
    quick: bool = False,
    guarded: bool = True,
    report: Report = quiet,
) -> Node:
    """A node that is ready to be started, on ports for HTTP and transport."""
    port, transport = ports
    folder = folder.absolute()
    files, home = fetched("opensearch", report), java_home(21)
    for needed in ("config", "data", "logs", "tmp"):
        (folder / needed).mkdir(parents=True, exist_ok=True)
    text = CONFIGURATION.format(port=port, transport=transport, folder=folder)
    (folder / "config" / "opensearch.yml").write_text(text)
    shutil.copyfile(HERE / "log4j2.properties", folder / "config" / "log4j2.properties")
    command = [
        str(home / "bin" / "java"),
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        *(["-XX:TieredStopAtLevel=1"] if quick else []),
        "--enable-native-access=ALL-UNNAMED",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        "-cp",
        f"{files}/libs/*:{_launcher(files, home, report)}",
        "Launcher",
        str(folder),
    ]
    door = Door(port)
    return Node(Launch("OpenSearch", folder, command, door.healthy, within=300), door, guarded=guarded)


def _launcher(files: Path, home: Path, report: Report) -> Path:
    """The folder with the compiled launcher, made once for each version of its source."""
    source = HERE / "Launcher.java"
    compiled = files / f"launcher-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if compiled.is_dir():
        return compiled
    compiler = home / "bin" / "javac"
    if not compiler.exists():
        raise Stop(
            f"OpenSearch's launcher needs a whole JDK, and {home} has no compiler; set JAVA_HOME to one that has"
        )
    with alone(files.parent, report), tempfile.TemporaryDirectory(dir=files) as made:
        into = Path(made) / "launcher"
        command = [str(compiler), "-cp", f"{files}/libs/*", "-d", str(into), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise Stop(f"OpenSearch's launcher could not be compiled: {done.stderr.strip()[:400]}")
        if not compiled.is_dir():
            into.rename(compiled)
    return compiled
