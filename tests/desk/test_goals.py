"""The page of goals in a real browser: figures with their evidence, owners, and what is not known."""

import pytest

from tests.desk.axe import faults, overhang
from tests.desk.foundation.organised import RULES, lead
from tests.desk.serving import everything, serving
from tests.desk.test_customers import digits


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("goals") / "archive.db", everything(), rules=RULES) as served:
        served.do(lead(served.desk))
        yield served


def test_each_goal_stands_with_its_figure_owner_and_target(reader):
    page = reader.enter("/goals")
    complaints, heard = page.locator(".goal").all_inner_texts()
    assert ("unknown" in complaints, "A source could not give all of it." in complaints) == (True, True)
    assert "at most 30\u202f%" in complaints
    assert "lead (Anna de Vries)" in complaints
    assert "Heard <b>daily</b>" in heard
    assert "nobody holds this role" in heard


def test_a_figure_opens_as_many_messages_as_it_says(reader):
    page = reader.enter("/goals")
    page.locator(".goal details summary").last.click()
    row = page.locator(".goal").last.locator("tbody tr").nth(1)
    said = digits(row.locator("a").first.inner_text())
    row.locator("a").first.click()
    page.wait_for_url("**/search**")
    assert digits(page.locator(".results h2").inner_text()) == said > 20


def test_periods_with_a_gap_are_unknown_and_none_is_zero(reader):
    page = reader.enter("/goals")
    page.locator(".goal details summary").first.click()
    rows = page.locator(".goal").first.locator("tbody tr").all_inner_texts()
    assert sum("A source could not give all of it." in row for row in rows) >= 1
    before = [row for row in rows if "\tnot collected\t" in row]
    assert len(before) == 7  # of twelve weeks the archive knows five
    assert all("\t–\t" in row and "unknown" in row for row in before)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = reader.enter("/goals", language=language, width=width, bypass=True)
    assert overhang(page) == 0
    assert faults(page) == []
    assert reader.wrong == []


def test_without_goals_it_says_how_to_make_one(visitor):
    page = visitor.enter("/goals", language="nl")
    assert "Er zijn nog geen doelen" in page.locator("main").inner_text()
