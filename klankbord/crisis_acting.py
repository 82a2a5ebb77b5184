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
from klankbord import configuration
from klankbord.options import harmless, person
from klankbord.staff import called, names
from klankbord.stores import ask_desk

NUMBER = click.argument("number", type=click.IntRange(1, 2**31 - 1))
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


def do(config: Path, number: int, act: Act, says: Mapping[Why, str] | None = None) -> None:
    """Do it to the crisis of that number. `says` is what a refusal of this act means. Raises Stop where it is refused."""
    who = Who(session=person(), rights=with_roles(configuration.read(config).sign_in.rights))

    async def done(desk: Database) -> tuple[Outcome | None, Mapping[str, str]]:
        one = await crises.get(desk, number)
        return (await act(desk, who, one) if one else None), await names(desk)

    outcome, known = ask_desk(config, done)
    match outcome:
        case None:
            raise Stop(f"there is no crisis {number}")
        case Done():
            click.echo(f"crisis {number}: {outcome.crisis.state}, severity {outcome.crisis.severity or 'unknown'}")
        case refused:
            by = f" by {harmless(called(known, refused.by))}" if refused.by else ""
            raise Stop(f"crisis {number} stays as it is: {_why(refused, says or {})}{by}")


def _why(refused: Refused, says: Mapping[Why, str]) -> str:
    if isinstance(refused.what, Why):
        return says.get(refused.what, _SAYS[refused.what])
    return f"it was {refused.what.replace('_', ' ')}"
