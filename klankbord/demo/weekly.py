"""The digest of last week, written to a file of the demo: what the webcare team finds in its mail on a Monday."""

from pathlib import Path

from core.time import Clock
from desk.digest.week import last_whole
from desk.web import words
from klankbord.configuration import Configuration
from klankbord.demo.staff import WEBCARE
from klankbord.keeping.digests import digester
from klankbord.stores import Stores

NAME = "digest.html"


async def write_week(read: Configuration, stores: Stores, clock: Clock) -> Path:
    """Where it was written: beside the configuration, in the organisation's first language, with links to the page that runs."""
    organisation = read.organisation
    running = read.page.model_copy(update={"url": stores.folder.page.read_text()})
    made = digester(read.model_copy(update={"page": running}), stores, clock=clock)
    week = last_whole(clock(), organisation.zone)
    told = await made.told(WEBCARE, week, words.first_of(organisation.languages))
    path = read.folder.resolve() / NAME
    path.write_text(made.html(told), encoding="utf-8")
    return path
