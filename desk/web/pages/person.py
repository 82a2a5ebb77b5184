"""One of the staff: what is known, roles, absences, trainings, and that somebody left."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from core.errors import Reject
from desk.entry.operators import above
from desk.entry.rights import Right
from desk.people import blocks
from desk.people.learning import day, held
from desk.store import people, roles, rota, trainings
from desk.store.people import Person
from desk.store.trainings import Record
from desk.web.pages.people import details_of
from desk.web.site import KEPT, SITE, WHO, render, unit_names
from picture.buckets import local_midnight
from playbook.rota import Absence

ONE_DAY = timedelta(days=1)


def _operators(request: web.Request) -> frozenset[str]:
    """Roles that only who may operate gives and takes: else whoever keeps staff could make themselves one."""
    return request[WHO].rights[Right.OPERATE]


async def page(request: web.Request) -> web.Response:
    return await _shown(request, await _person(request, request.query.get("id", "")))


async def act(request: web.Request) -> web.StreamResponse:
    """Change something of one person."""
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    one = await _person(request, told.get("id", ""))
    does = _ACTS.get(told.get("act", ""))
    if does is None:
        raise Reject("choose what to do with the person", reason="act")
    try:
        await does(request, one, told)
    except (Reject, people.Taken) as error:
        return await _shown(request, one, wrong=str(error), filled=told)
    raise web.HTTPSeeOther(f"/person?{urlencode({'id': one.id, 'done': told['act']})}")


async def _person(request: web.Request, identifier: str) -> Person:
    one = await people.get(request.app[KEPT].database, identifier)
    if one is None:
        raise web.HTTPNotFound
    return one


async def _shown(
    request: web.Request, one: Person, *, wrong: str = "", filled: Mapping[str, str] | None = None
) -> web.Response:
    kept, site = request.app[KEPT], request.app[SITE]
    playbook = kept.rules.playbook
    known = (
        [*playbook.all_roles(), *_operators(request)] if request[WHO].may(Right.OPERATE) else list(playbook.all_roles())
    )
    every = await people.every(kept.database, left=False)
    return render(
        request,
        "person.html",
        status=400 if wrong else 200,
        one=one,
        filled={
            name: getattr(one, name) or "" for name in ("name", "email", "department", "unit", "language", "number")
        }
        | (dict(filled) if filled and filled.get("act") == "change" else {}),
        held=await roles.held(kept.database, one.id),
        roles=playbook.all_roles(),
        known=dict.fromkeys(known),
        units=unit_names(request),
        departments=sorted({person.department for person in every if person.department}),
        shifts=[
            (each, blocks.written(each)) for each in await rota.every_shift(kept.database) if each.person == one.id
        ],
        away=[each for each in await rota.every_absence(kept.database, site.clock()) if each.person == one.id],
        trainings=playbook.trainings,
        learned=[each for each in await trainings.latest(kept.database) if each.person == one.id],
        now=site.clock(),
        second=timedelta(seconds=1),
        wrong=wrong,
        done=request.query.get("done", "") if not wrong else "",
    )


async def _change(request: web.Request, one: Person, told: Mapping[str, str]) -> None:
    if told.get("version") != str(one.version):
        raise Reject(
            "somebody else changed this person meanwhile: look at what stands here now, and try again", reason="version"
        )
    details = details_of(told, one.details)
    if details.email != one.email and one.id in await above(request.app[KEPT].database, request[WHO]):
        raise Reject("only who may operate changes the e-mail address of that person", reason="role")
    await _save(request, one, details, active=one.active)


async def _leave(request: web.Request, one: Person, _told: Mapping[str, str]) -> None:
    await _save(request, one, one.details, active=False)


async def _back(request: web.Request, one: Person, _told: Mapping[str, str]) -> None:
    await _save(request, one, one.details, active=True)


async def _save(request: web.Request, one: Person, details: people.Details, *, active: bool) -> None:
    kept, at = request.app[KEPT], request.app[SITE].clock()
    made = await people.change(
        kept.database, one, details, by=request[WHO].by, at=at, active=active, keep=kept.staff_keep
    )
    if made is None:
        raise Reject(
            "somebody else changed this person meanwhile: look at what stands here now, and try again", reason="version"
        )


async def _give(request: web.Request, one: Person, told: Mapping[str, str]) -> None:
    await _role(request, one, told, roles.give)


async def _take(request: web.Request, one: Person, told: Mapping[str, str]) -> None:
    await _role(request, one, told, roles.take)


async def _role(
    request: web.Request, one: Person, told: Mapping[str, str], does: Callable[..., Awaitable[bool]]
) -> None:
    kept, role, unit = request.app[KEPT], told.get("role", ""), told.get("in", "")
    if does is roles.give and role not in (*kept.rules.playbook.all_roles(), *_operators(request)):
        raise Reject(f'there is no role "{role}"', reason="role")
    if role in _operators(request) and not request[WHO].may(Right.OPERATE):
        raise Reject("only who may operate gives or takes that role", reason="role")
    if unit and unit not in unit_names(request) and does is roles.give:
        raise Reject(f'there is no unit "{unit}"', reason="unit")
    await does(kept.database, one.id, role, unit, by=request[WHO].by, at=request.app[SITE].clock())


async def _away(request: web.Request, one: Person, told: Mapping[str, str]) -> None:
    site = request.app[SITE]
    first, last = day(told.get("since", "")), day(told.get("until", "") or told.get("since", ""))
    if last < first:
        raise Reject("an absence ends on its first day or later", reason="day")
    zone = site.organisation.zone
    absence = Absence(person=one.id, since=local_midnight(first, zone), until=local_midnight(last + ONE_DAY, zone))
    await rota.add_absence(request.app[KEPT].database, absence, by=request[WHO].by, at=site.clock())


async def _here(request: web.Request, _one: Person, told: Mapping[str, str]) -> None:
    at = request.app[SITE].clock()
    await rota.remove_absence(request.app[KEPT].database, told.get("absence", ""), by=request[WHO].by, at=at)


async def _learned(request: web.Request, one: Person, told: Mapping[str, str]) -> None:
    kept, site = request.app[KEPT], request.app[SITE]
    rules, key = kept.rules.playbook.trainings, told.get("training", "")
    if key not in rules:
        raise Reject(f'there is no training "{key}"', reason="training")
    done = local_midnight(day(told.get("on", "")), site.organisation.zone)
    if done > site.clock():
        raise Reject("a training is written down once it was done", reason="day")
    record = held(Record(person=one.id, training=key, done_at=done), {key.casefold(): key}, rules)
    await trainings.record(kept.database, [record], by=request[WHO].by, at=site.clock())


_ACTS: Mapping[str, Callable[[web.Request, Person, Mapping[str, str]], Awaitable[None]]] = {
    "change": _change,
    "leave": _leave,
    "back": _back,
    "give": _give,
    "take": _take,
    "away": _away,
    "here": _here,
    "learned": _learned,
}
