"""Prometheus and Alertmanager: those of this machine, each on a port and data of its own."""

import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Stop
from deploy.engines.cache import Report, quiet
from deploy.engines.packages import install
from deploy.engines.ports import free_ports
from deploy.engines.process import Engine, Launch, kept_running

INSTALL = Path(__file__).parent / "install.sh"
WITHIN = 120.0


class Server(Engine):
    """Either of them; `address` is host and port, `url` begins with http."""

    def __init__(self, launch: Launch, port: int) -> None:
        super().__init__(launch)
        self.address = f"127.0.0.1:{port}"
        self.url = f"http://{self.address}"


@contextmanager
def running(folder: Path, configuration: str, *, report: Report = quiet) -> Iterator[Server]:
    """Prometheus with that configuration, whose paths are relative to `folder`; its data lies there too."""
    (folder / "prometheus.yml").write_text(configuration)
    options = (
        "--config.file=prometheus.yml",
        f"--storage.tsdb.path={folder / 'data'}",
        "--web.listen-address={address}",
    )
    with kept_running(lambda: _prepared("prometheus", folder, options, report)) as server:
        yield server


@contextmanager
def telling(folder: Path, configuration: str, *, report: Report = quiet) -> Iterator[Server]:
    """Alertmanager with that configuration, alone."""
    (folder / "alertmanager.yml").write_text(configuration)
    options = (
        "--config.file=alertmanager.yml",
        f"--storage.path={folder / 'data'}",
        "--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    with kept_running(lambda: _prepared("prometheus-alertmanager", folder, options, report)) as server:
        yield server


def tool(name: str, *, report: Report = quiet) -> Path:
    """One of prometheus, promtool, prometheus-alertmanager and amtool. Raises Stop where it cannot be had."""
    if shutil.which(name) is None:
        install(INSTALL, "Prometheus and Alertmanager", report=report)
    if (found := shutil.which(name)) is None:
        raise Stop(f"{name} is missing")
    return Path(found)


def _prepared(name: str, folder: Path, options: tuple[str, ...], report: Report) -> Server:
    (port,) = free_ports(1)
    address = f"127.0.0.1:{port}"
    command = [str(tool(name, report=report)), *(option.format(address=address) for option in options)]
    return Server(Launch(name, folder, command, lambda: _answers(f"http://{address}/-/ready"), within=WITHIN), port)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False
