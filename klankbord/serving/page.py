"""The page, wired to the stores of this data folder."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from core.codec import encode
from core.errors import Misconfigured
from core.ports import Log, Measured, Publisher
from core.telemetry import Count
from core.time import now
from core.topics import DEAD, JUDGEMENTS
from core.types import Judgement, Mute
from desk.api.application import Parts
from desk.api.door import Door
from desk.customers.asked import Customers
from desk.ports import Changes, Landmark, Organisation, Status
from desk.practices.alike import Alike
from desk.scim.application import Staff
from desk.store import judgements
from desk.store.sealing import Seal
from desk.web.application import make_app
from desk.web.kept import Kept
from desk.web.serve import one_time_url, serve
from klankbord.configuration import REDDIT, Configuration
from klankbord.keeping.annotated import annotate
from klankbord.keeping.answering import allowing_of, meeting, open_publishers
from klankbord.lending import Report
from klankbord.privacy.held import HeldOf
from klankbord.privacy.joining import may_join
from klankbord.privacy.leaving import Policies
from klankbord.readers import Readers
from klankbord.rulebook import FileRules
from klankbord.serving.asking import parse_search
from klankbord.serving.faq import frequently
from klankbord.serving.monitors import MonitorDesk
from klankbord.serving.similar import alike_of, following, place
from klankbord.serving.summaries import summaries_of
from klankbord.serving.tokens import GivenTokens, looked
from klankbord.serving.topics import TopicDesk
from klankbord.stores import Stores
from playbook.playbook import load

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@asynccontextmanager
async def open_page(
    configuration: Configuration, stores: Stores, measured: Measured, report: Report, *, grown: Measured | None = None
) -> AsyncIterator[None]:
    """Serve the page as long as this is open; tells the one-time link.

    That the archive grew is seen in what the sinks count in `grown`: in `measured` where they are in this process.
    """
    counted, alike = grown or measured, alike_of(stores)
    async with open_publishers(configuration, stores, report, measured) as publishers:
        app = _app(
            configuration,
            stores,
            measured,
            report,
            publishers=publishers,
            alike=alike,
            changes=lambda: int(counted.total(Count.WRITTEN)),
        )
        page = serve(app, configuration.page.host, configuration.page.port)
        async with following(alike, report), meeting(publishers, report), page as url:
            stores.folder.page.write_text(url)
            report(f"the page: {link_to(configuration, one_time_url(app, url))}")
            yield


def _app(
    configuration: Configuration,
    stores: Stores,
    measured: Measured,
    report: Report,
    *,
    publishers: Mapping[str, Publisher],
    alike: Alike,
    changes: Changes,
) -> web.Application:
    leaving, readers = Policies(configuration), Readers(configuration)
    wrong = partial(measured.add, Count.REFUSED)
    return make_app(
        archive=stores.archive,
        judge=lambda said: judge(stores.log, said),
        monitors=MonitorDesk(configuration.playbook, stores.archive),
        parse_query=parse_search,
        organisation=organisation(configuration),
        clock=now,
        secret=stores.folder.secret(),
        status=lambda: _status(stores.log, readers),
        changes=changes,
        measured=measured,
        topics=topics(configuration, report),
        password=configuration.page.password,
        kept=_kept(configuration, stores, leaving, publishers, alike),
        sign_in=configuration.sign_in,
        summaries=summaries_of(configuration, stores.desk),
        reached=lambda: reached(stores),
        staff=Staff(
            database=stores.desk,
            door=Door(GivenTokens(stores.desk), now, wrong),
            clock=now,
            keep=configuration.people.keep,
            address=configuration.page.url.rstrip("/"),
        ),
        api=Parts(
            tokens=GivenTokens(stores.desk),
            leaving=leaving,
            wrong=wrong,
            looked=lambda token, what, subject: looked(stores.desk, f"token {token.name}", what, subject),
        ),
    )


def _kept(
    configuration: Configuration, stores: Stores, leaving: Policies, publishers: Mapping[str, Publisher], alike: Alike
) -> Kept:
    rules = FileRules(configuration.playbook)
    return Kept(
        database=stores.desk,
        seal=Seal(stores.folder.secret()),
        sends_mail=bool(configuration.mail.host),
        private=configuration.alerts.allow_private,
        leaving=leaving,
        may_join=may_join(configuration),
        never_join=frozenset({REDDIT}),
        documents=stores.archive.customers,
        alike=alike,
        place=place,
        faq=frequently(configuration, stores),
        digests=configuration.digest.units,
        topics=TopicDesk(configuration.playbook),
        rules=rules,
        publishers=publishers,
        allowing=allowing_of(configuration, rules, publishers),
        keep=configuration.shortest_keep,
        systems=configuration.systems,
        staff_keep=configuration.people.keep,
        address=configuration.page.url.rstrip("/"),
        for_staff=configuration.page.for_staff,
        stand_ins=configuration.page.stand_ins,
        tour=[Landmark(says=one.says, opens=one.opens) for one in configuration.page.tour],
        held=HeldOf(configuration, stores),
        annotated=lambda: annotate(stores, configuration.organisation.zone),
    )


def customers_of(configuration: Configuration, stores: Stores) -> Customers:
    """What questions about customers are answered from beside the page."""
    return Customers(
        database=stores.desk,
        archive=stores.archive,
        organisation=organisation(configuration),
        clock=now,
        joins=may_join(configuration),
        actions=FileRules(configuration.playbook).playbook.actions(),
    )


def link_to(configuration: Configuration, link: str) -> str:
    """A one-time link that leads to the configured view."""
    opens = configuration.page.opens
    return link if opens == "/" else f"{link}&{urlencode({'to': opens})}"


def topics(configuration: Configuration, report: Report) -> tuple[str, ...]:
    """Names a person can correct to; none while the playbook cannot be read, which keeps nothing from the archive."""
    try:
        return tuple(load(configuration.playbook).topics)
    except Misconfigured as error:
        report(f"the page knows no topics: {error}")
        return ()


async def reached(stores: Stores) -> object:
    """What is another one once somebody judged, muted or erased something, and the desk has it."""
    return await judgements.said(stores.desk), stores.erased.version()


async def judge(log: Log, said: Sequence[Judgement | Mute]) -> None:
    """Append what a person said; returns when it is durable."""
    await log.append(JUDGEMENTS, [(_key(message), encode(message)) for message in said])


def _key(message: Judgement | Mute) -> str:
    return message.mention if isinstance(message, Judgement) else message.author or message.word or ""


async def _status(log: Log, readers: Readers) -> Status:
    return Status(topics=tuple(filter(readers.has, await log.state())), dead=await log.count(DEAD))


def _file(configuration: Configuration) -> str:
    """The configuration as a person knows it who may see it from outside a container."""
    return os.environ.get("KLANKBORD_CONFIGURATION") or str(configuration.folder / "klankbord.yaml")


def organisation(configuration: Configuration) -> Organisation:
    organisation = configuration.organisation
    return Organisation(
        name=organisation.name,
        zone=organisation.zone,
        week_start=WEEK.index(organisation.week_starts),
        languages=organisation.languages,
        ribbon=configuration.page.ribbon,
        sources_in="" if configuration.sources else _file(configuration),
    )
