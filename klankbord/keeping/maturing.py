"""Looks now and then how mature the organisation is, and keeps what changed; `Looked` for whoever asks beside the page."""

import asyncio

from core.time import now
from desk.maturity.evidence import matured
from desk.maturity.looked import Looked
from desk.store import maturity
from klankbord.configuration import Configuration
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.rulebook import FileRules
from klankbord.serving.page import organisation
from klankbord.stores import Stores
from playbook.sections import Playbook

EVERY = 3600.0


def looked_in(configuration: Configuration, stores: Stores, playbook: Playbook) -> Looked:
    """What evidence is looked for in."""
    return Looked(
        database=stores.desk,
        archive=stores.archive,
        playbook=playbook,
        organisation=organisation(configuration),
        keep=configuration.shortest_keep,
        systems=configuration.systems,
    )


async def keep_maturity(configuration: Configuration, stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). While the playbook cannot be read nothing is kept of it."""
    rules, zone = FileRules(configuration.playbook), configuration.organisation.zone

    async def kept() -> None:
        if not rules.mistakes:
            at = now()
            found = await matured(looked_in(configuration, stores, rules.playbook), at)
            await maturity.keep(stores.desk, found, at.astimezone(zone).date(), at)

    broken = "how mature the organisation is is kept later"
    await persist(kept, stop, report, name="maturity", broken=broken, every=EVERY)
