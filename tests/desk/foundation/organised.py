"""A playbook of an organisation, whose goals the invented talk of a month reaches or not, and the staff behind it."""

from datetime import timedelta

from desk.store import people, roles
from desk.store.people import Details
from playbook.sections import Playbook
from tests.desk.corpus import NOW

AGO = NOW - timedelta(days=40)

RULES = Playbook.model_validate(
    {
        "roles": {"duty_manager": {"name": {"nl": "manager van dienst", "en": "duty manager"}}},
        "goals": {
            "complaints": {
                "says": {"nl": "Minder klachten", "en": "Fewer complaints"},
                "owner": "lead",
                "measure": "share",
                "query": "intent:complaint",
                "among": "noorderlijn*",
                "period": "week",
                "at_most": 30,
            },
            "heard": {"says": "Heard <b>daily</b>", "owner": "duty_manager", "measure": "mentions", "query": "noorderlijn*",
                      "period": "day", "at_least": 20},
        },
    }
)  # fmt: skip


async def lead(desk):
    """Anna, who holds the role lead; her id."""
    anna = await people.add(desk, Details(name="Anna de Vries", email="anna@noorderlijn.example"), by="ruth", at=AGO)
    await roles.give(desk, anna.id, "lead", by="ruth", at=AGO)
    return anna.id
