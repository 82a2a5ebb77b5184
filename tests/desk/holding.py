"""What gathers all that is held of somebody over an archive and a desk of the tests, with an empty log beside them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from desk.held.document import Asking
from desk.store.database import Database
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.folder import Folder
from klankbord.logs import open_log
from klankbord.privacy.erasures import Erasures
from klankbord.privacy.held import HeldOf
from klankbord.stores import ArchiveSink, Stores


def configured(folder: Path, **more: object) -> Configuration:
    """The configuration of an organisation that listens to nothing yet."""
    folder.mkdir(exist_ok=True)
    (folder / "playbook.yaml").write_text("")
    path = folder / "klankbord.yaml"
    path.write_text(json.dumps({"organisation": {"name": "Noorderlijn"}, "data": "data", "sources": [], **more}))
    return configuration.read(path)


@asynccontextmanager
async def holding(folder: Path, archive: ArchiveSink, desk: Database) -> AsyncIterator[Asking]:
    read = configured(folder)
    kept = Folder(read.data)
    kept.make()
    async with open_log(read, print) as log:
        erased = Erasures(kept.erased, kept.secret())
        yield HeldOf(read, Stores(folder=kept, log=log, archive=archive, desk=desk, erased=erased))
