"""History tried under other models and rotas: the form, how far it is, and what came of it side by side."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from aiohttp import web

from core.document import Filter
from core.errors import Misconfigured, Reject
from desk.entry.rights import Right
from desk.people.rotas import rota
from desk.triage.running import Progress, Run, Runs
from desk.triage.simulating import SMALLEST, Simulated, Tried, simulate
from desk.triage.staffed import Staffed, looked_at, staffed
from desk.web.site import KEPT, SITE, WHO, reader_words, render, rules_of
from playbook.explaining import unit_name
from playbook.organisation import Model
from playbook.rota import Shift
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, possible, under

RUNS = web.AppKey("runs", Runs)
DEFAULT_DAYS, MOST_DAYS = 28, 400
FASTEST = 1000.0
IN_FORCE, OTHER = "in_force", "other"
"""The rotas that are tried; their words are the page's."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says: [since, until] by the organisation's days."""

    since: date
    until: date
    models: tuple[str, ...] = ()
    pace: float | None = None
    rota: str = ""
    per_person: bool = False


def add(app: web.Application) -> None:
    """Keep simulations in this application, and end them with it."""
    app[RUNS] = Runs()

    async def ended(app: web.Application) -> None:
        await app[RUNS].close()

    app.on_shutdown.append(ended)


async def page(request: web.Request) -> web.Response:
    return _page(request, request.app[RUNS].of(request[WHO].by))


async def progress(request: web.Request) -> web.Response:
    """How far the reader's own is, for the script of the page."""
    run = request.app[RUNS].of(request[WHO].by)
    told = {"done": run.done, "total": run.total, "over": run.over} if run else {"done": 0, "total": 0, "over": True}
    return web.json_response(told)


async def act(request: web.Request) -> web.StreamResponse:
    """Begin one; mistakes in the form are told beside it."""
    site, kept, who, form = request.app[SITE], request.app[KEPT], request[WHO], await request.post()
    playbook = rules_of(request.app)
    try:
        asked = read(form, playbook)
        since = datetime.combine(asked.since, time(), site.organisation.zone)
        until = datetime.combine(asked.until + timedelta(days=1), time(), site.organisation.zone)
        there = await staffed(kept.database, playbook, since)
        tried = _tried(request, playbook, asked, there)
        where = Filter(since=since, until=until)
        names = {one.id: one.name for one in there.staff if one.id in tried.shown}
        run = Run(await site.archive.count(where), _filled(asked), names)
        history = site.archive.scan(where)

        async def work(progress: Progress) -> Simulated:
            found = await simulate(history, tried, progress)
            persons = {person for one in found.kept for person in one.persons}
            await looked_at(kept.database, persons, by=who.by, at=site.clock())
            return found

        request.app[RUNS].begin(who.by, run, work)
    except (Misconfigured, Reject) as error:
        mistakes = error.mistakes if isinstance(error, Misconfigured) else [str(error)]
        return _page(request, None, mistakes=mistakes, form=form)
    raise web.HTTPSeeOther("/simulate")


def read(form: Mapping[str, object], playbook: Playbook) -> Asked:
    """What the form asks. Raises Reject with the first mistake."""
    since, until = (_day(str(form.get(name, ""))) for name in ("since", "until"))
    if not since <= until or (until - since).days >= MOST_DAYS:
        raise Reject(
            f"the period ends on or after the day it begins, and has at most {MOST_DAYS} days", reason="period"
        )
    models = tuple(model for model in _possible(playbook) if form.get(f"model-{model}"))
    if not models:
        raise Reject("choose at least one model", reason="model")
    text, pace = str(form.get("rota", "")).strip(), str(form.get("pace", "")).strip().replace(",", ".")
    try:
        an_hour = float(pace) if pace else None
    except ValueError:
        an_hour = -1.0
    if an_hour is not None and not 0 < an_hour <= FASTEST:
        raise Reject("how many answers somebody gives in an hour is a number above 0", reason="pace")
    if an_hour is None and (text or form.get("per_person")):
        raise Reject("say how many answers somebody gives in an hour, to try a rota", reason="pace")
    return Asked(
        since=since, until=until, models=models, pace=an_hour, rota=text, per_person=bool(form.get("per_person"))
    )


def _tried(request: web.Request, playbook: Playbook, asked: Asked, there: Staffed) -> Tried:
    who, units = request[WHO], playbook.organisation.units if playbook.organisation else {}
    rotas: dict[str, Sequence[Shift]] = {}
    if asked.pace and there.shifts:
        rotas[IN_FORCE] = there.shifts
    if asked.rota:
        rotas[OTHER] = rota(asked.rota.encode(), there.staff, units)
    led = {shift.person for shifts in rotas.values() for shift in shifts if who.may(Right.LEAD, shift.unit)}
    return Tried(
        rules={model: under(playbook, Model(model)) for model in asked.models},
        zone=request.app[SITE].organisation.zone,
        people=there.people,
        rotas=rotas,
        away=there.away,
        an_hour=asked.pace or 1.0,
        shown=there.named & led if asked.per_person else frozenset(),
    )


def _page(
    request: web.Request, run: Run | None, *, mistakes: Sequence[str] = (), form: Mapping[str, object] | None = None
) -> web.Response:
    site, playbook, language = request.app[SITE], rules_of(request.app), reader_words(request).language
    today = site.clock().astimezone(site.organisation.zone).date()
    models = _possible(playbook)
    first = Asked(since=today - timedelta(days=DEFAULT_DAYS - 1), until=today, models=tuple(models), pace=12.0)
    return render(
        request,
        "simulate.html",
        status=400 if mistakes else 200,
        mistakes=mistakes,
        models=models,
        in_force=playbook.organisation.model.value if playbook.organisation else "",
        names_persons=any(role.per_person for role in playbook.all_roles().values()),
        run=run,
        filled=form if form is not None else run.asked if run else _filled(first),
        unit=lambda name: unit_name(playbook, name, language),
        together=TOGETHER,
        smallest=SMALLEST,
    )


def _filled(asked: Asked) -> Mapping[str, object]:
    """The form as it was sent."""
    told = {"since": asked.since.isoformat(), "until": asked.until.isoformat(), "rota": asked.rota}
    told |= {f"model-{model}": "1" for model in asked.models}
    told |= {"pace": f"{asked.pace:g}"} if asked.pace else {}
    return told | ({"per_person": "1"} if asked.per_person else {})


def _possible(playbook: Playbook) -> list[str]:
    return possible(playbook) if playbook.organisation else []


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Reject("give the first and the last day of the period", reason="period") from None
