"""How many people the rota's coming blocks take, on the page of the rota."""

import re

import pytest

from desk.store.people import Details, add
from desk.web.site import SITE
from playbook.triage import Triage, shipped
from tests.desk.corpus import NOW
from tests.desk.entry.house import house as served
from tests.desk.serving import fill
from tests.desk.staffed.conftest import STAFFED, Browser
from tests.desk.staffed.test_rota import weekly
from tests.desk.talk import talk

TRIAGE = Triage.model_validate(shipped())
OWED = next(name for name, one in TRIAGE.outcomes.items() if one.answer)
ASKED = "/rota?monitor=Noorderlijn&unit=webcare&pace="


@pytest.fixture
async def house(tmp_path):
    """Six weeks of talk, all of which has to be answered."""
    async with served(tmp_path, rules=STAFFED.model_copy(update={"triage": TRIAGE})) as made:
        await fill(made.app[SITE].archive, talk(NOW, outcome=OWED))
        yield made


async def on_duty(house, hr):
    anna = await add(house.desk, Details(name="Anna"), by="ruth", at=NOW)
    await hr.send("/rota", **weekly(anna.id, "mon-sun"))


def cells(text):
    """Of each row of the table: the block and its figures."""
    rows = re.findall(r'<th scope="row">([^<]*–[^<]*)</th>(.*?)</tr>', text)
    return [
        (block, [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", rest)]) for block, rest in rows
    ]


async def test_people_needed_stand_beside_who_is_on_duty(house, hr):
    await on_duty(house, hr)
    status, text = await hr.read(f"{ASKED}0.5")
    assert status == 200
    slow = cells(text)
    assert len(slow) == 3
    for _, (needed, if_busy, there) in slow:
        assert 1 < int(needed) <= int(if_busy)
        assert there == "1"
    assert "100 % had to be answered" in text.replace("\u202f", " ")
    quick = cells((await hr.read(f"{ASKED}30"))[1])
    assert [figures[0] for _, figures in quick] == ["1", "1", "1"]


async def test_who_may_not_see_figures_sees_people_alone(house, hr):
    await on_duty(house, hr)
    assert "Messages expected" not in (await hr.read(f"{ASKED}2"))[1]
    operator = await house.enter(await house.person("Olga", "operator"))
    text = await (await operator.get(f"{ASKED}2", headers={"Accept-Language": "en"})).text()
    assert "Messages expected" in text
    assert {len(figures) for _, figures in cells(text)} == {4}


async def test_why_nothing_is_reckoned(house, hr):
    assert "no whole block on the rota" in (await hr.read(f"{ASKED}2"))[1]
    for wrong in ("0", "nan", "1001", "many"):
        assert "a pace between 0 and 1000" in (await hr.read(f"{ASKED}{wrong}"))[1]
    assert "Choose a monitor" in (await hr.read("/rota?monitor=Nobody&unit=webcare&pace=2"))[1]
    assert "three weeks of collected hours" in (await hr.read("/rota?monitor=Utrecht&unit=webcare&pace=2"))[1]


async def test_without_triage_nobody_knows_what_has_to_be_answered(tmp_path):
    async with served(tmp_path, rules=STAFFED) as made:
        hanna = Browser(await made.enter(await made.person("Hanna", "hr")))
        assert "The playbook has no triage" in (await hanna.read(f"{ASKED}2"))[1]
