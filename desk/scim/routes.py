"""The routes of SCIM: people and groups, read, made, replaced, patched, taken away (RFC 7644, 3.2)."""

from http import HTTPStatus

import msgspec
from aiohttp import web

from desk.scim import application
from desk.scim.application import PATH, STAFF, Asked, Staff, handler, listed, resource, shown
from desk.scim.asked import of_groups, of_users
from desk.scim.errors import meanwhile, missing
from desk.scim.groups import group_of, told
from desk.scim.patching import Json, patched
from desk.scim.users import active_of, details_of, user_of
from desk.store import groups, people
from desk.store.groups import Group
from desk.store.people import Details, Person
from desk.store.tables import people as table


def add_scim(app: web.Application, staff: Staff) -> None:
    """Serve SCIM on that application too."""
    app[STAFF] = staff
    app.add_routes(
        [
            web.get(f"{PATH}/ServiceProviderConfig", handler(application.provider)),
            web.get(f"{PATH}/ResourceTypes", handler(application.types)),
            web.get(f"{PATH}/ResourceTypes/{{id}}", handler(application.types)),
            web.get(f"{PATH}/Schemas", handler(application.schemas)),
            web.get(f"{PATH}/Schemas/{{id}}", handler(application.schemas)),
            web.get(f"{PATH}/Users", handler(find_users)),
            web.post(f"{PATH}/Users", handler(make_user)),
            web.get(f"{PATH}/Users/{{id}}", handler(get_user)),
            web.put(f"{PATH}/Users/{{id}}", handler(put_user)),
            web.patch(f"{PATH}/Users/{{id}}", handler(patch_user)),
            web.delete(f"{PATH}/Users/{{id}}", handler(drop_user)),
            web.get(f"{PATH}/Groups", handler(find_groups)),
            web.post(f"{PATH}/Groups", handler(make_group)),
            web.get(f"{PATH}/Groups/{{id}}", handler(get_group)),
            web.put(f"{PATH}/Groups/{{id}}", handler(put_group)),
            web.patch(f"{PATH}/Groups/{{id}}", handler(patch_group)),
            web.delete(f"{PATH}/Groups/{{id}}", handler(drop_group)),
        ]
    )


async def find_users(asked: Asked) -> web.Response:
    where, (skip, most) = of_users(asked.request.query.get("filter", "")), asked.page()
    staff = asked.staff.database
    there = await people.found(staff, *where, skip=skip, most=most) if most else []
    total = await people.count(staff, *where)
    return listed([shown(asked, user_of(one, asked.base)) for one in there], total=total, skipped=skip)


async def make_user(asked: Asked) -> web.Response:
    """A new person; one whom HR told of before, known by the address at work, is taken for the same."""
    body = await asked.body()
    details = details_of(body)
    before = await _told_of_before(asked, details.email)
    if before is not None:
        both = msgspec.structs.replace(details, unit=before.unit, number=details.number or before.number)
        made = await _changed(asked, before, both, active=active_of(body, before=True))
    else:
        made = await people.add(asked.staff.database, details, by=asked.by, at=asked.staff.clock())
        if not active_of(body, before=True):
            made = await _changed(asked, made, details, active=False)
    return resource(asked, user_of(made, asked.base), status=HTTPStatus.CREATED)


async def _told_of_before(asked: Asked, email: str | None) -> Person | None:
    """Whom HR told of under that address, and no sign-on system yet."""
    if email is None:
        return None
    known = await people.found(asked.staff.database, table.c.email == email, table.c.user_name.is_(None))
    return known[0] if known else None


async def get_user(asked: Asked) -> web.Response:
    return resource(asked, user_of(await _user(asked), asked.base))


async def put_user(asked: Asked) -> web.Response:
    return await _become(asked, await _user(asked), await asked.body())


async def patch_user(asked: Asked) -> web.Response:
    before = await _user(asked)
    return await _become(asked, before, patched(user_of(before, asked.base), await asked.body()))


async def drop_user(asked: Asked) -> web.Response:
    """The person left, and is no resource any more; what HR keeps is erased once the keep time is over."""
    before = await _user(asked)
    asked.matches(before.version)
    unnamed = msgspec.structs.replace(before.details, user_name=None, external_id=None)
    await _changed(asked, before, unnamed, active=False)
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _user(asked: Asked) -> Person:
    person = await people.get(asked.staff.database, asked.request.match_info["id"])
    if person is None or person.user_name is None:
        raise missing("User")
    return person


async def _become(asked: Asked, before: Person, body: Json) -> web.Response:
    asked.matches(before.version)
    active = active_of(body, before=before.active)
    made = await _changed(asked, before, details_of(body, before.details), active=active)
    return resource(asked, user_of(made, asked.base))


async def _changed(asked: Asked, before: Person, details: Details, *, active: bool) -> Person:
    staff = asked.staff
    made = await people.change(
        staff.database, before, details, by=asked.by, at=staff.clock(), active=active, keep=staff.keep
    )
    if made is None:
        raise meanwhile()
    return made


async def find_groups(asked: Asked) -> web.Response:
    where, (skip, most) = of_groups(asked.request.query.get("filter", "")), asked.page()
    there = await groups.found(asked.staff.database, *where, skip=skip, most=most) if most else []
    total = await groups.count(asked.staff.database, *where)
    return listed([shown(asked, group_of(one, asked.base)) for one in there], total=total, skipped=skip)


async def make_group(asked: Asked) -> web.Response:
    name, external, members = told(await asked.body())
    made = await groups.add(asked.staff.database, name, external, members, by=asked.by, at=asked.staff.clock())
    return resource(asked, group_of(made, asked.base), status=HTTPStatus.CREATED)


async def get_group(asked: Asked) -> web.Response:
    return resource(asked, group_of(await _group(asked), asked.base))


async def put_group(asked: Asked) -> web.Response:
    made = await _regroup(asked, await _group(asked), await asked.body())
    return resource(asked, group_of(made, asked.base))


async def patch_group(asked: Asked) -> web.Response:
    """Without a body: Entra ID asks for none, for members may be many."""
    before = await _group(asked)
    made = await _regroup(asked, before, patched(group_of(before, asked.base), await asked.body()))
    return web.Response(status=HTTPStatus.NO_CONTENT, headers={"ETag": f'W/"{made.version}"'})


async def drop_group(asked: Asked) -> web.Response:
    before = await _group(asked)
    asked.matches(before.version)
    await groups.remove(asked.staff.database, before.id, by=asked.by, at=asked.staff.clock())
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def _group(asked: Asked) -> Group:
    group = await groups.get(asked.staff.database, asked.request.match_info["id"])
    if group is None:
        raise missing("Group")
    return group


async def _regroup(asked: Asked, before: Group, body: Json) -> Group:
    asked.matches(before.version)
    made = await groups.change(asked.staff.database, before, *told(body), by=asked.by, at=asked.staff.clock())
    if made is None:
        raise meanwhile()
    return made
