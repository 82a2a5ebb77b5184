"""The page of maturity in a real browser: a pyramid from below, evidence, the next step, and how it was."""

from datetime import timedelta
from pathlib import Path

import pytest

from desk.store import audit, maturity
from playbook.maturity import Answer, Evidence, assess
from tests.desk.axe import faults, overhang
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import RULES, full
from tests.desk.serving import everything, serving


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("maturity") / "archive.db", everything()[-50:], rules=RULES) as served:
        served.do(full(served.desk))
        for days, evidence in ((9, {}), (3, {"goals_owned": Evidence(answer=Answer.MET)})):
            at = NOW - timedelta(days=days)
            served.do(maturity.keep(served.desk, assess(evidence), at.date(), at))
        yield served


@pytest.fixture
def reader(chromium, house):
    one = Visitor(chromium, house)
    yield one
    one.close()


def test_levels_stand_on_one_another_and_nothing_without_evidence_is_green(reader):
    page = reader.enter("/maturity")
    drawn = page.locator(".pyramid g").evaluate_all("all => all.map(one => [one.className.baseVal, one.getBBox().y])")
    assert [kind for kind, _ in drawn] == ["climbs", "locked", "locked", "locked", "locked"]
    heights = [height for _, height in drawn]
    assert heights == sorted(heights, reverse=True)
    assert page.locator(".pyramid .holds").count() == 0
    assert page.locator("#level-formation .verdict.unknown").count() == 2
    assert "What is missing: There are no units yet." in page.locator("#level-formation").inner_text()


def test_each_layer_says_beside_it_what_it_waits_for(reader):
    page = reader.enter("/maturity")
    rows = page.locator(".layered tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows][::4] == ["5 Enlightenment", "1 Foundation"]
    assert "counts only once Foundation holds" in rows[0]
    assert "is being worked on" in rows[-1]
    assert "counts only once Foundation holds" in page.locator(".pyramid").get_attribute("aria-label")


def test_the_next_step_has_an_owner_and_leads_to_its_evidence(reader):
    page = reader.enter("/maturity")
    assert (
        "Next: Write goals in the playbook, and give each owner's role to somebody."
        in page.locator(".sentence").inner_text()
    )
    assert "By lead (Anna de Vries)" in page.locator("section.state").inner_text()
    page.locator("section.state a").click()
    page.wait_for_url("**/goals")


def test_why_it_moved_stands_with_the_day_it_is_compared_with(reader):
    page = reader.enter("/maturity", language="nl")
    told = page.locator("#moved").inner_text()
    assert "Sinds 15 mrt 2026 is de score gelijk." in told
    assert "Is van elke bron bekend wat er het laatste uur gezegd is?" in told
    assert "5 Verweven: telt pas mee zodra de niveaus eronder staan" in told


def test_how_each_level_was_stands_in_a_table_too(reader):
    page = reader.enter("/maturity")
    page.locator(".courses + details summary").click()
    row = page.locator(".courses + details tbody tr").first.inner_text()
    assert "0 % on 15 Mar 2026; 17 % on 21 Mar 2026; 0 % on" in row.replace("\u202f", " ")
    assert page.locator(".courses svg").count() == 5


def test_departments_stand_side_by_side_without_anybodys_name(reader):
    page = reader.enter("/maturity")
    rows = page.locator("#departments tbody tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in rows] == [["Service", "5"], ["Small departments together", "7"]]
    assert "Person" not in page.locator("#departments").inner_text()


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("json", b"{")])
def test_the_page_for_management_is_a_file_in_the_language_of_the_page(reader, form, begins):
    page = reader.enter("/maturity", language="nl")
    with page.expect_download() as waited:
        page.locator(f".files a[href*='.{form}']").click()
    file = waited.value
    assert file.suggested_filename == f"klankbord-maturity-{NOW:%Y-%m-%d}-nl.{form}"
    assert Path(file.path()).read_bytes().startswith(begins)
    made = reader.served.do(audit.latest(reader.served.desk, subject=f"maturity {form}"))
    assert [one.did for one in made] == ["made"]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = reader.enter("/maturity", language=language, width=width, bypass=True)
    assert overhang(page) == 0
    assert faults(page) == []
    assert reader.wrong == []
