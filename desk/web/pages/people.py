"""Staff: the list, somebody new, and a file of the HR system, whose changes are shown before they are made."""

from collections.abc import Mapping

import msgspec
from aiohttp import web
from aiohttp.web_request import FileField

from core.errors import Reject
from desk.entry.operators import above
from desk.people.checked import checked
from desk.people.importing import Plan, changes, plan, rows
from desk.people.taking import seen, take
from desk.store import people, roles
from desk.store.people import Details
from desk.web.site import KEPT, SITE, WHO, render, unit_names

FIELDS = ("name", "email", "department", "unit", "language", "number")
"""What a form says of a person."""
MOST_SHOWN = 100
"""Lines of each kind of change that are shown."""


async def page(request: web.Request) -> web.Response:
    return await _shown(request, done=request.query.get("done", ""))


async def act(request: web.Request) -> web.StreamResponse:
    """Add somebody, show what a file would change, or do that."""
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    if told.get("act") not in ("add", "look", "take"):
        raise Reject("choose what to do with the staff", reason="act")
    try:
        match told["act"]:
            case "add":
                return await _add(request, told)
            case "look":
                return await _look(request, _content(form.get("file")), full=told.get("full") == "yes")
            case _:
                return await _take(request, told)
    except (Reject, people.Taken) as error:
        return await _shown(request, filled=told, wrong=str(error), at=told.get("act", ""))


async def _shown(
    request: web.Request, *, filled: Mapping[str, str] | None = None, wrong: str = "", at: str = "", done: str = ""
) -> web.Response:
    kept, asked = request.app[KEPT], request.query.get("q", "").strip()[:200]
    staff = await people.every(kept.database, left=request.query.get("left") == "1")
    words = asked.casefold().split()
    found = [one for one in staff if all(word in _haystack(one) for word in words)]
    return render(
        request,
        "people.html",
        status=400 if wrong else 200,
        found=found,
        total=len(staff),
        roles_of=roles.by_person(await roles.held(kept.database)),
        roles=kept.rules.playbook.all_roles(),
        asked=asked,
        left=request.query.get("left") == "1",
        filled={**dict.fromkeys(FIELDS, ""), **(filled or {})},
        departments=sorted({one.department for one in staff if one.department}),
        units=unit_names(request),
        wrong=wrong,
        at=at,
        done=done,
    )


def _haystack(one: people.Person) -> str:
    return " ".join(filter(None, (one.name, one.email, one.department, one.unit, one.number))).casefold()


def details_of(told: Mapping[str, str], before: Details | None = None) -> Details:
    """What the form says of a person, on top of what was known. Raises Reject where one of it cannot be."""
    known = msgspec.structs.asdict(before) if before else {}
    given = {name: told.get(name) or None for name in FIELDS if name in told}
    if not given.get("name"):
        raise Reject("a person has a name", reason="details")
    return checked(Details(**known | given))


async def _add(request: web.Request, told: Mapping[str, str]) -> web.StreamResponse:
    made = await people.add(
        request.app[KEPT].database, details_of(told), by=request[WHO].by, at=request.app[SITE].clock()
    )
    raise web.HTTPSeeOther(f"/person?id={made.id}&done=added")


def _content(given: object) -> bytes:
    if not isinstance(given, FileField) or not given.filename:
        raise Reject("choose a file", reason="file")
    return given.file.read()


async def _planned(request: web.Request, content: bytes) -> Plan:
    return plan(rows(content, {}), await people.every(request.app[KEPT].database))


async def _look(request: web.Request, content: bytes, *, full: bool, stale: bool = False) -> web.Response:
    """What the file would change; nothing is changed."""
    made = await _planned(request, content)
    return render(
        request,
        "taking.html",
        made=made,
        changes=[(one, list(changes(one, details))) for one, details in made.changed[:MOST_SHOWN]],
        most=MOST_SHOWN,
        content=content.decode("utf-8-sig"),
        full=full,
        seen=seen(made),
        stale=stale,
    )


async def _take(request: web.Request, told: Mapping[str, str]) -> web.StreamResponse:
    """Do what was shown; where the staff changed meanwhile it is shown anew."""
    kept, form = request.app[KEPT], await request.post()
    content, full = str(form.get("content", "")).encode(), told.get("full") == "yes"
    made = await _planned(request, content)
    if seen(made) != told.get("seen"):
        return await _look(request, content, full=full, stale=True)
    out_of_reach = await above(kept.database, request[WHO])
    if any(one.id in out_of_reach and details.email != one.email for one, details in made.changed):
        raise Reject("only who may operate changes the e-mail address of who may operate", reason="role")
    leave = full and told.get("leave") == "yes"
    at, by = request.app[SITE].clock(), request[WHO].by
    await take(kept.database, made, by=by, at=at, keep=kept.staff_keep, leave=leave)
    raise web.HTTPSeeOther("/people?done=taken")
