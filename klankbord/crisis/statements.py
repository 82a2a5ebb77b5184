"""`klankbord crisis statement`: what is said first in a crisis, which is approved on its page; and `klankbord crisis apply`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.crisis import saying
from desk.crisis.acting import Outcome, Why
from desk.crisis.planned import Plan
from desk.entry.who import Who, is_operator
from desk.store import crises
from desk.store.crises import Crisis, Statement
from desk.store.database import Database
from desk.web import words
from desk.web.formats import Formats
from klankbord import configuration
from klankbord.crisis.acting import NUMBER, SAW, do, stands
from klankbord.options import Group, config_option, harmless
from klankbord.people.staff import called, names
from klankbord.stores import ask_desk
from playbook.playbook import load

LANGUAGE = click.argument("language")


@click.group(name="statement", cls=Group)
def statement() -> None:
    """Draft what is said first in a crisis. It is approved on its page, where it is known who somebody is."""


@statement.command()
@NUMBER
@config_option
def show(number: int, config: Path) -> None:
    """Show what was drafted in the crisis of that NUMBER, by language, and who approved it."""

    async def found(desk: Database) -> tuple[Crisis | None, Sequence[Statement], Mapping[str, str]]:
        one = await crises.get(desk, number)
        return one, (await crises.statements(desk, one.id) if one else ()), await names(desk)

    crisis, told, known = ask_desk(config, found)
    if crisis is None:
        raise Stop(f"there is no crisis {number}")
    click.echo(stands(crisis))
    for one in told:
        by = called(known, one.drafted_by)
        click.echo(harmless(f"{one.language} {one.number}, drafted by {by}, {_stands(one, known)}"))
        click.echo("\n".join(f"  {harmless(line)}" for line in one.text.splitlines()))
    if not told:
        click.echo("nothing was drafted; see: klankbord crisis statement draft --help")


@statement.command()
@NUMBER
@LANGUAGE
@click.argument("text", required=False)
@SAW
@config_option
def draft(number: int, language: str, text: str | None, saw: int, config: Path) -> None:
    """Draft TEXT in that LANGUAGE (nl, en); without TEXT what the plan says first. One of the staff has to draft it again; then another approves it."""
    plan = _plan(config)

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        said = _proposed(config, plan, one, language) if text is None else text
        return await saying.draft(desk, who, one.id, language, said, approves=plan.approves, saw=saw, at=now())

    wrong = f"a statement has 1 to {saying.LONGEST:,} characters, and its language is a code like nl"
    do(config, number, act, {Why.WRONG: wrong}, saw=saw)


@click.command()
@NUMBER
@SAW
@config_option
def apply(number: int, saw: int, config: Path) -> None:
    """Lay what is approved ready at the attached cases as a draft, in each author's language."""
    plan = _plan(config)

    async def act(desk: Database, who: Who, one: Crisis) -> Outcome:
        return await saying.apply(desk, who, one.id, a_minute=plan.a_minute, saw=saw, at=now())

    do(config, number, act, {Why.WRONG: "it is a drill, which has no cases"}, saw=saw)


def _stands(one: Statement, known: Mapping[str, str]) -> str:
    if one.approved_by:
        return f"approved by {called(known, one.approved_by)}"
    return (
        "which one of the staff has to draft it again before it is approved"
        if is_operator(one.drafted_by)
        else "waits for approval"
    )


def _plan(config: Path) -> Plan:
    return Plan(load(configuration.read(config).playbook))


def _proposed(config: Path, plan: Plan, crisis: Crisis, language: str) -> str:
    """The plan's own words, as of now. Raises Stop where it has none in that language."""
    organisation = configuration.read(config).organisation
    catalogue = words.load(language if language in words.LANGUAGES else words.first_of(organisation.languages))
    form = Formats(catalogue, organisation.zone, now())
    said = plan.statement(language, saying.values(crisis, organisation.name, form, now()))
    if said is None:
        has = ", ".join(plan.section.statements) or "none"
        raise Stop(f'the plan says nothing first in "{harmless(language)}" (it does in: {has}); give the text')
    return said
