"""A desk with customers beside the invented talk: one of two accounts whom a CRM system knows, one of one, one unheard."""

from datetime import timedelta

from core.outward import Told
from desk.store import customers, facts, identities, websites
from desk.store.identities import Evidence
from tests.desk.corpus import NOW, XSS

SANNE = ("bluesky:sannedewit", "mastodon:sannedewit")
JEROEN, KIM = "bluesky:jeroen", "bluesky:kim"
LONG_AGO = NOW - timedelta(days=20)


async def fill(desk):
    """The ids of Sanne's customer, made by a CRM system, of Jeroen's, made by a person, and of one without an account."""
    told = {"segment": "gold", "owner": XSS, "profile": "https://crm.noorderlijn.example/7"}
    said = Told(system="hubspot", customer="7", accounts=SANNE[:1], facts=told, at=LONG_AGO)
    await facts.tell(desk, [said], may_join=lambda _: True, erased=lambda _: False)
    sanne = (await identities.of_authors(desk, SANNE))[SANNE[0]].customer
    await websites.add(desk, sanne, "https://sanne.example/<b>", by="ruth", at=LONG_AGO)
    by = {"evidence": Evidence.PERSON, "by": "ruth", "at": LONG_AGO}
    await identities.link(desk, author=SANNE[1], customer=sanne, **by)
    jeroen = await customers.add(desk, name="Jeroen <b>Bakker</b>", by="ruth", at=LONG_AGO)
    await identities.link(desk, author=JEROEN, customer=jeroen, **by)
    return sanne, jeroen, await customers.add(desk, name="Nobody yet", by="ruth", at=LONG_AGO)
