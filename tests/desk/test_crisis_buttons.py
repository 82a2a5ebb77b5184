"""The page of a crisis offers to each who looks what they may do and nothing else, and a refusal names what is missing."""

import re

import pytest
from msgspec.structs import replace

from desk.crisis import saying
from desk.crisis.acting import Done
from desk.entry.rights import with_roles
from desk.entry.settings import SignInSettings
from desk.entry.who import Who
from desk.web.serve import one_time_url
from playbook.sections import Playbook
from tests.desk import crises_filled as filled
from tests.desk.corpus import NOW
from tests.desk.entry.house import house as served
from tests.desk.test_crisis_page import browser, now, send, told

PRESS = {"roles": {"chief": {"name": "Chief"}, "press": {"name": "Press"}}}
RULES = filled.RULES.model_copy(
    update={
        "roles": Playbook.model_validate(PRESS).roles,
        "crisis": filled.RULES.crisis.model_copy(update={"approves": "press"}),
    }
)
RIGHTS = SignInSettings(rights={"chief": ("lead",), "press": ("cases",)})
WORKS = {"acknowledge", "take", "done", "skip", "note", "draft", "attach", "detach"}
LEADS = {"severity", "stand_down", "hand_over", "apply"}
APPROVES = {"approve"}
LOOKS = {
    "nobody there": (("agent@press",), set()),
    "works there": (("agent@webcare",), WORKS),
    "works there and leads elsewhere": (("agent@webcare", "lead@press"), WORKS),
    "leads there and may not work there": (("agent@press", "chief@webcare"), set()),
    "leads there": (("lead@webcare",), WORKS | LEADS),
    "approves there": (("press@webcare",), WORKS | APPROVES),
    "works there and approves elsewhere": (("agent@webcare", "press@press"), WORKS),
    "everything": (("operator",), WORKS | LEADS),
}


@pytest.fixture
async def house(tmp_path):
    """A crisis that nobody saw, a case in it, one statement that is approved and one that waits."""
    async with served(tmp_path, rules=RULES, settings=RIGHTS) as made:
        made.crisis = await filled.opened(made.desk)
        ids = await filled.fill(made.desk)
        await filled.with_cases(made.desk, made.crisis, *(one.number for one in ids.values()))
        made.anna, press = await made.person("Anna", "agent@webcare"), await made.person("Petra", "press@webcare")
        drafts, approves = filled.person(made.anna.id, "Anna"), filled.person(press.id, "Petra", "press")
        approves, crisis = replace(approves, rights=with_roles(RIGHTS.rights)), made.crisis.id
        for language in ("nl", "en"):
            saw = (await now(made)).version
            await saying.draft(made.desk, drafts, crisis, language, "x", approves="press", saw=saw, at=NOW)
        saw = (await now(made)).version
        done = await saying.approve(made.desk, approves, crisis, "nl", 1, approves="press", saw=saw, at=NOW)
        assert isinstance(done, Done)
        yield made


async def offered(house, person):
    """The acts that its page has a button for."""
    _, text = await (await browser(house, person)).read("/crisis?number=1")
    return {value.partition(" ")[0] for value in re.findall(r'name="act" value="([^"]+)"', text)}


@pytest.mark.parametrize("who", LOOKS)
async def test_each_is_offered_what_they_may(house, who):
    held, may = LOOKS[who]
    person = await house.person("Karim", *held)
    assert await offered(house, person) == may


@pytest.mark.parametrize("who", LOOKS)
async def test_what_is_not_offered_is_refused_with_what_is_missing(house, who):
    held, may = LOOKS[who]
    person = await house.person("Karim", *held)
    for act in sorted((WORKS | LEADS | APPROVES) - may):
        fields = {"about": "", "text": "x", "level": 2, "to": house.anna.id, "draft": 1, "case": 1}
        named = {"done": "done verify", "skip": "skip verify", "draft": "draft en", "approve": "approve en"}
        kind, sentence = await told(house, person, await send(house, person, named.get(act, act), **fields))
        assert kind == "mistake"
        assert "it asks for the ri" in sentence or "it asks for the role" in sentence, (act, sentence)


async def test_who_has_it_keeps_it_unless_whoever_leads_there_takes_it(house):
    bert = await house.person("Bert", "agent@webcare")
    await send(house, house.anna, "take")
    assert "take" not in await offered(house, bert)
    kind, sentence = await told(house, bert, await send(house, bert, "take"))
    assert (kind, "it asks for the right “assign cases” (lead) in" in sentence) == ("mistake", True)
    assert "take" in await offered(house, await house.person("Lena", "lead@webcare"))
    assert await offered(house, house.anna) == (WORKS | LEADS) - {"acknowledge", "take"}


async def test_what_is_offered_to_somebody_is_theirs_alone_to_accept(house):
    bert = await house.person("Bert", "agent@webcare")
    await send(house, house.anna, "take")
    await send(house, house.anna, "hand_over", to=bert.id)
    assert "accept" in await offered(house, bert)
    assert "accept" not in await offered(house, house.anna)
    _, sentence = await told(house, house.anna, await send(house, house.anna, "accept"))
    assert "the lead was not offered to you" in sentence


async def test_after_its_end_whoever_leads_opens_it_again_and_all_may_note(house):
    lena = await house.person("Lena", "lead@webcare")
    await send(house, lena, "stand_down", text="over")
    assert (await offered(house, house.anna), await offered(house, lena)) == ({"note"}, {"note", "reopen"})
    _, sentence = await told(house, house.anna, await send(house, house.anna, "reopen", text="not over"))
    assert "the right “assign cases” (lead) in" in sentence
    assert "or is for whoever leads the crisis" in sentence


async def test_no_operator_is_offered_to_approve_and_what_one_drafted_has_to_be_drafted_again(house):
    client = house.browser()
    await client.get(one_time_url(house.app, ""))
    text = await (await client.get("/crisis?number=1")).text()
    assert ('value="apply"' in text, 'value="approve en"' in text) == (True, False)
    operator, saw = Who(session="at the terminal"), (await now(house)).version
    await saying.draft(house.desk, operator, house.crisis.id, "en", "y", approves="press", saw=saw, at=NOW)
    karim = await house.person("Karim", "press@webcare")
    _, text = await (await browser(house, karim)).read("/crisis?number=1")
    assert ("an operator drafted it" in text, 'value="approve en"' in text) == (True, False)
    _, sentence = await told(house, karim, await send(house, karim, "approve en", draft=2))
    assert "an operator drafted it, and nobody knows who that was" in sentence
    await send(house, house.anna, "draft en", text="y")
    assert "approve" in await offered(house, karim)
