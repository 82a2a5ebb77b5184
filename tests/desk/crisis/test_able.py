"""Who has to act in a crisis and cannot: by the table of rights, and by who holds what where."""

from desk.crisis.able import powerless, unheld
from desk.entry.rights import RIGHTS, Right, with_roles
from desk.store.roles import EVERYWHERE, Held
from tests.desk.crisis.book import PLAYBOOK


def held(**roles):
    return [Held(person=role, role=role, unit=unit) for role, unit in roles.items()]


def test_a_rung_that_may_not_work_on_cases_is_named_with_one_that_may():
    ((path, sentence),) = powerless(PLAYBOOK, RIGHTS)
    assert path == "ladders.up[2].to"
    assert sentence.endswith("or name another: valid are agent, lead")
    assert list(powerless(PLAYBOOK, with_roles({"duty_manager": [Right.CASES]}))) == []
    every = powerless(PLAYBOOK, {Right.CASES: frozenset()})
    assert all(sentence.endswith("or name another: there is none yet") for _, sentence in every)


def test_a_role_is_held_where_the_crisis_belongs_or_everywhere():
    assert list(unheld(PLAYBOOK, RIGHTS, held(agent="webcare", lead=EVERYWHERE, duty_manager="webcare"))) == []
    elsewhere = dict(unheld(PLAYBOOK, RIGHTS, held(agent="webcare", lead="press", duty_manager="webcare")))
    assert elsewhere == {
        "crisis.approves": 'nobody holds the role "lead" in webcare, which 4 places name; valid are agent',
    }
    nobody = dict(unheld(PLAYBOOK, RIGHTS, []))
    assert list(nobody) == ["crisis.approves", "crisis.steps.inform.owner", "ladders.up[2].to"]
    assert nobody["ladders.up[2].to"].endswith("; there is none yet")
