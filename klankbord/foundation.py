"""`klankbord people policy`: publish the policy, see who acknowledged it, write down who did on paper."""

from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.foundation import policy as written
from desk.store import people, policies
from desk.store.database import Database
from desk.store.policies import Policy, Way
from klankbord.options import config_option, harmless, person
from klankbord.staff import found
from klankbord.stores import ask_desk


@click.group()
def policy() -> None:
    """Publish the policy, and see who acknowledged it."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def publish(file: Path, config: Path) -> None:
    """Let the policy in FILE (version, title and text by language) be in force: everybody is asked to acknowledge it."""
    made = written.read(file)
    new = ask_desk(config, lambda desk: policies.publish(desk, made, by=person(), at=now()))
    click.echo(f"version {made.version} is in force" if new else f"version {made.version} was published already")


@policy.command()
@config_option
def status(config: Path) -> None:
    """Say how many acknowledged the version in force, and who has yet to."""

    async def asked(desk: Database) -> tuple[str, list[str]]:
        policy = await _current(desk)
        staff, done = await people.every(desk, left=False), await policies.acknowledged(desk, policy.version)
        waiting = [one for one in staff if one.id not in done]
        said = [one.name if one.email else f"{one.name} (has no e-mail address: ask on paper)" for one in waiting]
        return f"version {policy.version}: {len(staff) - len(waiting)} of {len(staff)} acknowledged", said

    counted, waiting = ask_desk(config, asked)
    click.echo(counted)
    for name in waiting:
        click.echo(f"  not yet: {harmless(name)}")


@policy.command()
@click.argument("who")
@config_option
def paper(who: str, config: Path) -> None:
    """Write down that WHO acknowledged the version in force on paper."""

    async def said(desk: Database) -> bool:
        one, policy = await found(desk, who), await _current(desk)
        way, by = Way.PAPER, person()
        return await policies.acknowledge(desk, one.id, policy.version, way, by=by, at=now()) is not None

    if not ask_desk(config, said):
        raise Stop(f"{harmless(who)} does not work here any more")


async def _current(desk: Database) -> Policy:
    policy = await policies.current(desk)
    if policy is None:
        raise Stop("there is no policy yet; publish one with: klankbord people policy publish FILE")
    return policy
