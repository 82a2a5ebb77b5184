"""Whom a question is offered to: who may answer for a unit, is on duty there or can be asked, and knows about it."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from desk.answering.knowing import Candidate, Offer, ranked
from desk.answering.permitted import Known, Permitted, Rules, permitted
from desk.answering.trust import went_well
from desk.store import answering, consents, people, rota, skills, trust
from desk.store.consents import Consent
from desk.store.database import Database
from playbook.accounts import plain
from playbook.rota import on_duty
from playbook.sections import Playbook


async def offered(
    database: Database, topic: str, unit: str, *, playbook: Playbook, rules: Rules, at: datetime, zone: tzinfo
) -> tuple[Offer, ...]:
    """Colleagues who know about a topic of the playbook, whoever knows most first."""
    shifts, away = await rota.every_shift(database), await rota.every_absence(database, at)
    duty = set(on_duty(at, unit, shifts, away, zone))
    gone = {one.person for one in away if one.since <= at < one.until}
    here = {one.id: one.name for one in await people.every(database, left=False)}
    async with database.reading() as connection:
        known = await answering.known_within(connection)
        marks, named = await trust.on_topic(connection, topic), await skills.every_within(connection)
        willing = await consents.who_within(connection, Consent.ASKED)
    may = _who_may(known, _accounts(known, playbook, unit), rules, at, unit)
    return ranked(
        skills.folded(topic),
        (
            Candidate(
                person=person,
                name=name,
                skills=named.get(person, frozenset()),
                well=went_well(marks.get(person, ())),
                on_duty=person in duty,
                willing=person in willing and person not in gone,
            )
            for person, name in here.items()
            if person in may
        ),
    )


def _accounts(known: Known, playbook: Playbook, unit: str) -> Collection[str]:
    """The official accounts that the playbook gives to the unit; all where it gives none."""
    units = playbook.organisation.units if playbook.organisation else {}
    named = {plain(one) for one in units[unit].accounts} if unit in units else set()
    official = {one.id: plain(one.handle) for one in known.accounts.values() if one.official}
    return [one for one, handle in official.items() if handle in named] or list(official)


def _who_may(known: Known, accounts: Collection[str], rules: Rules, at: datetime, unit: str) -> frozenset[str]:
    """Who may answer on any of them."""
    return frozenset(
        person
        for person in known.staff
        if any(isinstance(permitted(known.of(person, one), one, rules, at, unit=unit), Permitted) for one in accounts)
    )
