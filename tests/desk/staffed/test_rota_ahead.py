"""How many people the rota's coming blocks take, on the page of the rota."""

import re
from datetime import timedelta

import pytest

from desk.store.people import Details, add
from desk.store.rota import add_absence
from desk.web.site import SITE
from playbook.rota import Absence
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


@pytest.fixture
async def operator(house):
    """May see who is on duty, and figures."""
    return Browser(await house.enter(await house.person("Olga", "operator")))


async def on_duty(house, operator, name="Anna", **hours):
    one = await add(house.desk, Details(name=name), by="ruth", at=NOW)
    await operator.send("/rota", **weekly(one.id, "mon-sun", **hours))
    return one


def cells(text):
    """Of each row of the table: the block and its figures."""
    rows = re.findall(r'<th scope="row">([^<]*–[^<]*)</th>(.*?)</tr>', text)
    return [
        (block, [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", rest)]) for block, rest in rows
    ]


async def test_people_needed_stand_beside_who_is_on_duty(house, operator):
    await on_duty(house, operator)
    status, text = await operator.read(f"{ASKED}0.5")
    assert status == 200
    slow = cells(text)
    assert len(slow) == 3
    for _, (_, needed, if_busy, there) in slow:
        assert 1 < int(needed) <= int(if_busy)
        assert there == "1"
    assert "100 % had to be answered" in text.replace("\u202f", " ")
    quick = cells((await operator.read(f"{ASKED}30"))[1])
    assert [figures[1] for _, figures in quick] == ["1", "1", "1"]


async def test_who_may_not_see_figures_cannot_reckon_them_back_from_people(house, hr, operator):
    await on_duty(house, operator)
    assert len(cells((await operator.read(f"{ASKED}0.1"))[1])) == 3
    status, text = await hr.read(f"{ASKED}0.1")
    assert (status, cells(text)) == (200, [])
    assert "How many does it take?" not in text


async def test_blocks_that_overlap_are_cut_so_that_no_message_counts_twice(house, operator):
    await on_duty(house, operator)
    await on_duty(house, operator, "Bert", starts="13:00", ends="21:00")
    found = cells((await operator.read(f"{ASKED}2"))[1])
    assert [(block[-11:], figures[-1]) for block, figures in found[1:4]] == [
        ("09:00–13:00", "1"),
        ("13:00–17:00", "2"),
        ("17:00–21:00", "1"),
    ]


async def test_who_leaves_within_a_block_is_not_counted_from_then_on(house, operator):
    anna = await on_duty(house, operator)
    noon = (NOW + timedelta(days=2)).replace(hour=11, minute=0, second=0, microsecond=0)
    await add_absence(
        house.desk, Absence(person=anna.id, since=noon, until=noon + timedelta(hours=2)), by="ruth", at=NOW
    )
    for asked in (ASKED, f"/rota?week=2027-01-04&{ASKED.removeprefix('/rota?')}"):
        found = cells((await operator.read(f"{asked}2"))[1])
        assert [figures[-1] for _, figures in found] == ["1", "1", "0", "1", "1"]


async def test_why_nothing_is_reckoned(operator):
    assert "no whole block on the rota" in (await operator.read(f"{ASKED}2"))[1]
    for wrong in ("0", "nan", "inf", "5e-324", "1e-320", "0.09", "1001", "many"):
        assert "a pace between 0.1 and 1000" in (await operator.read(f"{ASKED}{wrong}"))[1]
    assert "Choose a monitor" in (await operator.read("/rota?monitor=Nobody&unit=webcare&pace=2"))[1]
    assert "three weeks of collected hours" in (await operator.read("/rota?monitor=Utrecht&unit=webcare&pace=2"))[1]


async def test_blocks_of_which_nothing_is_told_are_said_to_be_left_out(tmp_path):
    rules = STAFFED.model_copy(update={"triage": TRIAGE})
    items = [
        one
        for one in talk(NOW, outcome=OWED)
        if hasattr(one, "mention") and one.mention.created_at.hour not in (2, 3, 4)
    ]
    async with served(tmp_path, rules=rules) as house:
        await fill(house.app[SITE].archive, items)
        operator = Browser(await house.enter(await house.person("Olga", "operator")))
        await on_duty(house, operator, starts="00:00", ends="06:00")
        text = (await operator.read(f"{ASKED}2"))[1]
        assert "too little was collected so far are left out" in text
        assert cells(text) == []


async def test_without_triage_nobody_knows_what_has_to_be_answered(tmp_path):
    async with served(tmp_path, rules=STAFFED) as made:
        olga = Browser(await made.enter(await made.person("Olga", "operator")))
        assert "The playbook has no triage" in (await olga.read(f"{ASKED}2"))[1]
