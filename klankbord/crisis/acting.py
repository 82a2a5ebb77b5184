"""What commands that act in a crisis share: by whom it is done, and how it is said what became of it."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import click

from core.errors import Stop
from desk.crisis.acting import Done, Outcome, Refused, Why
from desk.entry.rights import with_roles
from desk.entry.who import Who
from desk.store import crises
from desk.store.crises import Crisis
from desk.store.database import Database
from desk.web import words
from klankbord import configuration
from klankbord.options import harmless, person
from klankbord.people.staff import called, names
from klankbord.stores import ask_desk

NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))
SAW = click.option(
    "--saw",
    type=click.IntRange(1, 2**31 - 1),
    required=True,
    metavar="VERSION",
    help="The version of the crisis that you decide by; klankbord crisis show names it.",
)
"""Of what can overwrite or end something: it is refused where another decided the same since that version."""
Act = Callable[[Database, Who, Crisis], Awaitable[Outcome]]
"""(desk, the operator at the terminal, the crisis as it is now): does it."""
_SAYS: Mapping[Why, str] = {
    Why.GONE: "there is no such thing in it",
    Why.STATE: "it has ended",
    Why.NOBODY: "there is no such person",
    Why.ANOTHER_RUNS: "another one runs",
    Why.WRONG: "a reason has 1 to 4,000 characters",
    Why.FORBIDDEN: "you may not",
    Why.NOT_APPROVED: "no statement is approved that could be applied",
}


def do(config: Path, number: int, act: Act, says: Mapping[Why, str] | None = None, *, saw: int | None = None) -> None:
    """Do it to the crisis of that number.

    says  what a refusal of this act means
    saw   the version that whoever acts decided by, where it could contradict what happened since

    Raises Stop where it is refused, and for a version that there is not yet.
    """
    who = Who(session=person(), rights=with_roles(configuration.read(config).sign_in.rights))

    async def done(desk: Database) -> tuple[Outcome | None, Mapping[str, str]]:
        one = await crises.get(desk, number)
        if one is not None and saw is not None and saw > one.version:
            raise Stop(f"crisis {number} stays as it is: it is at version {one.version}, and not yet at {saw}")
        return (await act(desk, who, one) if one else None), await names(desk)

    outcome, known = ask_desk(config, done)
    match outcome:
        case None:
            raise Stop(f"there is no crisis {number}")
        case Done():
            click.echo(stands(outcome.crisis))
        case Refused(what=Why() as why):
            raise Stop(f"crisis {number} stays as it is: {(says or {}).get(why, _SAYS[why])}")
        case refused:
            since = "already" if saw is None else f"since version {saw}"
            raise Stop(
                f"crisis {number} stays as it is; {since}: {harmless(_happened(refused, known))} "
                f"(see: klankbord crisis show {number})"
            )


def stands(crisis: Crisis) -> str:
    """In one line how it stands, and the version that --saw asks for."""
    drill = " (DRILL)" if crisis.drill else ""
    return f"crisis {crisis.number}{drill}: {crisis.state}, severity {crisis.severity or 'unknown'}, version {crisis.version}"


def _happened(refused: Refused, known: Mapping[str, str]) -> str:
    """What happened meanwhile, as the timeline says it in English."""
    who, what = called(known, refused.by), called(known, refused.detail)
    sentence = str(words.load("en")(f"crisis.happened.{refused.what}", who=who, what=what))
    return f"{sentence} {what}" if sentence.endswith(":") else sentence.removesuffix(".")
