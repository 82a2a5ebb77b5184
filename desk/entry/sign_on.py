"""Who of the staff somebody is who signed on elsewhere, and the groups that the provider says they are in."""

from collections.abc import Sequence

from core.errors import Reject
from core.time import Clock
from desk.entry.id_token import Claims
from desk.entry.settings import ProviderSettings
from desk.people.checked import checked
from desk.store import groups, people
from desk.store.database import Database
from desk.store.groups import Group
from desk.store.people import Details, Person, Taken
from desk.store.tables import people as staff

BY = "oidc"
MOST_GROUPS, LONGEST_GROUP = 200, 200
TRIES = 3


async def person_of(database: Database, settings: ProviderSettings, claims: Claims, clock: Clock) -> Person | None:
    """The person that those claims are of; None for nobody who works here.

    By external id where the provider tells one and somebody has it, else by an e-mail address that is verified, of somebody
    of whom no other external id is known: an address may have been somebody else's before.
    """
    external = _text(claims, settings.external_id) if settings.external_id else None
    email = _verified(settings, claims)
    if external is not None:
        mine = await people.found(database, staff.c.external_id == external)
        if mine:
            return mine[0] if len(mine) == 1 and mine[0].active else None
    known = await people.found(database, staff.c.email == email) if email else []
    if known:
        others = external is not None and known[0].external_id is not None
        return known[0] if known[0].active and not others else None
    return await _made(database, claims, email, external, clock) if settings.creates and email else None


async def follow_groups(
    database: Database, settings: ProviderSettings, claims: Claims, person: Person, clock: Clock
) -> None:
    """Let the person be in the groups that the claim names, by name or external id, and in no other.

    A group that is new stands for no role until somebody says so. A provider that says the groups are too many to send (Microsoft
    Entra ID's `_claim_names`) changes nothing.
    """
    elsewhere, told = claims.get("_claim_names"), claims.get(settings.groups, [])
    if not settings.groups or (isinstance(elsewhere, dict) and settings.groups in elsewhere):
        return
    each = told if isinstance(told, list) else [told]
    named = [one for one in each if _is_group(one)][:MOST_GROUPS]
    for _ in range(TRIES):
        if await _follow(database, set(named), person, clock):
            return


async def _follow(database: Database, named: set[str], person: Person, clock: Clock) -> bool:
    """Whether nobody changed a group meanwhile."""
    known, done = await groups.found(database), True
    folded = {one.casefold() for one in named}
    for group in known:
        belongs = group.name.casefold() in folded or group.external_id in named
        if belongs != (person.id in group.members):
            done = done and await _moved(database, group, person, belongs, clock)
    have = {one.name.casefold() for one in known} | {one.external_id for one in known}
    for name in sorted(named):
        if name.casefold() not in have and name not in have:
            try:
                await groups.add(database, name, None, [person.id], by=BY, at=clock())
            except Taken:
                done = False
    return done


async def _moved(database: Database, group: Group, person: Person, belongs: bool, clock: Clock) -> bool:
    members: Sequence[str] = [one for one in group.members if one != person.id]
    members = [*members, person.id] if belongs else members
    return await groups.change(database, group, group.name, group.external_id, members, by=BY, at=clock()) is not None


async def _made(database: Database, claims: Claims, email: str, external: str | None, clock: Clock) -> Person | None:
    """Somebody new, without any role."""
    details = Details(
        name=_text(claims, "name") or email,
        email=email,
        given_name=_text(claims, "given_name"),
        family_name=_text(claims, "family_name"),
        external_id=external,
    )
    try:
        return await people.add(database, checked(details), by=BY, at=clock())
    except (Taken, Reject):
        return None


def _verified(settings: ProviderSettings, claims: Claims) -> str | None:
    """The e-mail address, where the provider says that it is the person's."""
    verified = claims.get("email_verified")
    told = settings.trusts_email or verified is True or verified == "true"
    email = _text(claims, "email")
    return email.lower() if email and told else None


def _text(claims: Claims, name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def _is_group(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_GROUP and value.isprintable()
