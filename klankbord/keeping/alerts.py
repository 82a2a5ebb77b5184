"""Watches over the alerts beside the other keeping parts: looks at what arrived, sends what is owed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from core.errors import KlankbordError, Retry
from core.tasks import happens
from core.time import Clock, now
from desk.alerts.decide import due
from desk.alerts.looking import Looker
from desk.alerts.mail import Mailer
from desk.alerts.sending import Sender
from desk.digest.sending import Digester
from desk.foundation.asking import Asker
from desk.practices import settling
from desk.practices.reminding import Reminder
from desk.practices.settling import LETTER
from desk.reports.sending import Reporter
from desk.store import alerts, letters, policies, reports
from desk.store.digests import DIGEST
from desk.store.policies import POLICY
from desk.store.sealing import Seal
from desk.web import words
from desk.web.access import Access
from klankbord.configuration import Configuration, beside
from klankbord.keeping.digests import digester
from klankbord.keeping.posting import post_signed
from klankbord.lending import Report
from klankbord.people.foundation import PolicyInForce
from klankbord.privacy.leaving import Policies
from klankbord.serving import page
from klankbord.serving.asking import Asking
from klankbord.stores import Stores

LOG = logging.getLogger(__name__)

EVERY = 10.0
KEPT = timedelta(days=30)
"""How long what was sent, and what it was about, is known."""


class Watch:
    """Everything the alerts need of this data folder."""

    def __init__(self, configuration: Configuration, stores: Stores, *, clock: Clock = now) -> None:
        organisation = configuration.organisation
        mail = beside(configuration.mail, configuration.folder)
        self._stores, self._clock, self._zone = stores, clock, organisation.zone
        catalogues = {language: words.load(language) for language in words.LANGUAGES}
        first = words.first_of(organisation.languages)
        site = Asking(stores.archive, clock, page.organisation(configuration))
        leaving = Policies(configuration)
        reporter = Reporter(stores.desk, site, leaving, catalogues=catalogues, first_language=first)
        asker = Asker(
            stores.desk,
            Access(stores.folder.secret(), clock),
            clock,
            catalogues=catalogues,
            first_language=first,
            name=organisation.name,
            page=configuration.page.address,
        )
        reminder = Reminder(
            stores.desk,
            clock,
            catalogues=catalogues,
            first_language=first,
            name=organisation.name,
            zone=organisation.zone,
            page=configuration.page.address,
        )
        self._digester = digester(configuration, stores, clock=clock)
        composing: Mapping[str, Asker | Digester | Reminder | Reporter] = {
            POLICY: asker,
            LETTER: reminder,
            DIGEST: self._digester,
        }
        self._sends_mail = bool(mail.host)
        self._policy = PolicyInForce(configuration, stores, clock=clock)
        self._seal = Seal(stores.folder.secret())
        self._looker = Looker(
            stores.desk,
            stores.archive,
            parse=site.parse_query,
            erased=stores.erased,
            zone=organisation.zone,
        )
        self._sender = Sender(
            stores.desk,
            stores.archive,
            mailer=Mailer(mail) if mail.host else None,
            post=partial(post_signed, private=configuration.alerts.allow_private, clock=clock),
            secret=lambda one: alerts.secret(stores.desk, self._seal, one),
            erased=stores.erased,
            texts=leaving.texts,
            compose=lambda letter, sender: composing.get(letter.what, reporter).compose(letter, sender),
            catalogues=catalogues,
            first_language=first,
            name=organisation.name,
            zone=organisation.zone,
            page=configuration.page.address,
        )

    async def once(self) -> list[str]:
        """Look for every alert and send what is due; sentences on what could not be looked at."""
        wrong: list[str] = []
        for standing in await alerts.every(self._stores.desk):
            if not due(standing.alert, standing.state, self._clock()):
                continue
            try:
                await self._looker.look(standing, self._clock())
            except KlankbordError as error:
                wrong.append(f'the alert "{standing.alert.name}" cannot be looked at: {error}')
        await reports.owe_due(
            self._stores.desk, self._clock(), lambda schedule, at: schedule.next_after(at, self._zone)
        )
        wrong += await self._policy.refresh()
        if self._sends_mail:
            await policies.remind(self._stores.desk, self._clock())
            await settling.remind(self._stores.desk, self._clock())
        await self._sender.send(self._clock())
        return wrong

    async def digests(self) -> list[str]:
        """Owe and send the digests that are due."""
        if self._sends_mail:
            await self._digester.owe_due(self._clock())
        await self._sender.send(self._clock(), digests=True)
        return []

    async def forget(self) -> None:
        async with self._stores.desk.writing() as connection:
            before = self._clock() - KEPT
            await alerts.forget(connection, before=before)
            await letters.forget(connection, before=before)


async def watch(configuration: Configuration, stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set: the alerts, and beside them the digests, which take long. What is away is waited for; what
    keeps an alert from being looked at is said once.

    Whatever happens here, the archive beside it goes on.
    """
    watching = Watch(configuration, stores)

    async def look() -> list[str]:
        wrong = await watching.once()
        await watching.forget()
        return wrong

    async with asyncio.TaskGroup() as group:
        group.create_task(_rounds(look, "alerts", stop, report))
        group.create_task(_rounds(watching.digests, "digests", stop, report))


async def _rounds(one: Callable[[], Awaitable[list[str]]], what: str, stop: asyncio.Event, report: Report) -> None:
    said = set[str]()
    while not stop.is_set():
        try:
            wrong = await one()
        except Retry as error:
            wrong = [f"{what} wait: {error}"]
        except Exception as error:
            LOG.exception("the %s failed", what)
            wrong = [f"{what} fail, and are tried again: {type(error).__name__}"]
        for line in wrong:
            if line not in said:
                report(line)
        said = set(wrong)
        await happens(stop, within=EVERY)
