"""One own account: who may answer there, to whom that right was given, and giving or taking it."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from core.errors import Reject
from desk.answering.permitted import Permitted, permitted
from desk.entry.rights import Right
from desk.entry.who import Who
from desk.people.learning import day_after
from desk.store import account_rights, accounts, answering, people
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.web.entering import asked_by
from desk.web.pages import refused
from desk.web.site import KEPT, SITE, WHO, render, rules_of, unit_names
from picture.buckets import local_midnight

PATH = "/own-account"


async def page(request: web.Request) -> web.Response:
    """For who keeps the staff, who leads and who owns it. Raises 404 where there is none."""
    account = await _account(request, request.query.get("id", ""))
    if not _gives(request[WHO], account):
        return await refused.page(request, Right.LEAD)
    return await _shown(request, account)


async def act(request: web.Request) -> web.StreamResponse:
    """Give the right to answer there to somebody or to a role, or take it away."""
    told = {key: value.strip() for key, value in (await request.post()).items() if isinstance(value, str)}
    account = await _account(request, told.get("id", ""))
    if not _gives(request[WHO], account):
        return await refused.page(request, Right.LEAD)
    try:
        await _done(request, account, told)
    except Reject as error:
        return await _shown(request, account, wrong=str(error))
    raise web.HTTPSeeOther(f"{PATH}?{urlencode({'id': account.id, 'done': told['act']})}")


async def _done(request: web.Request, account: Account, told: Mapping[str, str]) -> None:
    database, by, at = request.app[KEPT].database, request[WHO].by, request.app[SITE].clock()
    match told.get("act"):
        case "give":
            await account_rights.give(database, await _given(request, account, told), by=by, at=at)
        case "take":
            gone = Given(
                account=account.id, person=told.get("person") or None, role=told.get("role"), unit=told.get("in", "")
            )
            await account_rights.take(database, gone, by=by, at=at)
        case _:
            raise Reject("choose what to do with the account", reason="act")


async def _given(request: web.Request, account: Account, told: Mapping[str, str]) -> Given:
    """What the form means: `to` is person: or role: and who that is. Raises Reject."""
    kind, _, whom = told.get("to", "").partition(":")
    until = None
    over = day_after(told["until"]) if told.get("until") else None
    if over is not None:
        until = local_midnight(over, request.app[SITE].organisation.zone)
        if until <= request.app[SITE].clock():
            raise Reject("the last day is over already", reason="day")
    if kind == "person":
        one = await people.get(request.app[KEPT].database, whom)
        if one is None or not one.active:
            raise Reject("choose somebody who works here", reason="person")
        return Given(account=account.id, person=one.id, until=until)
    if kind != "role" or whom not in rules_of(request.app).all_roles():
        raise Reject("choose a person or a role", reason="person")
    unit = told.get("in", "")
    if unit and unit not in unit_names(request):
        raise Reject(f'there is no unit "{unit}"', reason="unit")
    return Given(account=account.id, role=whom, unit=unit, until=until)


async def _account(request: web.Request, identifier: str) -> Account:
    found = next((one for one in await accounts.every(request.app[KEPT].database) if one.id == identifier), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _gives(who: Who, account: Account) -> bool:
    owns = who.person is not None and who.person in (account.owner, account.second)
    return owns or who.may(Right.PEOPLE) or who.may(Right.LEAD)


async def _shown(request: web.Request, account: Account, *, wrong: str = "") -> web.Response:
    database, at = request.app[KEPT].database, request.app[SITE].clock()
    staff = {one.id: one for one in await people.every(database, left=False)}
    known, rules = await answering.known(database), asked_by(request.app)
    outcomes = {person: permitted(known.of(person, account.id), account.id, rules, at) for person in staff}
    return render(
        request,
        "own_account.html",
        status=400 if wrong else 200,
        account=account,
        staff=staff,
        able=[(staff[person], one) for person, one in outcomes.items() if isinstance(one, Permitted)],
        given=[one for one in known.given.get(account.id, ()) if one.role or one.person in staff],
        outcomes=outcomes,
        roles=rules_of(request.app).all_roles(),
        units=unit_names(request),
        now=at,
        second=timedelta(seconds=1),
        wrong=wrong,
        done=request.query.get("done", "") if not wrong else "",
    )
