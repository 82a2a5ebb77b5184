"""`klankbord notices`: how people are told of cases: try a channel, see what did not arrive, choose quiet hours."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from core.errors import Misconfigured, Stop
from core.settings import nearest
from core.time import now
from desk.alerts.alert import quiet_hours
from desk.notices.channel import Outcome
from desk.notices.rules import EMAIL
from desk.notices.told import Told
from desk.store import notice_messages, wishes
from desk.store.database import Database
from desk.store.notice_messages import Message
from desk.store.wishes import Wish
from desk.web.words import Words
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.keeping.alerts import KEPT
from klankbord.keeping.notices import Telling, channels
from klankbord.options import config_option, harmless, hush
from klankbord.people.staff import called, found, names
from klankbord.stores import ask_desk, open_stores


@click.group(name="notices")
def command() -> None:
    """See to it that people are told of cases: by e-mail, chat or signed webhook."""


@command.command(name="test")
@click.argument("channel")
@click.option("--to", "who", help="Who gets it, where the channel is email: id, e-mail address, user name or number.")
@config_option
def test(channel: str, who: str | None, config: Path) -> None:
    """Send a message that says it is a test by CHANNEL, once, and say what came of it."""
    outcome = asyncio.run(_tested(configuration.read(config), channel, who))
    if outcome.error is not None:
        raise Stop(f"{channel}: not taken: {harmless(outcome.error)}")
    click.echo(f"{channel}: taken")


async def _tested(read: Configuration, name: str, who: str | None) -> Outcome:
    async with open_stores(read, hush) as stores:
        telling = Telling(read, stores, now)
        known = channels(read, telling, now)
        if name not in known:
            raise Stop(
                f'there is no channel "{harmless(name)}"; {nearest(name, list(known)) if known else "there is none"}'
            )
        if (name == EMAIL) != bool(who):
            raise Stop(f"--to says who gets an e-mail: give it with {EMAIL}, and with no other channel")
        to = await found(stores.desk, who) if who else None
        channel, at = known[name], now()
        message = Message(id=uuid.uuid4().hex, channel=name, person=to.id if to else None, made_at=at, due_at=at)
        words = telling.words_in(to.language if to else channel.language)
        return await channel.send(message, _a_test(words, read.page.address), to)


def _a_test(words: Words, page: str) -> Told:
    said = str(words("notice.test"))
    return Told(
        subject=said,
        sentences=(said,),
        counts={},
        lines=(),
        more="",
        link=f"{page}/cases",
        all=str(words("notice.all")),
        language=words.language,
        repeat=False,
    )


@command.command(name="list")
@config_option
def show(config: Path) -> None:
    """Show what did not arrive yet or was given up, the latest first: the last 30 days, and crises that run."""

    async def asked(desk: Database) -> tuple[Sequence[Message], Sequence[tuple[datetime, str]], dict[str, str]]:
        since = now() - KEPT
        return (
            await notice_messages.undelivered(desk, since=since),
            await notice_messages.unreached(desk, since=since),
            dict(await names(desk)),
        )

    failed, unreached, known = ask_desk(config, asked)
    for message in failed:
        to = f" to {called(known, message.person)}" if message.person else ""
        state = "waits" if message.due_at else "over"
        tries = "1 try" if message.tries == 1 else f"{message.tries} tries"
        click.echo(
            harmless(f"{message.made_at:%Y-%m-%d %H:%M} {message.channel}{to}: {state} after {tries}: {message.error}")
        )
    for at, why in unreached:
        click.echo(harmless(f"{at:%Y-%m-%d %H:%M} {why}"))
    if not failed and not unreached:
        click.echo("everything arrived")


@command.command(name="quiet")
@click.argument("who")
@click.option("--hours", help="Hours of each day, like 22:00-07:00; none for none.")
@click.option("--mute-until", "until", help="Nothing before that time, like 2026-12-24T09:00; none for none.")
@click.option("--results/--no-results", default=None, help="Whether WHO is told what became of their answers.")
@config_option
def quiet(who: str, hours: str | None, until: str | None, *, results: bool | None, config: Path) -> None:
    """Show when WHO is told nothing, and of what, or change it; what comes up meanwhile is told together afterwards."""
    zone = configuration.read(config).organisation.zone

    async def changed(desk: Database) -> Wish:
        one = await found(desk, who)
        wish = (await wishes.every(desk)).get(one.id, Wish())
        made = Wish(
            quiet=wish.quiet if hours is None else _hours(hours),
            muted_until=wish.muted_until if until is None else _moment(until, zone),
            results=wish.results if results is None else results,
        )
        if made != wish:
            await wishes.put(desk, one.id, made)
        return made

    wish = ask_desk(config, changed)
    click.echo(f"quiet hours: {wish.quiet or 'none'}")
    muted = wish.muted_until
    click.echo(f"muted until: {f'{muted.astimezone(zone):%Y-%m-%d %H:%M}' if muted else 'no'}")
    click.echo(f"told what became of answers: {'yes' if wish.results else 'no'}")


def _hours(written: str) -> str:
    if written == "none":
        return ""
    try:
        quiet_hours(written)
    except ValueError as error:
        raise Misconfigured([f"--hours: {error}"]) from None
    return written


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    if written == "none":
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Misconfigured([f'--mute-until: "{harmless(written)}" is no time; write 2026-12-24T09:00']) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
