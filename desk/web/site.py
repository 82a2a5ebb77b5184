"""What every page shares: what the wiring handed in, the reader's language, and how a template becomes an answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import jinja2
from aiohttp import web

from core.document import Filter
from core.ports import ArchiveReader
from core.time import Clock
from desk.customers.asked import Customers
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.foundation.goals import Standing, standing
from desk.maturity.looked import Looked
from desk.ports import AskStatus, Changes, Judge, Monitors, Organisation, ParseQuery
from desk.store.crises import Crisis
from desk.summaries.parts import Summaries
from desk.web import words
from desk.web.access import Access, Session
from desk.web.formats import Formats
from desk.web.kept import Kept
from desk.web.outside import safe_link
from desk.web.undo import Undo
from desk.web.view import View
from desk.web.words import said
from picture.forecast.asking import Forecasts
from picture.mention import labels_of
from picture.search import cut, pieces
from playbook.explaining import unit_name
from playbook.foundation import ROLES
from playbook.sections import Playbook

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
THEMES = ("light", "dark")


def environment() -> jinja2.Environment:
    """Templates with autoescape; an unknown name in one is an error."""
    loader = jinja2.FileSystemLoader(FOLDER / "templates")
    made = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(pieces=pieces, cut=cut, safe_link=safe_link, labels_of=labels_of)
    return made


@dataclass(frozen=True, kw_only=True)
class Site:
    """One application's parts. `undo` lives in memory: after a restart a correction is taken back by another one."""

    archive: ArchiveReader
    judge: Judge
    monitors: Monitors
    parse_query: ParseQuery
    organisation: Organisation
    clock: Clock
    status: AskStatus
    changes: Changes | None
    access: Access
    topics: tuple[str, ...]
    forecasts: Forecasts
    undo: Undo = field(default_factory=Undo)
    catalogues: Mapping[str, words.Words] = field(
        default_factory=lambda: {language: words.load(language) for language in words.LANGUAGES}
    )
    templates: jinja2.Environment = field(default_factory=environment)


SITE = web.AppKey("site", Site)
KEPT = web.AppKey("kept", Kept)
CLOSING = web.AppKey("closing", asyncio.Event)
"""Set when the page stops being served: what lasts as long as somebody looks ends then, and is not cut off."""
SUMMARIES = web.AppKey("summaries", Summaries)
COUNTS = web.RequestKey("counts", Mapping[str, int])
"""How many cases stand in each saved filter of whoever asks; what is left out is not known, or not theirs to see."""
RUNNING = web.RequestKey("running", tuple[Crisis, ...])
"""The crises that run, for the bar on every page; left out where that is not known."""
SESSION = web.RequestKey("session", Session)
WHO = web.RequestKey("who", Who)
"""Who asks; there wherever a route asks for a right."""


def customers_of(app: web.Application) -> Customers | None:
    """What questions about customers are answered from; None where the program keeps nothing for the page."""
    site, kept = app[SITE], app.get(KEPT)
    if kept is None:
        return None
    return Customers(
        database=kept.database,
        archive=site.archive,
        organisation=site.organisation,
        clock=site.clock,
        joins=kept.may_join,
        documents=kept.documents,
        actions=kept.rules.playbook.actions(),
    )


async def goals_of(app: web.Application, where: Filter | None = None) -> Sequence[Standing]:
    """The goals of the playbook in force as they stand; `where` narrows what counts."""
    site, kept = app[SITE], app.get(KEPT)
    if kept is None:
        return ()
    goals = kept.rules.playbook.goals
    return await standing(site.archive, goals, site.organisation, now=site.clock(), keep=kept.keep, where=where)


def rules_of(app: web.Application) -> Playbook:
    """The playbook in force; one without rules where the program keeps nothing for the page."""
    kept = app.get(KEPT)
    return kept.rules.playbook if kept else Playbook()


def looked_in(app: web.Application) -> Looked:
    """What evidence of maturity is looked for in, where the program keeps something for the page."""
    site, kept = app[SITE], app[KEPT]
    return Looked(
        database=kept.database,
        archive=site.archive,
        playbook=kept.rules.playbook,
        organisation=site.organisation,
        keep=kept.keep,
        systems=kept.systems,
    )


def reader_words(request: web.Request) -> words.Words:
    """The catalogue for this reader: their cookie, else their browser, else the organisation's first language."""
    site = request.app[SITE]
    first = words.first_of(site.organisation.languages)
    accepted = request.headers.get("Accept-Language", "")
    return site.catalogues[words.choose(accepted, request.cookies.get("language"), first=first)]


def role_name(request: web.Request, role: str) -> str:
    """What the organisation calls a role, in the reader's language."""
    language, kept = reader_words(request), request.app.get(KEPT)
    known = kept.rules.playbook.all_roles() if kept else ROLES
    return known[role].called(language.language) if role in known else language.or_plain("role", role)


def unit_called(request: web.Request, unit: str | None) -> str:
    """What the playbook calls a unit, in the reader's language; "" for none."""
    kept = request.app.get(KEPT)
    return unit_name(kept.rules.playbook, unit, reader_words(request).language) if kept and unit else unit or ""


def unit_names(request: web.Request) -> tuple[str, ...]:
    """The units of the playbook in force, as it names them; none where the program keeps nothing for the page."""
    kept = request.app.get(KEPT)
    organisation = kept.rules.playbook.organisation if kept else None
    return tuple(organisation.units) if organisation else ()


def formats(request: web.Request) -> Formats:
    site = request.app[SITE]
    return Formats(reader_words(request), site.organisation.zone, site.clock())


def render(request: web.Request, template: str, *, status: int = 200, **values: object) -> web.Response:
    """The page of that template, for this reader."""
    return web.Response(text=fragment(request, template, **values), content_type="text/html", status=status)


def fragment(request: web.Request, template: str, **values: object) -> str:
    """The text of that template, for this reader."""
    site = request.app[SITE]
    session = request.get(SESSION)
    theme = request.cookies.get("theme", "")
    language = reader_words(request)
    who = request.get(WHO)
    shared: dict[str, object] = {
        "t": language,
        "said": partial(said.shown, words=language),
        "mistake": partial(said.mistake, words=language),
        "f": formats(request),
        "organisation": site.organisation,
        "theme": theme if theme in THEMES else "",
        "csrf": site.access.form_token(session) if session else "",
        "may": {right.value: who is not None and who.may(right) for right in Right},
        "desk_counts": request.get(COUNTS, {}),
        "running_crises": request.get(RUNNING, ()),
        "path": request.path,
        "here": request.path_qs,
        "view": View(),
        "names": site.monitors.names() if session else (),
        "choices": None,
        "ask_password": False,
        "staff": False,
        "typed": "",
        "asks": who,
        "role_name": partial(role_name, request),
        "stand_ins": tuple(kept.stand_ins) if (kept := request.app.get(KEPT)) else (),
        "unit_called": partial(unit_called, request),
        "keeps": KEPT in request.app,
        "summarises": SUMMARIES in request.app,
    }
    return site.templates.get_template(template).render({**shared, **values})
