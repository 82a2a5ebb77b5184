"""A message's page says in words what triage made of it, and a person confirms it or says another outcome, and takes that back."""

import pytest

from tests.desk.axe import faults, overhang
from tests.desk.serving import serving
from tests.desk.triaged import RULES, talk

RUMOUR, CLAIM = "/mention?id=bluesky:rumour", "/mention?id=bluesky:claim"


@pytest.fixture
def house(tmp_path):
    with serving(tmp_path / "archive.db", talk(), rules=RULES) as served:
        yield served


def card(page):
    return page.locator(".triaged").inner_text()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Is it about liability, a claim or a court?", 'yes, because of "advocaat"', "severity: serious", "Web care")),
        ("nl", ("Gaat het over aansprakelijkheid, een claim of de rechter?", 'ja, want "advocaat"', "ernst: ernstig", "Webcare")),
    ],
)  # fmt: skip
def test_the_way_the_outcome_and_the_owner_stand_in_words(reader, language, said):
    page = reader.enter(CLAIM, language=language)
    assert [words for words in said if words not in card(page)] == []


def test_doubtful_facts_wait_until_a_person_confirms_them(reader, house):
    page = reader.enter(RUMOUR)
    assert "Waits for a person" in card(page)
    page.click("text=Confirm this outcome")
    page.wait_for_url("**done=1**")
    assert "Waits for a person" not in card(page)
    assert "Confirmed" in card(page)
    page.click("text=Undo")
    page.wait_for_url("**done=undone**")
    assert "Waits for a person" in card(page)


def test_another_outcome_counts_and_stands_beside_triages_own(reader, house):
    page = reader.enter(CLAIM)
    page.select_option("#another", "restore")
    page.click("text=Say so")
    page.wait_for_url("**done=1**")
    assert "Somebody said instead" in card(page)
    page.goto(f"{house.url}/search?q=outcome:restore+checked:otherwise")
    assert page.locator(".results h2").inner_text().startswith("1 message")


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_and_nothing_hangs_over(reader, width):
    page = reader.enter(RUMOUR, width=width, language="nl", bypass=True)
    assert overhang(page) == 0
    assert faults(page) == []
    assert page.locator(".triaged b").count() == 0
