"""A lead tries another model and another rota on the page: figures side by side, mistakes beside the form, single people only where allowed."""

import pytest

from desk.store import audit, people, roles, rota
from desk.store.people import Details
from playbook.rota import Shift
from playbook.sections import Playbook
from tests.desk.axe import faults, overhang
from tests.desk.corpus import NOW
from tests.desk.serving import serving
from tests.desk.triaged import RULES, talk

AGENT = Playbook.model_validate({"roles": {"agent": {"name": "agent", "per_person": True}}})
NAMED = RULES.model_copy(update={"roles": AGENT.roles})
SEATS = "who,unit,days,blocks\n" + "".join(f"seat {one},webcare,mon-sun,00:00-24:00\n" for one in range(6))


async def staff(desk):
    """Six in webcare on weekdays from nine to five, of whom Anna alone is an agent; her id."""
    several = []
    for number in range(6):
        name = "Anna" if number == 0 else f"Bert {number}"
        person = await people.add(desk, Details(name=name, unit="webcare"), by="ruth", at=NOW)
        several += [Shift(person=person.id, unit="webcare", weekday=day, starts=540, ends=1020) for day in range(5)]
    await rota.add_shifts(desk, several, by="ruth", at=NOW)
    await roles.give(desk, several[0].person, "agent", by="ruth", at=NOW)
    return several[0].person


@pytest.fixture
def house(tmp_path):
    with serving(tmp_path / "archive.db", talk(), rules=NAMED) as served:
        served.anna = served.do(staff(served.desk))
        yield served


def begun(page, rota="", person=False):
    page.fill("[name=rota]", rota)
    if person:
        page.check("[name=per_person]")
    page.click("main form .button")


def over(page):
    page.wait_for_selector("table.tried")
    page.wait_for_load_state()  # of the whole page, and not of its first table


def test_models_and_rotas_stand_side_by_side(reader):
    page = reader.enter("/simulate")
    begun(page, SEATS)
    over(page)
    load, late = page.locator("table.tried").all()
    assert "in force" in load.inner_text()
    assert "small units together" in load.inner_text()
    assert load.locator("svg.hours").count() > 0
    heads = late.locator("thead th").all_inner_texts()
    assert len(heads) == 1 + 2 * load.locator("thead th").count() - 2
    assert sum("the other rota" in head for head in heads) == len(heads) // 2


def test_mistakes_in_the_rota_stand_beside_the_form_in_the_readers_language(reader):
    page = reader.enter("/simulate", language="nl")
    begun(page, "who,unit,days,blocks\nAnna,webkeer,mon,09:00-17:00\n")
    page.wait_for_selector(".mistake")
    assert 'regel 2: er is geen team "webkeer"' in page.locator(".mistake").inner_text()
    assert "webkeer" in page.locator("[name=rota]").input_value()


def test_nobody_is_shown_but_by_a_named_role_and_it_is_written_down(reader, house):
    page = reader.enter("/simulate")
    begun(page, person=True)
    over(page)
    table = page.locator("table.tried").last
    assert table.locator("tbody th").all_inner_texts() == ["Anna"]
    assert "simulated the load of" in [one.did for one in house.do(audit.latest(house.desk, subject=house.anna))]


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_and_nothing_hangs_over(reader, width):
    page = reader.enter("/simulate", width=width, language="nl", bypass=True)
    begun(page, SEATS, person=True)
    over(page)
    assert overhang(page) == 0
    assert faults(page) == []
