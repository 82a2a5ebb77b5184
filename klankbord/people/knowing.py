"""What staff know, said yes to and are trusted with: `klankbord people skills`, `consent`, `trust` and `knows`."""

from collections.abc import Sequence
from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.answering.explained import approval_told, offer_told
from desk.answering.knowing import Offer
from desk.answering.offering import offered
from desk.answering.permitted import rules_of
from desk.answering.trust import NO_TOPIC, Mark, history, needs_approval
from desk.entry.rights import with_roles
from desk.store import consents
from desk.store import skills as kept
from desk.store import trust as marked
from desk.store.consents import Consent, Way
from desk.store.database import Database
from desk.web.formats import Formats
from desk.web.words import load as words_of
from klankbord import configuration
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found
from klankbord.stores import ask_desk
from playbook.answers import Answering
from playbook.playbook import load


@click.command()
@click.argument("who")
@click.option("--add", "new", multiple=True, help="Something that WHO knows about; may be given several times.")
@click.option("--remove", "gone", multiple=True, help="Something that WHO does not know about any more.")
@config_option
def skills(who: str, new: tuple[str, ...], gone: tuple[str, ...], config: Path) -> None:
    """Show what WHO knows about, and change it: topics of the playbook, or other words."""

    async def said(desk: Database) -> list[str]:
        one = await found(desk, who)
        before = await kept.of_person(desk, one.id)
        left = {*before, *map(kept.folded, new)} - set(map(kept.folded, gone))
        if left != set(before) and not await kept.put(desk, one.id, left, by=person(), at=now()):
            raise Stop(f"{harmless(who)} does not work here any more")
        return sorted(left)

    for skill in ask_desk(config, said):
        click.echo(harmless(skill))


@click.command()
@click.argument("who")
@click.argument("what", type=click.Choice([one.value for one in Consent]))
@click.option("--withdraw", is_flag=True, help="WHO takes it back.")
@config_option
def consent(who: str, what: str, *, withdraw: bool, config: Path) -> None:
    """Write down that WHO said yes on paper: to publish for the organisation, or to be asked when a question comes."""
    words = words_of("en")

    async def said(desk: Database) -> bool:
        one, at = await found(desk, who), now()
        if withdraw:
            return await consents.withdraw(desk, one.id, Consent(what), by=person(), at=at)
        read = str(words(f"consent.words.{what}"))
        return await consents.give(desk, one.id, Consent(what), read, Way.PAPER, by=person(), at=at)

    if not ask_desk(config, said):
        raise Stop(f"{harmless(who)} {'had not said yes to that' if withdraw else 'does not work here any more'}")


@click.command()
@click.argument("who")
@config_option
def trust(who: str, config: Path) -> None:
    """Show on which topics somebody else has to approve what WHO answers, and why."""
    read, words = configuration.read(config), words_of("en")
    playbook, form = load(read.playbook), Formats(words, read.organisation.zone, now())
    rule = (playbook.answers or Answering()).four_eyes

    async def asked(desk: Database) -> Sequence[Mark]:
        return await marked.of_person(desk, (await found(desk, who)).id)

    marks = ask_desk(config, asked)
    for topic in sorted({NO_TOPIC, *playbook.topics, *(one.topic for one in marks)}):
        told = approval_told(needs_approval(marks, topic, rule), words, form)
        click.echo(harmless(f"{topic or 'no topic'}: {told}"))
        for step in history([one for one in marks if one.topic == topic], rule):
            kind = words(f"trust.kind.{step.mark.kind.value}")
            click.echo(harmless(f"  {form.day(step.mark.at)}: {kind}, {step.length} in a row"))


@click.command()
@click.argument("topic")
@click.option("--unit", required=True, help="Whose question it is.")
@config_option
def knows(topic: str, unit: str, config: Path) -> None:
    """Say whom a question about TOPIC of the playbook can be offered to, and why."""
    read, words = configuration.read(config), words_of("en")
    playbook, zone = load(read.playbook), read.organisation.zone
    units = list(playbook.organisation.units) if playbook.organisation else []
    for what, name, valid in (("topic", topic, list(playbook.topics)), ("unit", unit, units)):
        if name not in valid:
            near = nearest(name, valid) if valid else f"the playbook has no {what}s"
            raise Stop(f'there is no {what} "{harmless(name)}"; {harmless(near)}')
    rules, at = rules_of(playbook, with_roles(read.sign_in.rights)), now()

    async def asked(desk: Database) -> Sequence[Offer]:
        return await offered(desk, topic, unit, playbook=playbook, rules=rules, at=at, zone=zone)

    each = ask_desk(config, asked)
    for one in each:
        click.echo(harmless(offer_told(one, topic, words, Formats(words, zone, at))))
    if not each:
        raise Stop(f"nobody who may answer for {harmless(unit)} and can be asked now said that they know about it")
