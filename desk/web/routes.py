"""Every route of the page, and the right that each asks for: what stands in no list here is served to nobody."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import NamedTuple

from aiohttp import web

from desk.entry.rights import Right
from desk.web.pages import (
    access,
    account,
    alerts,
    annotations,
    audience,
    cards,
    case,
    case_acts,
    case_length,
    cases,
    crises,
    crisis,
    crisis_acts,
    crisis_report,
    crisis_room,
    customers,
    door,
    emerging,
    everyone,
    export,
    faq,
    foundation,
    goals,
    happenings,
    held,
    invited,
    joining,
    judging,
    links,
    live,
    maturity,
    maturity_file,
    may,
    mention,
    monitors,
    mutes,
    overview,
    own_account,
    people,
    person,
    plain,
    planning,
    policy,
    practice_acts,
    practices,
    reports,
    rota,
    search,
    shared,
    sign_in,
    sign_on,
    similar,
    simulate,
    stand_in,
    summary,
    triage,
)
from desk.web.site import STATIC

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Open(Enum):
    """What a route asks for that asks for no right."""

    ALL = "all"  # anybody: what it gives is protected by its own address, or by nothing
    IN = "in"  # whoever came in, by more than a password where a role of theirs asks for that
    OWN = "own"  # whoever came in, however: what sets a second factor up, and leads out


class Route(NamedTuple):
    """One route of the page."""

    method: str
    path: str
    handler: Handler
    right: Right | Open


ROUTES = (
    Route("GET", "/open", door.enter, Open.ALL),
    Route("POST", "/password", door.password, Open.ALL),
    Route("GET", "/healthz", door.healthy, Open.ALL),
    Route("GET", "/", overview.page, Right.LOOK),
    Route("GET", "/figures", overview.figures, Right.LOOK),
    Route("GET", "/search", search.page, Right.LOOK),
    Route("GET", "/mention", mention.page, Right.LOOK),
    Route("GET", "/triage", triage.page, Right.LOOK),
    Route("GET", "/cards", cards.page, Open.IN),
    Route("GET", "/live", live.stream, Right.LOOK),
    Route("GET", "/monitors", monitors.page, Right.LOOK),
    Route("POST", "/monitors", monitors.act, Right.KEEP),
    Route("GET", "/export.{form:csv|jsonl}", export.export, Right.KEEP),
    Route("POST", "/judge", judging.judge, Right.JUDGE),
    Route("POST", "/undo", judging.undo, Right.JUDGE),
    Route("GET", "/status", plain.status, Right.OPERATE),
    Route("GET", "/glossary", plain.glossary, Open.IN),
    Route("POST", "/settings", door.settings, Open.OWN),
    Route("POST", "/sign-out", sign_in.out, Open.OWN),
)

KEPT_ROUTES = (
    Route("GET", "/sign-in", sign_in.page, Open.ALL),
    Route("POST", "/sign-in", sign_in.act, Open.ALL),
    Route("GET", f"{invited.PATH}{{key}}", invited.page, Open.ALL),
    Route("POST", f"{invited.PATH}{{key}}", invited.act, Open.ALL),
    Route("GET", "/account", account.page, Open.OWN),
    Route("POST", "/account", account.act, Open.OWN),
    Route("GET", may.PATH, may.page, Open.IN),
    Route("POST", may.PATH, may.act, Open.IN),
    Route("GET", own_account.PATH, own_account.page, Open.IN),
    Route("POST", own_account.PATH, own_account.act, Open.IN),
    Route("GET", "/alerts", alerts.page, Right.KEEP),
    Route("POST", "/alerts", alerts.act, Right.KEEP),
    Route("POST", "/links", links.act, Right.KEEP),
    Route("POST", "/annotations", annotations.act, Right.KEEP),
    Route("GET", "/report.{form:pdf|csv}", reports.file, Right.KEEP),
    Route("POST", "/reports", reports.act, Right.KEEP),
    Route("GET", "/cases", cases.page, Right.CASES),
    Route("POST", "/cases", case_acts.act, Right.CASES),
    Route("GET", "/case", case.page, Right.CASES),
    Route("POST", "/case/length", case_length.measure, Right.CASES),
    Route("GET", "/crises", crises.page, Right.CASES),
    Route("GET", "/crisis", crisis.page, Right.CASES),
    Route("POST", "/crisis", crisis_acts.act, Right.CASES),
    Route("GET", "/crisis/report.pdf", crisis_report.file, Right.CASES),
    Route("GET", "/crisis/room", crisis_room.page, Right.CASES),
    Route("GET", "/similar", similar.page, Right.CASES),
    Route("GET", "/practices", practices.page, Right.CASES),
    Route("POST", "/practices", practice_acts.act, Right.CASES),
    Route("GET", "/practice", practices.one, Right.CASES),
    Route("GET", "/practice/write", practices.write, Right.CASES),
    Route("GET", "/planning", planning.page, Right.CASES),
    Route("POST", "/planning", planning.act, Right.CASES),
    Route("GET", "/planning.ics", planning.file, Right.CASES),
    Route("GET", "/audience", audience.page, Right.CASES),
    Route("GET", "/mutes", mutes.page, Right.JUDGE),
    Route("POST", "/mutes", mutes.act, Right.JUDGE),
    Route("GET", "/emerging", emerging.page, Right.LOOK),
    Route("POST", "/emerging", emerging.act, Right.KEEP),
    Route("GET", "/faq", faq.page, Right.LOOK),
    Route("GET", "/faq.{form:csv|md}", faq.file, Right.KEEP),
    Route("GET", "/customers", customers.page, Right.LOOK),
    Route("POST", "/customers", joining.act, Right.JUDGE),
    Route("GET", "/customer", customers.customer, Right.LOOK),
    Route("GET", "/customer/held.{form:pdf|json}", held.file, Right.PRIVACY),
    Route("GET", "/simulate", simulate.page, Right.LEAD),
    Route("POST", "/simulate", simulate.act, Right.LEAD),
    Route("GET", "/simulate/progress", simulate.progress, Right.LEAD),
    Route("GET", "/everyone", everyone.page, Open.IN),
    Route("GET", "/happenings", happenings.page, Right.LOOK),
    Route("POST", "/happenings", happenings.act, Right.KEEP),
    Route("GET", "/goals", goals.page, Right.FOUNDATION),
    Route("GET", "/foundation", foundation.page, Right.FOUNDATION),
    Route("GET", "/maturity", maturity.page, Right.FOUNDATION),
    Route("GET", "/maturity/report.{form:pdf|png|json}", maturity_file.file, Right.FOUNDATION),
    Route("GET", "/people", people.page, Right.PEOPLE),
    Route("POST", "/people", people.act, Right.PEOPLE),
    Route("GET", "/access", access.page, Right.PEOPLE),
    Route("POST", "/access", access.act, Right.PEOPLE),
    Route("GET", "/person", person.page, Right.PEOPLE),
    Route("POST", "/person", person.act, Right.PEOPLE),
    Route("GET", "/rota", rota.page, Right.PEOPLE),
    Route("POST", "/rota", rota.act, Right.PEOPLE),
    Route("POST", "/remind", foundation.remind, Right.PEOPLE),
    Route("POST", "/own-accounts", foundation.own, Right.PEOPLE),
    Route("POST", "/lookalikes", foundation.decide, Right.FOUNDATION),
    Route("GET", f"{shared.PATH}{{key}}", shared.page, Open.ALL),
    Route("GET", f"{policy.PATH}{{key}}", policy.page, Open.ALL),
    Route("POST", f"{policy.PATH}{{key}}", policy.acknowledge, Open.ALL),
)
"""Where the program keeps something for the page."""

STAND_IN_ROUTES = (Route("POST", stand_in.PATH, stand_in.act, Open.IN),)
"""In a demonstration."""

PROVIDER_ROUTES = (
    Route("GET", sign_on.WITH, sign_on.begin, Open.ALL),
    Route("GET", sign_on.BACK, sign_on.back, Open.ALL),
)
"""Where a provider to sign on with is configured."""

SUMMARY_ROUTES = (Route("POST", "/summary", summary.act, Right.LOOK),)
"""Where a language model is configured."""

_STREAMS = (live.stream, export.export)
"""What writes its answer piece by piece, so that there is no head alone."""

RIGHTS = web.AppKey("rights", dict[web.AbstractRoute, Right | Open])
"""What each route of this application asks for."""


def add_static(app: web.Application) -> None:
    """Serve scripts, styles and pictures to anybody."""
    resource = app.router.add_static("/static", STATIC)
    app[RIGHTS] |= dict.fromkeys(resource, Open.ALL)


def add_routes(app: web.Application, routes: Sequence[Route]) -> None:
    """Serve these, each to those who have its right."""
    for one in routes:
        for method in ("GET", "HEAD") if one.method == "GET" and one.handler not in _STREAMS else (one.method,):
            app[RIGHTS][app.router.add_route(method, one.path, one.handler)] = one.right


def needed(request: web.Request) -> Right | Open | None:
    """What the route of a request asks for; None where nothing is said of it, so that nobody gets it."""
    return request.app[RIGHTS].get(request.match_info.route)
