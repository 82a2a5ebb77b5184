"""A history under two rotas: late side by side, few people together, single people only where the playbook names their role."""

from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from core.document import Stored
from desk.triage.simulating import Tried, simulate
from playbook.organisation import Model
from playbook.rota import Shift
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, under
from tests.playbook.test_hours import at
from tests.playbook.test_simulate import HISTORY, RULES

PROMISED = Playbook.model_validate(
    RULES.model_dump(mode="json")
    | {
        "organisation": RULES.organisation.model_dump(mode="json")
        | {"units": {name: {**unit.model_dump(mode="json"), "hours": "always", "service": "promised"} for name, unit in RULES.organisation.units.items()}},
        "hours": {"always": {"zone": "UTC", "week": {"monday": ["00:00-24:00"]}}},
        "service": {"promised": {"serious": {"first_response": "1h", "resolution": "8h"}}},
    }
)  # fmt: skip
MONDAY = at("2026-03-02T10:00")


def seats(unit, several, starts=0):
    return [Shift(person=f"{unit} {one}", unit=unit, weekday=0, starts=starts, ends=1440) for one in range(several)]


TICKETS = seats("tickets", 5)


async def history():
    yield [Stored(enriched=replace(one, mention=replace(one.mention, created_at=MONDAY))) for one in HISTORY]


async def tried(**given):
    rules = {model.value: under(PROMISED, model) for model in (Model.CENTRALIZED, Model.DECENTRALIZED)}
    return await simulate(history(), Tried(rules=rules, zone=ZoneInfo("Europe/Amsterdam"), people={}, **given))


async def test_late_stands_by_model_and_rota():
    """Of six answers one is minor, of which nothing is promised."""
    rotas = {"now": TICKETS + seats("webcare", 6), "evening": TICKETS + seats("webcare", 6, starts=18 * 60)}
    found = await tried(rotas=rotas, an_hour=2)
    assert {(one.model, one.rota): sum(one.late.values()) for one in found.kept} == {
        ("centralized", "now"): 0,
        ("centralized", "evening"): 5,
        ("decentralized", "now"): 3,
        ("decentralized", "evening"): 3,
    }
    assert found.units["centralized"] == {"webcare": 6}
    assert found.units["decentralized"] == {TOGETHER: 5}
    assert [
        found.hours[model][unit][10] for model, unit in (("centralized", "webcare"), ("decentralized", TOGETHER))
    ] == [6, 5]
    assert found.unowned["decentralized"] == 1


async def test_a_unit_is_told_apart_only_where_each_rota_has_people_enough():
    found = await tried(rotas={"now": TICKETS + seats("webcare", 6), "less": TICKETS + seats("webcare", 4)}, an_hour=2)
    assert found.units["centralized"] == {TOGETHER: 6}


@pytest.mark.parametrize("shown", [frozenset(), frozenset(["webcare 0"])])
async def test_nobody_is_told_apart_who_may_not_be(shown):
    found = await tried(rotas={"now": seats("webcare", 6)}, an_hour=2, shown=shown)
    assert {person for one in found.kept for person in one.persons} == shown
