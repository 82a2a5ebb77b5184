"""Customers of the corpus' accounts: joined at a real desk, their documents kept by the program's own part."""

from pathlib import Path
from typing import Any

from core.outward import Told
from desk.store import customers, facts, identities
from desk.store.database import open_desk
from desk.store.identities import Evidence
from desk.store.settings import Settings
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.keeping.customers import Keeping
from klankbord.privacy.erasures import Erasures
from klankbord.stores import Stores
from tests.dashboards import corpus
from tests.klankbord.program import Program, file_source

PAIR, ANNA, MUTED = "Bo & Chris", "anna", "Dirk"
JOINED = {PAIR: ["bluesky:bo", "mastodon:chris"], ANNA: ["bluesky:anna"], MUTED: ["bluesky:dirk"]}
"""By name; anna's has none. Of the pair HubSpot says segment and owner, of Dirk nothing counts."""


async def join(archive: Any, place: Path) -> dict[str, str]:
    """The ids of these customers, by what they are called here. Any: an archive."""
    sources = [file_source("in.jsonl", name=name, join=True) for name in corpus.SOURCES]
    read = configuration.read(Program(place, *sources).config)
    folder = Folder(read.data)
    folder.make()
    async with open_desk(Settings(), folder.desk, report=print) as desk:
        erased = Erasures(folder.erased, folder.secret())
        stores = Stores(folder=folder, log=None, archive=archive, desk=desk, erased=erased)
        told = Told(
            system="hubspot",
            customer="7",
            accounts=(JOINED[PAIR][0],),
            facts={"segment": "goud", "owner": "Els", "status": "open"},
            at=corpus.HOUR,
        )
        await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)
        made = {name: await _made(desk, name, authors) for name, authors in JOINED.items()}
        told_of = (await identities.of_authors(desk, JOINED[PAIR]))[JOINED[PAIR][0]].customer
        await customers.merge(desk, told_of, made[PAIR], by="ruth", at=corpus.HOUR)
        await Keeping(read, stores, clock=lambda: corpus.HOUR).count_touched()
    return made


async def _made(desk, name, authors):
    made = await customers.add(desk, name=None if name == ANNA else name, by="ruth", at=corpus.HOUR)
    for author in authors:
        by = {"evidence": Evidence.PERSON, "by": "ruth", "at": corpus.HOUR}
        await identities.link(desk, author=author, customer=made, **by)
    return made
