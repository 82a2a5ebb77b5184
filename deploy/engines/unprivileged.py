"""Runs an engine that refuses to be root as nobody: the engine's folder is given to it, others it may only pass."""

import os
import shutil
from pathlib import Path

from core.errors import Stop

NOBODY = 65534


def as_nobody(command: list[str], folder: Path) -> list[str]:
    """The command as nobody where we are root, the folder's files given to it; unchanged where we are not.

    The one capability that nobody keeps lets it through folders of root alone, where caches and test folders lie.
    """
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Stop("Elasticsearch refuses to run as root and setpriv is missing; on Debian: apt-get install util-linux")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    identity = ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    passing = ["--inh-caps=-all,+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return [setpriv, *identity, *passing, *command]
