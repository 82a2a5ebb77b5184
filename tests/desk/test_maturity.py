"""The page of maturity in a real browser: a pyramid from below, evidence, the next step, and how it was."""

from datetime import timedelta

import pytest

from desk.store import maturity
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
    assert [kind for kind, _ in drawn] == ["unmet", "unmet", "unknown", "unmet", "unknown"]
    heights = [height for _, height in drawn]
    assert heights == sorted(heights, reverse=True)
    assert page.locator("#level-formation .verdict.unknown").count() == 2


def test_the_next_step_has_an_owner_and_leads_to_its_evidence(reader):
    page = reader.enter("/maturity")
    assert (
        "Next: Write goals in the playbook, and give each owner's role to somebody."
        in page.locator(".sentence").inner_text()
    )
    assert "By lead (Anna de Vries)" in page.locator("section.state").inner_text()
    page.locator("section.state a").click()
    page.wait_for_url("**/goals")


def test_what_changed_stands_with_its_day(reader):
    page = reader.enter("/maturity", language="nl")
    first = page.locator("section[aria-labelledby=history-title] li").first.inner_text()
    assert "21 mrt 2026" in first
    assert "✓ Heeft elk doel een eigenaar?" in first


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = reader.enter("/maturity", language=language, width=width, bypass=True)
    assert overhang(page) == 0
    assert faults(page) == []
    assert reader.wrong == []
