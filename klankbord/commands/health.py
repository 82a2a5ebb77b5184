"""`klankbord health`: whether the part that runs beside this command is well; for the health checks of containers."""

import os
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from core.errors import Stop
from core.time import now
from klankbord.beating import VARIABLE, condition


@click.command(name="health")
@click.option("--page", type=click.IntRange(1, 65535), help="Ask the page on this port of the same machine too.")
def command(page: int | None) -> None:
    """Say whether the part of `klankbord run PART` beside this command is well. Exit 0 where it is, 1 where not.

    The part writes its signs of life into the file that KLANKBORD_HEALTH names.
    """
    if not os.environ.get(VARIABLE):
        raise Stop(f"{VARIABLE} names no file; set it for the part and for this command alike")
    well, sentence = condition(Path(os.environ[VARIABLE]), now())
    if well and page:
        well, sentence = _page(page)
    click.echo(sentence)
    sys.exit(0 if well else 1)


def _page(port: int) -> tuple[bool, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True, f"the page answers on port {port}"
    except (URLError, OSError) as error:
        return False, f"the page does not answer on port {port}: {error}"
