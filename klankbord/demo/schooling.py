"""How the demo's people come to answer: refused first, then by policy, training, role and account; and what else HR puts right meanwhile."""

from collections.abc import Sequence
from datetime import date, timedelta

from desk.answering.explained import explained
from desk.answering.naming import naming
from desk.answering.permitted import Permitted, permitted
from desk.cases import acts
from desk.cases.acting import Done
from desk.foundation.looking import look
from desk.store import account_rights, accounts, answering, consents, policies, roles, trainings
from desk.store.account_rights import Given
from desk.store.consents import Consent
from desk.store.policies import Way
from desk.store.trainings import Record
from desk.web import words
from desk.web.formats import Formats
from klankbord.demo.cast import Halted
from klankbord.demo.climbing import Climb, Step
from klankbord.demo.dialogues import moment
from klankbord.demo.handled import Opened, done
from klankbord.demo.rhythm import ZONE
from klankbord.demo.staff import AGENT, CLIMBER, COLLEAGUE, HR, LEAD, TRAINING, WEBCARE, YEAR
from klankbord.demo.unsent import SOURCE

LANGUAGE = "nl"
REFUSED, NOTED, PASSED_ON = timedelta(minutes=4), timedelta(minutes=6), timedelta(minutes=9)
"""How long after the question somebody who may not answer tries to, that is noted, and the case goes to who may."""


async def lets_webcare_answer(climb: Climb, day: date) -> None:
    """The owner of the accounts lets the agents of the team answer there."""
    lead = climb.cast.ids[LEAD.name]
    for one in await accounts.every(climb.cast.desk):
        given = Given(account=one.id, role="agent", unit=WEBCARE)
        await account_rights.give(climb.cast.desk, given, by=lead, at=moment(day, "09:00"))


async def refused(opened: Opened) -> None:
    """She wants to answer and may not: what she lacks is noted beside the case, which goes to the team."""
    desk, case = opened.desk, await opened.now()
    tried = await acts.claim(desk, await opened.who(CLIMBER.name), case.id, saw=case.version, at=opened.at + REFUSED)
    if isinstance(tried, Done):
        raise Halted(f"{CLIMBER.name} may claim a case before anybody let her")
    lead = await opened.who(LEAD.name)
    text = f"{CLIMBER.name} wil hier antwoorden en mag dat nog niet. {' '.join(await lacks(opened))}"
    done(await acts.note(desk, lead, case.id, text, at=opened.at + NOTED))
    now = await opened.now()
    done(await acts.hand_over(desk, lead, case.id, WEBCARE, saw=now.version, at=opened.at + PASSED_ON))


async def lacks(opened: Opened) -> Sequence[str]:
    """A sentence on each link that she lacks at that moment, with how it comes."""
    cast, at = opened.cast, opened.at + REFUSED
    account, known = await cast.account(SOURCE), await answering.known(opened.desk)
    found = permitted(known.of(cast.ids[CLIMBER.name], account), account, cast.rules, at, unit=CLIMBER.unit)
    if isinstance(found, Permitted):
        raise Halted(f"{CLIMBER.name} may answer before anybody let her")
    names = (await naming(opened.desk, cast.playbook.trainings, cast.rights)).of(account)
    catalogue = words.load(LANGUAGE)
    return [one.sentence for one in explained(found, names, catalogue, Formats(catalogue, ZONE, at))]


def reads(name: str, clock: str) -> Step:
    """Somebody acknowledges the policy in force by a link of their own."""

    async def step(climb: Climb, day: date) -> None:
        desk, person = climb.cast.desk, climb.cast.ids[name]
        policy = await policies.current(desk)
        if policy is None:
            raise Halted("the demo has no policy")
        await policies.acknowledge(desk, person, policy.version, Way.LINK, by=person, at=moment(day, clock))

    return step


def learns(name: str, clock: str) -> Step:
    """Somebody does the training, and HR writes it down."""

    async def step(climb: Climb, day: date) -> None:
        at = moment(day, clock)
        record = Record(person=climb.cast.ids[name], training=TRAINING, done_at=at, valid_until=at + YEAR)
        await trainings.record(climb.cast.desk, [record], by=climb.cast.ids[HR.name], at=at)

    return step


async def is_let_in(climb: Climb, day: date) -> None:
    """She gets the role in her unit."""
    cast = climb.cast
    hr, at = cast.ids[HR.name], moment(day, "09:30")
    await roles.give(cast.desk, cast.ids[CLIMBER.name], AGENT.role, CLIMBER.unit or "", by=hr, at=at)


def may_answer(name: str, clock: str) -> Step:
    """Somebody gets the right on the account from who owns it."""

    async def step(climb: Climb, day: date) -> None:
        cast = climb.cast
        given = Given(account=await cast.account(SOURCE), person=cast.ids[name])
        await account_rights.give(cast.desk, given, by=cast.ids[LEAD.name], at=moment(day, clock))

    return step


async def accounts_are_in_order(climb: Climb, day: date) -> None:
    """Each account has a second owner, and was compared with all that spoke."""
    cast, at = climb.cast, moment(day, "10:00")
    lead, second = cast.ids[LEAD.name], cast.ids[COLLEAGUE.name]
    for one in await accounts.every(cast.desk):
        await accounts.owned(cast.desk, one.id, one.owner or lead, one.second or second, by=lead, at=at)
    await look(cast.desk, cast.stores.archive, climb.clock(), erased=cast.stores.erased)
    for found in await accounts.listed(cast.desk, accounts.State.OPEN):
        await accounts.say(cast.desk, found.author, accounts.State.DISMISSED, by=lead, at=at)


async def publishes(climb: Climb, day: date) -> None:
    """She wants to be counted among those who publish for the railway."""
    person, at = climb.cast.ids[CLIMBER.name], moment(day, "16:00")
    read = str(words.load(LANGUAGE)(f"consent.words.{Consent.PUBLISH.value}"))
    await consents.give(climb.cast.desk, person, Consent.PUBLISH, read, by=person, at=at)
