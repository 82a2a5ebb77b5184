"""`klankbord maturity`, and that a running klankbord keeps how it was."""

import pytest

from desk.store import maturity
from tests.klankbord.program import Program, command, until


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def test_levels_are_shown_with_their_questions_and_the_next_step(program):
    shown = program.command("maturity").stdout
    assert "1 Foundation: does not hold, 0 of 6" in shown
    assert (
        "    unknown Does each own account have an owner and a second one? No official account is in the inventory yet."
        in shown
    )
    assert "    unknown Does what is said flow into the systems that people work with?" in shown
    assert "score 0.0 of 5\nnext, for the role lead: Write goals in the playbook" in shown


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("json", b"{")])
def test_one_page_for_management_is_written_to_a_file(program, tmp_path, form, begins):
    out = tmp_path / "page"
    told = program.command("maturity report", "--format", form, "--language", "nl", "--out", str(out)).stdout
    assert told.strip() == f"maturity in {out}"
    assert out.read_bytes().startswith(begins)
    assert out.stat().st_mode & 0o077 == 0


def test_the_configuration_may_be_named_before_the_command_too(program, tmp_path):
    out = tmp_path / "page"
    told = command("maturity", "-c", str(program.config), "report", "--format", "json", "--out", str(out))
    assert told.exit_code == 0
    assert '"language": "nl"' in out.read_text()


def test_a_file_that_cannot_be_written_is_a_sentence(program, tmp_path):
    told = program.command("maturity report", "--out", str(tmp_path / "nowhere" / "page.pdf"))
    assert told.exit_code != 0
    assert "page.pdf cannot be written: No such file or directory" in told.output


def test_a_running_klankbord_keeps_how_it_is(program):
    with program.running():
        (day,) = until(lambda: program.ask(lambda stores: maturity.history(stores.desk)))
    assert day.score == 0.0
