"""Tells people of cases and crises beside the other keeping parts: the staff, the channels and the words lent to desk/notices."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from random import Random

from core.errors import Retry
from core.ports import Measured
from core.time import Clock, now
from desk.alerts.mail import Mailer
from desk.alerts.message import excerpt
from desk.crisis.evidence import read_figures
from desk.crisis.planned import Plan
from desk.notices import as_json, slack, teams, told_crisis
from desk.notices.by_mail import ByMail
from desk.notices.by_post import ByPost, Form
from desk.notices.channel import Channel, Outcome
from desk.notices.receivers import Staff
from desk.notices.rules import EMAIL
from desk.notices.sending import Notifier
from desk.notices.told import Reader, Told, tell, true_still
from desk.notices.told_crisis import Known
from desk.store import case_news, cases, crises, notice_messages, people, roles, rota, wishes
from desk.store.cases import Case
from desk.store.notice_messages import Message
from desk.store.notices import Notice
from desk.web import words
from desk.web.formats import Formats
from desk.web.words import Words
from klankbord.configuration import Configuration, beside
from klankbord.keeping.alerts import KEPT
from klankbord.keeping.persisting import persist
from klankbord.keeping.posting import post_json, signed
from klankbord.lending import Report
from klankbord.notice_settings import ChannelSettings
from klankbord.privacy.leaving import Policies
from klankbord.rulebook import FileRules
from klankbord.stores import Stores

EVERY = 2.0
"""Seconds between looks for what is owed."""
FORGET_EVERY = timedelta(minutes=10)

FORMS: Mapping[str, Form] = {
    "slack": lambda _, told: slack.body(told),
    "teams": lambda _, told: teams.body(told),
    "webhook": as_json.body,
}


class Telling:
    """Composes what a message says now, from the cases or the crisis and, for excerpts, from the archive."""

    def __init__(self, configuration: Configuration, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock, self._leaving = stores, clock, Policies(configuration)
        self._zone, self._page = configuration.organisation.zone, configuration.page.address
        self._rules = FileRules(configuration.playbook)
        self._first = words.first_of(configuration.organisation.languages)
        self.catalogues = {language: words.load(language) for language in words.LANGUAGES}

    async def compose(self, message: Message, owed: Sequence[Notice], language: str | None) -> Told | None:
        if message.crisis is not None:
            return await self._compose_crisis(message, message.crisis, owed, language)
        known = await cases.several(self._stores.desk, {notice.case for notice in owed if notice.case})
        kinds = true_still(owed, known, await case_news.news(self._stores.desk, known))
        if not kinds:
            return None
        reader = self._reader(language)
        return tell(message, kinds, known, reader, await self._excerpts([known[case] for case in kinds]))

    async def _compose_crisis(
        self, message: Message, crisis: str, owed: Sequence[Notice], language: str | None
    ) -> Told | None:
        reader = self._reader(language)
        known = await self._crisis(crisis, reader.words.language)
        if known is None:
            return None
        told = told_crisis.true_still(owed, known)
        return told_crisis.tell_crisis(message, told, known, reader) if told else None

    async def _crisis(self, crisis: str, language: str) -> Known | None:
        desk = self._stores.desk
        found = await crises.get(desk, crisis)
        if found is None:
            return None
        frozen = next(iter(await crises.evidence(desk, crisis)), None)
        return Known(
            crisis=found,
            steps={one.step: one for one in await crises.steps(desk, crisis)},
            events={one.number: one for one in await crises.events(desk, crisis)},
            statements=await crises.statements(desk, crisis),
            figures=read_figures(frozen.figures) if frozen else (),
            cases=sum((await crises.counted(desk, crisis)).values()),
            severity=self.plan().section.called(found.severity, language) if found.severity else "",
        )

    def plan(self) -> Plan:
        """The one in force; the one that ships where none can be read."""
        return Plan(self._rules.playbook)

    def _reader(self, language: str | None) -> Reader:
        catalogue = self.words_in(language)
        return Reader(catalogue, Formats(catalogue, self._zone, self._clock()), self._page)

    def words_in(self, language: str | None) -> Words:
        """Of that language, else of the organisation's first."""
        return self.catalogues.get((language or "").partition("-")[0]) or self.catalogues[self._first]

    async def _excerpts(self, of: Sequence[Case]) -> Mapping[str, str]:
        """The beginnings of first messages that may leave the house, by mention; none while the archive is away."""
        try:
            found = await self._stores.archive.several([case.first_message for case in of])
        except Retry:
            return {}
        return {
            identifier: short
            for identifier, stored in found.items()
            if not (mention := stored.enriched.mention).marks
            and self._leaving.texts(stored)
            and not self._stores.erased(mention.id)
            and not self._stores.erased(mention.author.id)
            and (short := excerpt(mention))
        }


