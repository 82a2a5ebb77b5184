"""Cases of the invented month: five that wait, one of them hostile, one snoozed, one closed; and who works there."""

from datetime import timedelta

from core.types import Author, Enriched, Mention, Routing
from desk.store import people, roles
from desk.store.case_writing import Happening, Opening, add_message, happen, locked, open_case
from desk.store.cases import Happened, Message
from desk.store.people import Details
from tests.desk.corpus import NOW, XSS

MINUTE = timedelta(minutes=1)
NAMES = ("sanne", "jeroen", "kim", "olaf", "fatima")
TEXTS = (
    "Noorderlijn, ik sta al 40 minuten op Utrecht zonder dat iemand iets omroept. Wat nu?",
    "Voor de derde keer dubbel betaald in de app van Noorderlijn. Wie stort dat terug?",
    "De lift op station Assen is al twee weken stuk, ik kom met mijn rolstoel nergens.",
    f"Noorderlijn {XSS} \u202egnivael\u202c {'x' * 300}",
    "Vraagje aan Noorderlijn: mag mijn fiets mee in de spits?",
)
DUE = (-12, 3, 45, 200, 600)
"""Minutes until the first response of each is due."""
UNITS = ("webcare", "digital", "stations", "webcare", "webcare")
SEVERITIES = ("critical", "serious", "serious", "minor", "minor")


def said(name, text, at, *, number=1, own=False, **more):
    """A message that is archived."""
    author = Author(id=f"bluesky:{name}", handle=name, name=name.title(), followers=120)
    if own:
        author = Author(id="bluesky:noorderlijn", handle="noorderlijn", name="Noorderlijn")
    identifier = f"bluesky:case-{name}-{number}"
    url = f"https://bluesky.example/{name}/{number}"
    mention = Mention(
        id=identifier, source="bluesky", author=author, text=text, created_at=at, seen_at=at, url=url, **more
    )
    routing = Routing(
        outcome="restore", path=("self_harm", "dissatisfied", "restore"), severity="serious", team="webcare"
    )
    return Enriched(mention=mention, routing=routing)


def messages():
    """What the cases are about, with an edit, an answer of our own and one that is not archived any more."""
    first = [said(name, text, NOW - 30 * MINUTE) for name, text in zip(NAMES, TEXTS, strict=True)]
    more = said("sanne", "Nog steeds niets. (bewerkt)", NOW - 9 * MINUTE, number=2, edited_at=NOW - 8 * MINUTE)
    answer = said("sanne", "We zoeken het uit, Sanne.", NOW - 10 * MINUTE, number=3, own=True)
    return [*first, more, answer]


async def staff(desk):
    """Ids of an agent and a lead of web care."""
    ids = []
    for name, role in (("Anna de Vries", "agent"), ("Bert Lead", "lead")):
        email = f"{name.split()[0].lower()}@noorderlijn.example"
        person = await people.add(desk, Details(name=name, email=email, unit="webcare"), by="page", at=NOW)
        await roles.give(desk, person.id, role, "webcare", by="page", at=NOW)
        ids.append(person.id)
    return ids


async def fill(desk):
    """The cases, by the name of their author."""
    made = {}
    for name, due, unit, severity in zip(NAMES, DUE, UNITS, SEVERITIES, strict=True):
        made[name] = await opened(desk, name, due, unit=unit, severity=severity)
    for number, minutes, own in ((2, 9, False), (3, 10, True), (4, 5, False)):
        await attach(
            desk,
            made["sanne"],
            Message(mention=f"bluesky:case-sanne-{number}", at=NOW - minutes * MINUTE, own=own, order=1),
        )
    await did(desk, made["fatima"], Happened.NOTED, f"Belt terug {XSS}", by="ruth")
    return made


async def opened(desk, name, due, *, unit="webcare", severity="serious", number=1):
    """A case whose first response is due in `due` minutes."""
    at = NOW + due * MINUTE
    opening = Opening(
        author=f"bluesky:{name}", thread=f"bluesky:case-{name}-{number}", source="bluesky", severity=severity,
        outcome="restore", since=NOW - 30 * MINUTE, unit=unit, first_due=at, first_soon=at - 15 * MINUTE,
        resolution_due=at + 600 * MINUTE, resolution_soon=at + 500 * MINUTE,
    )  # fmt: skip
    first = Message(
        mention=f"bluesky:case-{name}-{number}", at=NOW - 30 * MINUTE, own=False, order=1, severity=severity
    )
    async with desk.writing() as connection:
        return await open_case(connection, opening, first, at=NOW - 29 * MINUTE)


async def attach(desk, case, message):
    async with desk.writing() as connection:
        now = await locked(connection, case.id)
        await add_message(connection, now, message)
        kind = Happened.ANSWERED if message.own else Happened.ATTACHED
        await happen(connection, now, Happening(kind=kind, detail=message.mention), by="klankbord", at=NOW)


async def did(desk, case, kind, detail="", *, by, **values):
    """Something happens to it."""
    async with desk.writing() as connection:
        now = await locked(connection, case.id)
        return await happen(connection, now, Happening(kind=kind, detail=detail), by=by, at=NOW, **values)
