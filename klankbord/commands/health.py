"""`klankbord health`: whether the part that runs beside this command is well; for the health checks of containers."""

import os
import sys
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import click

from core.errors import Stop
from core.time import now
from klankbord.health.beating import VARIABLE, condition


@click.command(name="health")
@click.option("--ready", type=click.IntRange(1, 65535), help="Ask too, on this port, whether the part is ready.")
@click.option("--page", type=click.IntRange(1, 65535), help="Ask the page on this port of the same machine too.")
def command(ready: int | None, page: int | None) -> None:
    """Say whether the part of `klankbord run PART` beside this command is well. Exit 0 where it is, 1 where not.

    The part writes its signs of life into the file that KLANKBORD_HEALTH names. It is ready where its engines answered and its
    model is loaded, which `metrics.port` of the configuration tells; being behind is no illness.
    """
    if not os.environ.get(VARIABLE):
        raise Stop(f"{VARIABLE} names no file; set it for the part and for this command alike")
    well, sentence = condition(Path(os.environ[VARIABLE]), now())
    if well and ready:
        well, sentence = _ready(ready)
    if well and page:
        well, sentence = _page(page)
    click.echo(sentence)
    sys.exit(0 if well else 1)


def _ready(port: int) -> tuple[bool, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True, "the part is ready"
    except HTTPError as error:
        with error:
            return False, f"the part is not ready: {error.read(1000).decode(errors='replace').strip()}"
    except (URLError, OSError) as error:
        return False, f"the part does not answer on port {port}: {error}"


def _page(port: int) -> tuple[bool, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True, f"the page answers on port {port}"
    except (URLError, OSError) as error:
        return False, f"the page does not answer on port {port}: {error}"
