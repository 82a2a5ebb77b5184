"""Goals over the API: the figures of the page, and nothing of what is not known."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from desk.web.kept import Written
from playbook.sections import Playbook
from tests.desk.api.asking import NOW, Client, closed, counted, parts
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk

GOAL = {"says": {"nl": "Snel"}, "owner": "lead", "measure": "share", "query": "sentiment:negative",
        "among": "topic:delivery", "period": "week", "at_most": 80}  # fmt: skip


@pytest.fixture
async def client(tmp_path):
    rules = Written(playbook=Playbook.model_validate({"goals": {"fast": GOAL}}))
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, [*counted(), closed(90, NOW)])
        shown = replace(kept(desk), rules=rules)
        made = application(archive, now=lambda: NOW, api=parts(admits_closed=True), kept=shown)
        async with Client(TestServer(made)) as one:
            yield one


async def test_the_last_weeks_are_told_with_their_evidence(client):
    (goal,) = (await client.told("/goals", secret="figures"))["goals"]
    running, before = goal["periods"][-1], goal["periods"][-2]
    assert (running["mentions"], running["among"], running["verdict"], running["lacks"]) == (4, 6, "open", "running")
    assert (before["mentions"], before["among"], before["value"], before["verdict"]) == (3, 3, 100.0, "missed")
    assert "q=%28topic%3Adelivery%29+%28sentiment%3Anegative%29" in before["page"]
    assert (goal["owner"], goal["at_most"], goal["says"]) == ("lead", 80, {"nl": "Snel"})


async def test_what_nobody_collected_is_null(client):
    (goal,) = (await client.told("/goals", secret="figures"))["goals"]
    first = goal["periods"][0]
    assert [first[name] for name in ("value", "mentions", "among", "verdict", "lacks")] == [
        None,
        None,
        None,
        "unknown",
        "uncollected",
    ]


async def test_maturity_is_told_with_evidence_and_a_next_step(client):
    told = await client.told("/maturity", secret="figures")
    foundation = told["levels"][0]
    assert (foundation["holds"], foundation["answer"]) == (False, "unmet")
    measured = next(one for one in foundation["needs"] if one["need"] == "goals_measured")
    assert (measured["answer"], measured["some"], measured["all"]) == ("met", 1, 1)
    assert measured["page"].endswith("/goals")
    assert [(level["met"], level["unknown"]) for level in told["levels"]] == [(1, 2), (0, 4), (0, 2), (0, 4), (1, 3)]
    flowing = next(one for one in told["levels"][4]["needs"] if one["need"] == "flowing")
    assert (flowing["answer"], flowing["some"], flowing["counts"], flowing["at_least"]) == (
        "unknown",
        None,
        "number",
        1,
    )
    assert (told["next"]["need"], told["next"]["owner"]) == ("goals_owned", "lead")


async def test_the_report_is_told_in_words_and_names_nobody(client):
    told = await client.told("/maturity/report", secret="figures", written_in="nl")
    assert told["says"] == "Nog geen niveau staat: van Basis is 1 van 6 op orde."
    assert [level["state"] for level in told["levels"]] == ["climbs", "locked", "locked", "locked", "locked"]
    assert (told["next"]["role"], told["next"]["names"], told["moved"]) == ("teamleider", [], None)
    (goal,) = told["goals"]
    assert (goal["says"], goal["value"], goal["verdict"]) == ("Snel", 100.0, "missed")


async def test_departments_are_told_side_by_side(client):
    told = await client.told("/maturity/departments", secret="figures")
    assert (told["smallest"], told["departments"]) == (5, [])
    await client.told("/maturity/departments", secret="figures", status=400, written_in="fr")