def channels(configuration: Configuration, telling: Telling, clock: Clock) -> Mapping[str, Channel]:
    """The configured ones by name, and people's own addresses where a mail server is named."""
    mail = beside(configuration.mail, configuration.folder)
    found: dict[str, Channel] = {}
    if mail.host:
        found[EMAIL] = ByMail(Mailer(mail), name=configuration.organisation.name, catalogues=telling.catalogues)
    for one in configuration.notices.channels:
        placed = beside(one, configuration.folder)
        found[one.name] = ByPost(FORMS[one.use], partial(_post, placed, clock), language=one.language)
    return found


async def _post(channel: ChannelSettings, clock: Clock, message: str, body: bytes) -> Outcome:
    """To that address; what comes back names the channel, never its address."""
    secrets = [secret.get_secret_value() for secret in channel.secrets]
    headers = signed(secrets, message, body, clock) if secrets else {}
    answer = await post_json(
        channel.url.get_secret_value(), body, headers, private=channel.allow_private, clock=clock, ca=channel.ca
    )
    if answer.taken:
        return Outcome()
    if answer.status is None:
        return Outcome(error=f"it {answer.said}", unsure=not answer.unsent)
    return Outcome(error=f"it answered {answer.status}", for_good=answer.gone or not answer.of_all, after=answer.after)


class Notices:
    """Everything that telling people of cases needs of this data folder."""

    def __init__(
        self, configuration: Configuration, stores: Stores, measured: Measured, report: Report, *, clock: Clock = now
    ) -> None:
        self._stores, self._clock, self._zone = stores, clock, configuration.organisation.zone
        self._forgets_at = clock()
        self.telling = Telling(configuration, stores, clock)
        self.channels = channels(configuration, self.telling, clock)
        self.notifier = Notifier(
            stores.desk,
            rules=configuration.notices.rules(sends_mail=EMAIL in self.channels),
            channels=self.channels,
            staff=self._staff,
            compose=self.telling.compose,
            window=configuration.notices.window,
            clock=clock,
            random=Random(),
            measured=measured,
            given_up=report,
        )

    async def once(self) -> None:
        await self.notifier.drain()
        if self._clock() >= self._forgets_at:
            async with self._stores.desk.writing() as connection:
                await notice_messages.forget(connection, before=self._clock() - KEPT)
            self._forgets_at = self._clock() + FORGET_EVERY

    async def _staff(self) -> Staff:
        desk = self._stores.desk
        return Staff(
            people={person.id: person for person in await people.every(desk, left=False)},
            held=await roles.held(desk),
            shifts=await rota.every_shift(desk),
            absences=await rota.every_absence(desk, self._clock()),
            wishes=await wishes.every(desk),
            on_call=self.telling.plan().on_call,
            zone=self._zone,
        )


async def keep_notices(
    configuration: Configuration, stores: Stores, measured: Measured, stop: asyncio.Event, report: Report
) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). The archive beside it goes on."""
    notices = Notices(configuration, stores, measured, report)
    await persist(notices.once, stop, report, name="notices", broken="people wait to be told", every=EVERY)
