"""Staff are added and changed on the page, and a file is shown before it is taken."""

import re

import pytest
from aiohttp import FormData

from desk.store import audit, people, roles
from desk.store.people import Details
from tests.desk.corpus import NOW
from tests.desk.entry.house import token
from tests.desk.staffed.conftest import Browser


async def anna(house, **more):
    return await people.add(house.desk, Details(name="Anna", email="anna@klank.example", **more), by="ruth", at=NOW)


async def test_somebody_is_added_and_written_down_by_whom(house, hr):
    status, leads = await hr.send("/people", act="add", name="Carla", email="Carla@klank.example", unit="webcare")
    made = await people.named(house.desk, "carla@klank.example")
    assert (status, leads, made.unit) == (303, f"/person?id={made.id}&done=added", "webcare")
    hanna = await people.named(house.desk, "hanna@klank.example")
    assert [(one.did, one.by) for one in await audit.latest(house.desk, subject=made.id)] == [("made", hanna.id)]


async def test_what_cannot_be_is_said_and_what_was_typed_stays(house, hr):
    status, text = await hr.send("/people", act="add", name="Carla", email="carla")
    assert (status, "carla&#34; is no e-mail address" in text, 'value="Carla"' in text) == (400, True, True)
    await anna(house)
    status, text = await hr.send("/people", act="add", name="Other", email="anna@klank.example")
    assert (status, "somebody else has the e-mail address anna@klank.example" in text) == (400, True)


async def test_a_change_that_somebody_else_was_before_is_refused(house, hr):
    one = await anna(house)
    fields = {"act": "change", "id": one.id, "name": "Anna B", "department": "Service > Webcare"}
    assert (await hr.send("/person", version="1", **fields))[0] == 303
    changed = await people.get(house.desk, one.id)
    assert (changed.name, changed.department, changed.email) == ("Anna B", "Service > Webcare", "anna@klank.example")
    status, text = await hr.send("/person", version="1", **fields | {"name": "Late"})
    assert (status, "somebody else changed this person meanwhile" in text) == (400, True)
    assert (await people.get(house.desk, one.id)).name == "Anna B"


async def test_who_left_is_kept_for_a_while_and_can_come_back(house, hr):
    one = await anna(house)
    await hr.send("/person", act="leave", id=one.id)
    assert (await people.get(house.desk, one.id)).erase_at is not None
    assert "Anna" not in (await hr.read("/people"))[1].partition("<table")[2]
    assert "Anna" in (await hr.read("/people?left=1"))[1]
    await hr.send("/person", act="back", id=one.id)
    assert (await people.get(house.desk, one.id)).active


async def test_a_role_is_given_and_taken_and_nobody_makes_themselves_operator(house, hr):
    one = await anna(house)
    await hr.send("/person", act="give", id=one.id, role="agent", **{"in": "webcare"})
    assert [(each.role, each.unit) for each in await roles.held(house.desk, one.id)] == [("agent", "webcare")]
    await hr.send("/person", act="take", id=one.id, role="agent", **{"in": "webcare"})
    status, text = await hr.send("/person", act="give", id=one.id, role="operator")
    assert (status, "only who may operate gives or takes that role" in text) == (400, True)
    assert (await hr.send("/person", act="give", id=one.id, role="king"))[0] == 400
    assert await roles.held(house.desk, one.id) == []


@pytest.mark.parametrize("path", ["/people", "/rota", "/person?id=1"])
async def test_staff_is_for_hr_alone(house, path):
    for role in ("agent", "lead", "analyst"):
        browser = Browser(await house.enter(await house.person(role.title(), role)))
        assert (await browser.read(path))[0] == 403
        assert (await browser.send(path.partition("?")[0], act="add", name="X"))[0] == 403


FILE = "naam;e-mail;afdeling\nAnna;anna@klank.example;Sales\nCarla;carla@klank.example;Sales\nNobody;;\n"


async def shown(hr, **more):
    """The page of what that file would change."""
    form = FormData({"act": "look", "csrf": await token(hr.client, "/glossary"), **more})
    form.add_field("file", FILE.encode(), filename="staff.csv", content_type="text/csv")
    answer = await hr.client.post("/people", data=form)
    text = await answer.text()
    return answer.status, text, re.search(r'name="seen" value="(\w+)"', text)[1]


async def test_a_file_is_shown_first_and_then_taken(house, hr):
    one = await anna(house, department="Service")
    status, text, seen = await shown(hr)
    assert (status, "1 new person" in text, "1 bad line" in text, "<bdi>Service</bdi>" in text) == (
        200,
        True,
        True,
        True,
    )
    assert (await people.get(house.desk, one.id)).department == "Service"  # nothing was changed yet
    assert await hr.send("/people", act="take", content=FILE, seen=seen) == (303, "/people?done=taken")
    assert (await people.get(house.desk, one.id)).department == "Sales"
    assert (await people.named(house.desk, "carla@klank.example")).name == "Carla"


async def test_what_changed_since_it_was_shown_is_shown_anew(house, hr):
    one = await anna(house)
    _, _, seen = await shown(hr)
    await hr.send("/person", act="leave", id=one.id)
    status, text = await hr.send("/people", act="take", content=FILE, seen=seen)
    assert (status, "The staff changed since you looked" in text) == (200, True)
    assert await people.named(house.desk, "carla@klank.example") is None


async def test_who_is_not_in_a_full_file_leaves_only_where_somebody_says_so(house, hr):
    bert = await people.add(house.desk, Details(name="Bert", email="bert@klank.example"), by="ruth", at=NOW)
    _, text, seen = await shown(hr, full="yes")
    assert "2 are not in the file" in text  # Bert, and Hanna herself
    await hr.send("/people", act="take", content=FILE, seen=seen, full="yes")
    assert (await people.get(house.desk, bert.id)).active
    _, _, seen = await shown(hr, full="yes")
    await hr.send("/people", act="take", content=FILE, seen=seen, full="yes", leave="yes")
    assert not (await people.get(house.desk, bert.id)).active
