"""Where what can be made or fetched again is kept for all data folders of a user."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """For the built encoder and for engines: $KLANKBORD_CACHE, else the user's cache folder."""
    given = os.environ.get("KLANKBORD_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(given).absolute() if given else Path(base).expanduser() / "klankbord"
