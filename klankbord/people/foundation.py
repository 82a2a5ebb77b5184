"""The policy of the playbook, put in force, and `klankbord people policy`: who acknowledged it, who did on paper."""

from pathlib import Path

import click

from core.errors import Misconfigured, Stop, Unwritable
from core.time import Clock, now
from desk.foundation import policy as written
from desk.store import people, policies
from desk.store.database import Database
from desk.store.policies import Policy, Way
from desk.web.words import first_of
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, harmless, person
from klankbord.people.staff import found
from klankbord.stores import Stores, ask_desk
from playbook.playbook import load


class PolicyInForce:
    """Publishes the playbook's policy whenever the file changed, and says what keeps it from being published."""

    def __init__(self, configuration: Configuration, stores: Stores, *, clock: Clock) -> None:
        self._path, self._desk, self._clock = configuration.playbook, stores.desk, clock
        self._first = first_of(configuration.organisation.languages)
        self._stamp: tuple[int, int] | None = None
        self._wrong: list[str] = []

    async def refresh(self) -> list[str]:
        """Sentences on what is wrong with it; of a playbook that cannot be read others say so."""
        try:
            state = self._path.stat()
            if (state.st_mtime_ns, state.st_size) != self._stamp:
                self._wrong = await self._publish()
                self._stamp = (state.st_mtime_ns, state.st_size)
        except (FileNotFoundError, Misconfigured):
            return []
        return self._wrong

    async def _publish(self) -> list[str]:
        made = written.of(load(self._path), self._first)
        try:
            if made is not None:
                await policies.publish(self._desk, made, by="playbook", at=self._clock())
        except Unwritable:
            raise
        except Stop as error:
            return [f"{self._path}: policy: {error}"]
        return []


@click.group()
def policy() -> None:
    """Publish the policy, and see who acknowledged it."""


@policy.command()
@config_option
def publish(config: Path) -> None:
    """Let the policy of the playbook be in force now; a running klankbord does so by itself when its version changes."""
    read = configuration.read(config)
    made = written.of(load(read.playbook), first_of(read.organisation.languages))
    if made is None:
        raise Stop(f"{read.playbook} has no policy: give it a version, a title and a text")
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
        raise Stop("there is no policy yet; write one in the playbook, and: klankbord people policy publish")
    return policy
