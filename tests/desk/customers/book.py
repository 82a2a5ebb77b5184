"""A customer of two accounts with messages, a case that was answered and noted, and a segment that a CRM system tells."""

import msgspec

from core.outward import Told
from desk.cases import acts
from desk.customers import one
from desk.customers.asked import Customers
from desk.entry.who import Who
from desk.ports import Organisation
from desk.store import facts, happenings, identities
from desk.store.happenings import Happening
from desk.store.happenings import Kind as HappeningKind
from desk.store.identities import Evidence
from desk.store.inbox import Looking
from tests.desk import corpus
from tests.desk.api.asking import collected, said
from tests.desk.cases.book import HOUR, hear, heard, reply
from tests.desk.cases.book import NOW as MONDAY
from tests.desk.serving import fill

ANNA, ON_MASTODON = "bluesky:anna", "mastodon:anna"
NOW = MONDAY + 2 * HOUR
EVERYTHING = Looking(me="ruth", units=None, at=NOW)


async def fill_desk(desk):
    told = Told(system="hubspot", customer="7", accounts=(ANNA,), facts={"segment": "gold"}, at=MONDAY - 24 * HOUR)
    await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)
    root = (await identities.of_authors(desk, [ANNA]))[ANNA].customer
    by = {"evidence": Evidence.PERSON, "by": "ruth", "at": MONDAY - 12 * HOUR}
    await identities.link(desk, author=ON_MASTODON, customer=root, **by)
    outage = Happening(source="ops", key="1", kind=HappeningKind.OUTAGE, since=MONDAY - 4 * HOUR, title="Storing")
    outage = msgspec.structs.replace(outage, until=outage.since + HOUR / 2)
    during = msgspec.structs.replace(
        outage, key="2", since=MONDAY - 2 * HOUR - HOUR / 2, until=None, title="Nog een storing"
    )
    order = msgspec.structs.replace(during, key="3", kind=HappeningKind.ORDER)
    await happenings.put(desk, [outage, during, order], by="ops", at=MONDAY)
    case = await hear(desk, heard(), reply())
    await acts.note(desk, Who(), case.id, "Belde terug.", at=MONDAY + HOUR)


async def archived(desk, archive):
    """Three messages on Bluesky and one on Mastodon, which an own account answered; of one hour Mastodon gave nothing."""
    every = [said(n, MONDAY - n * HOUR, tone="negative") for n in (1, 2, 3)]
    every.append(said(1, MONDAY, source="mastodon"))
    every.append(collected(MONDAY - 30 * HOUR, NOW))
    every.append(collected(MONDAY - 2 * HOUR, MONDAY - HOUR, "mastodon", gap="away"))
    await fill(archive, every)
    organisation = Organisation(name="Noorderlijn", zone=corpus.ZONE)
    return Customers(database=desk, archive=archive, organisation=organisation, clock=lambda: NOW, joins=lambda _: True)


async def customer_of(asked):
    """The customer, as it is known now."""
    root = (await identities.of_authors(asked.database, [ANNA]))[ANNA].customer
    return await one.known(asked, root)
