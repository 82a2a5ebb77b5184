"""`klankbord maturity`, and that a running klankbord keeps how it was."""

import pytest

from desk.store import maturity
from tests.klankbord.program import Program, until


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def test_levels_are_shown_with_their_questions_and_the_next_step(program):
    shown = program.command("maturity").stdout
    assert "1 Foundation: does not hold, 0 of 6" in shown
    assert "    unknown Does each own account have an owner and a second one?" in shown
    assert "3 Formation: unknown, 0 of 2" in shown
    assert "score 0.0 of 5\nnext, for the role lead: Write goals in the playbook" in shown


def test_a_running_klankbord_keeps_how_it_is(program):
    with program.running():
        (day,) = until(lambda: program.ask(lambda stores: maturity.history(stores.desk)))
    assert day.score == 0.0
