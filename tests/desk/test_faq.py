"""What people ask most, in a real browser and as files."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.desk.axe import faults, overhang
from tests.desk.cases.book import NOW
from tests.desk.conftest import Visitor
from tests.desk.faq.asking import WHOLE, answer, collected, frequently, money, others
from tests.desk.serving import serving


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    first, *rest = money()
    said = [first, *rest, *others(), answer(first), WHOLE]

    def keeping(kept, archive):
        return replace(kept, faq=frequently(kept.database, archive))

    folder = tmp_path_factory.mktemp("faq")
    with serving(folder / "archive.db", said, now=lambda: NOW, keeping=keeping) as one:
        yield one


@pytest.fixture
def station(served, chromium):
    one = Visitor(chromium, served)
    yield one
    one.close()


def test_the_overview_leads_to_it_and_it_tells_one_question_once(station):
    page = station.enter("/")
    page.get_by_role("link", name="Frequently asked questions").click()
    entry = page.locator("ol.asked > li")
    expect(entry).to_have_count(1)
    expect(entry.get_by_role("heading")).to_have_text("Hoe krijg ik mijn geld terug?")
    expect(entry).to_contain_text("Asked 4 times, by 4 people")
    expect(entry).to_contain_text("1 answered")
    expect(entry).to_contain_text("Vraag het terug in de app.")
    expect(entry).to_contain_text("No best practice answers it yet")
    entry.locator("summary").click()
    expect(entry.locator("ol.entries > li")).to_have_count(4)


@pytest.mark.parametrize(("form", "begins"), [("CSV", "\ufeffplace,question"), ("Markdown", "# Frequently asked")])
def test_it_is_taken_along_as_a_file(station, form, begins):
    page = station.enter("/faq")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=form).click()
    text = waiting.value.path().read_text(encoding="utf-8")
    assert text.startswith(begins)
    assert "geld terug" in text
    assert "sanne" not in text


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_clean_for_everybody(station, language, width):
    page = station.enter("/faq", language=language, width=width, bypass=True)
    assert (faults(page), overhang(page), station.wrong) == ([], 0, [])


def test_a_view_of_one_author_is_refused_with_a_sentence(station):
    page = station.enter("/")
    answered = page.goto(f"{station.served.url}/faq?q=author:anna")
    assert answered.status == 400
    expect(page.locator("main")).to_contain_text("author")


def test_where_a_source_was_away_it_says_so_and_tells_no_zero(tmp_path, chromium):
    def keeping(kept, archive):
        return replace(kept, faq=frequently(kept.database, archive))

    with serving(tmp_path / "archive.db", [collected(NOW, NOW)], now=lambda: NOW, keeping=keeping) as one:
        visitor = Visitor(chromium, one)
        page = visitor.enter("/faq")
        expect(page.locator("main")).to_contain_text("How many questions there were is not known")
        expect(page.locator("main")).to_contain_text("Not everything of this stretch was collected")
        visitor.close()
