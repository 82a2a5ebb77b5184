"""The inbox and the page of a case in a real browser: keys, forms, undo, and what colleagues do while somebody looks."""

import re
from urllib.parse import urlencode

import pytest

from core.types import Deletion, Scope
from desk.cases import acts
from desk.cases.acting import LATELY
from desk.entry.who import Held, Who
from desk.store import cases
from desk.store.cases import Happened, State
from tests.desk import cases_filled as filled
from tests.desk.axe import unclean
from tests.desk.cases_rules import RULES
from tests.desk.conftest import PATIENCE, Visitor
from tests.desk.corpus import NOW, XSS
from tests.desk.serving import serving

PAGES = ("/cases", "/cases?show=closed", "/cases?show=soon", "/case?number=1", "/case?number=4")


@pytest.fixture
def guest(chromium, tmp_path):
    """The operator, at a desk with five cases, an agent and a lead."""
    with serving(tmp_path / "archive.db", filled.messages(), rules=RULES) as served:
        one = Visitor(chromium, served)
        one.anna, one.bert = served.do(filled.staff(served.desk))
        one.cases = served.do(filled.fill(served.desk))
        yield one
        one.close()


def anna(guest):
    """Anna, as an agent of every unit."""
    return Who(person=guest.anna, name="Anna de Vries", roles=frozenset({Held("agent")}))


def now(guest, name):
    """The case of that author as it is."""
    return guest.served.do(cases.get(guest.served.desk, guest.cases[name].id))


def claimed(guest, name):
    """Anna claims it."""
    case = now(guest, name)
    return guest.served.do(acts.claim(guest.served.desk, anna(guest), case.id, saw=case.version, at=NOW))


def standing_at(page, number):
    return page.locator(f".entry[data-number='{number}']")


def test_what_is_due_first_stands_first_and_says_so_in_words_and_signs(guest):
    page = guest.enter("/cases")
    assert page.locator(".entry .author").all_inner_texts() == ["Sanne", "Jeroen", "Kim", "Olaf", "Fatima"]
    told = page.locator(".entry .due").all_inner_texts()
    assert (told[0].split("\n"), told[1][0], told[2][0]) == (["!", "12 min overdue"], "◔", "○")
    assert page.locator(".sentence").inner_text() == "5 cases wait for you; 1 is overdue; 1 is due soon."
    assert page.locator(".rail .waiting").inner_text() == "5"
    assert guest.wrong == []


def test_the_time_that_is_left_passes(guest):
    page = guest.enter("/cases", language="nl")
    left = page.locator(".entry[data-number='2'] .due")
    assert left.get_attribute("data-standing") == "due_soon"
    page.wait_for_selector(
        ".entry[data-number='2'] .due:has-text('antwoord binnen 2 min')"
    )  # of the three that it began with


def test_each_list_holds_what_it_says(guest):
    desk, later = guest.served.desk, NOW + filled.MINUTE
    kim, olaf = (now(guest, name) for name in ("kim", "olaf"))
    guest.served.do(acts.snooze(desk, anna(guest), kim.id, later, saw=kim.version, at=NOW))
    guest.served.do(acts.close(desk, anna(guest), olaf.id, acts.Reason.SOLVED, saw=olaf.version, at=NOW))
    claimed(guest, "fatima")
    page = guest.enter("/cases")
    listed = {}
    for name in ("waiting", "mine", "unclaimed", "soon", "overdue", "open", "snoozed", "closed"):
        page.goto(f"{guest.served.url}/cases?show={name}")
        listed[name] = page.locator(".entry .author").all_inner_texts()
    assert listed == {
        "waiting": ["Sanne", "Jeroen"], "mine": [], "unclaimed": ["Sanne", "Jeroen"], "soon": ["Jeroen"],
        "overdue": ["Sanne"], "open": ["Sanne", "Jeroen", "Fatima"], "snoozed": ["Kim"], "closed": ["Olaf"],
    }  # fmt: skip


def test_a_key_claims_the_case_at_hand_and_undo_gives_it_back(guest):
    page = guest.enter("/cases")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("[data-told]:has-text('Case 1 is yours.')")
    page.wait_for_selector(".entry.at .holder.mine")
    assert now(guest, "sanne").assignee.startswith("desk:")
    page.click("[data-told] button")
    page.wait_for_selector(".entry.at .holder.nobody")
    assert now(guest, "sanne").assignee is None
    assert guest.wrong == []


def test_what_a_colleague_claims_shows_at_once_where_it_stands(guest):
    page = guest.enter("/cases")
    page.keyboard.press("j")
    page.keyboard.press("x")
    claimed(guest, "sanne")
    page.wait_for_selector(".entry.at.taken:has-text('Anna de Vries')")
    assert page.locator(".entry .author").first.inner_text() == "Sanne"
    assert page.locator(".entry.at .choose").is_checked()
    page.wait_for_selector(".rail .waiting:has-text('4')")


def test_whoever_comes_too_late_is_told_who_was_first(guest):
    page = guest.enter()
    page.route("**/live?cases=*", lambda route: route.abort())  # a page that has not heard yet
    page.goto(f"{guest.served.url}/cases")
    claimed(guest, "sanne")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("[data-told].mistake")
    assert "Anna de Vries claimed it." in page.locator("[data-told]").inner_text()
    assert now(guest, "sanne").assignee == guest.anna
    assert standing_at(page, 1).locator(".holder").inner_text().endswith("Anna de Vries")


def test_new_cases_wait_until_they_are_asked_for_and_then_stand_in_their_place(guest):
    page = guest.enter("/cases")
    guest.served.do(filled.opened(guest.served.desk, "fatima", 30, number=2))
    page.wait_for_selector("[data-pill]:not([hidden])")
    assert page.locator("[data-pill]").inner_text() == "1 new"
    assert page.locator(".entry").count() == 5
    page.click("[data-pill]")
    assert [one.get_attribute("data-number") for one in page.locator(".entry").all()] == ["1", "2", "6", "3", "4", "5"]
    assert page.locator("[data-pill]").is_hidden()


def test_notes_snoozing_closing_and_giving_on_are_asked_by_keys(guest):
    page = guest.enter("/cases")
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.fill("#ask-text", f"Belt terug {XSS}")
    page.click("#ask-note button[value=note]")
    page.wait_for_selector("[data-told]:has-text('note')")
    page.keyboard.press("s")
    page.click("#ask-snooze button[value=snooze]")
    page.wait_for_selector(".entry.at:has-text('snoozed until')")
    assert now(guest, "sanne").state is State.SNOOZED
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.select_option("#ask-reason", "duplicate")
    page.click("#ask-close button[value=close]")
    page.wait_for_selector("[data-told]:has-text('Case 2 is closed')")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.select_option("#ask-to", f"person:{guest.anna}")
    page.click("#ask-assign button[value=assign]")
    page.wait_for_selector(".entry.at .holder:has-text('Anna de Vries')")
    assert (now(guest, "jeroen").reason, now(guest, "kim").assignee) == ("duplicate", guest.anna)
    assert guest.wrong == []


def test_what_was_settled_elsewhere_is_closed_by_one_key(guest):
    page = guest.enter("/cases")
    page.keyboard.press("j")
    page.keyboard.press("h")
    page.wait_for_selector("[data-told]:has-text('handled elsewhere')")
    assert now(guest, "sanne").reason == "handled_elsewhere"


def test_opening_at_the_source_lets_colleagues_know(guest):
    page = guest.enter("/cases")
    page.context.route("https://bluesky.example/**", lambda route: route.fulfill(body="there"))
    page.keyboard.press("j")
    with page.expect_popup(), page.expect_response("**/cases"):
        page.keyboard.press("o")
    kinds = [event.kind for event in guest.served.do(cases.events(guest.served.desk, guest.cases["sanne"].id))]
    assert kinds[-1] is Happened.ANSWERING


def test_several_are_closed_at_once_and_all_come_back(guest):
    page = guest.enter("/cases")
    for place in (0, 1, 2):
        page.locator(".choose").nth(place).check()
    page.click(".tools button[value=close]")
    page.wait_for_selector("[data-told]:has-text('3 cases')")
    assert {now(guest, name).state for name in ("sanne", "jeroen", "kim")} == {State.CLOSED}
    page.click("[data-told] button")
    page.wait_for_selector("[data-told]:has-text('Reopen')")
    assert {now(guest, name).state for name in ("sanne", "jeroen", "kim")} == {State.OPEN}


def test_everything_works_without_scripts(guest, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{guest.served.link()}&{urlencode({'to': '/cases'})}")
    page.goto(f"{guest.served.url}/cases")
    with page.expect_navigation():
        standing_at(page, 1).get_by_role("button", name="Claim").click()
    assert "Case 1 is yours." in page.locator("[data-told]").inner_text()
    with page.expect_navigation():
        standing_at(page, 1).get_by_role("link", name="Note").click()
    page.fill("#text", "Gebeld")
    with page.expect_navigation():
        page.click("button[value=note]")
    assert page.locator(".timeline blockquote").inner_text() == "Gebeld"
    with page.expect_navigation():
        page.click("button[value=close]")
    assert "Case 1 is closed." in page.locator("[data-told]").inner_text()
    with page.expect_navigation():
        page.locator("[data-told]").get_by_role("button", name="Undo").click()
    assert now(guest, "sanne").state is State.OPEN


def test_the_conversation_stands_as_it_is_archived(guest):
    page = guest.enter("/case?number=1")
    said = page.locator(".said").all_inner_texts()
    assert "40 minuten op Utrecht" in said[0]
    assert "own account" in said[1]
    assert "edited 17:12" in said[2]
    assert "not archived any more" in said[3]
    target = Deletion(target="bluesky:case-sanne-1", scope=Scope.MENTION, at=NOW, reason="deleted")
    guest.served.do(guest.served.archive.write([target]))
    page.reload()
    assert "Utrecht" not in page.locator(".thread").inner_text()


def test_a_case_tells_why_it_came_until_when_and_what_happened(guest):
    page = guest.enter("/case?number=1", language="nl")
    page.click(".triaged summary")
    assert "Is een klant ontevreden? ja" in page.locator(".way").inner_text()
    assert "wo 25 mrt" in page.locator("section:has(#deadlines-title)").inner_text()
    assert page.locator(".timeline li").count() == 4
    assert "Dit is de eerste." in page.locator("section:has(#author-title)").inner_text()


def test_another_unit_with_the_same_author_is_told_of_in_both_places(guest):
    guest.served.do(filled.opened(guest.served.desk, "sanne", 90, unit="digital", number=2))
    page = guest.enter("/cases")
    assert "Digital also has a case of this author" in standing_at(page, 1).inner_text()
    page.goto(f"{guest.served.url}/case?number=1")
    assert "case 6, Digital" in page.locator(".mistake:visible").inner_text()
    page.keyboard.press("c")
    page.wait_for_selector("[data-told].mistake:has-text('case 6 of Digital')")


def test_who_comes_after_a_colleague_went_to_answer_is_told_on_the_line_the_page_and_by_the_act(guest):
    desk, sanne = guest.served.desk, now(guest, "sanne")
    guest.served.do(acts.answering(desk, anna(guest), sanne.id, at=NOW - filled.MINUTE))
    page = guest.enter("/cases")
    assert "Anna de Vries went to the source to answer at" in standing_at(page, 1).inner_text()
    assert "went to the source" not in standing_at(page, 2).inner_text()
    page.goto(f"{guest.served.url}/case?number=1")
    assert "Anna de Vries went to the source to answer at" in page.locator(".mistake:visible").inner_text()
    page.keyboard.press("c")
    page.wait_for_selector("[data-told].mistake:has-text('Careful: Anna de Vries went to the source to answer case 1')")
    guest.served.do(acts.answering(desk, anna(guest), now(guest, "kim").id, at=NOW - LATELY))
    page.goto(f"{guest.served.url}/case?number=3")
    assert page.locator(".mistake:visible").count() == 0


def test_an_address_warns_of_open_cases_of_the_same_author_alone(guest):
    desk = guest.served.desk
    for number in (2, 3):
        guest.served.do(filled.opened(desk, "sanne", 90, unit="digital", number=number))
    guest.served.do(
        filled.did(desk, guest.served.do(cases.get(desk, 7)), Happened.CLOSED, by="ruth", state=State.CLOSED)
    )
    page = guest.enter("/cases")
    page.goto(f"{guest.served.url}/cases?did=claim&cases=1.2&warned=1,2,6,7")  # her own, another author's, hers, closed
    assert re.findall(r"case (\d+) of", page.locator("[data-told]").inner_text()) == ["6"]


@pytest.mark.parametrize("number", ["9" * 30, "9" * 1500, "-1", "1.5", "x", ""])
def test_a_number_that_no_case_has_is_told_and_breaks_nothing(guest, number):
    page = guest.enter("/cases")
    page.context.set_extra_http_headers({"Accept-Language": "en", "Origin": guest.served.url})
    missing = page.request.get(f"{guest.served.url}/case?number={number}")
    assert (missing.status, "There is nothing here" in missing.text()) == (404, True)
    told = f"did=claim&cases={number}.{number}&late={number}.gone&warned={number}"
    assert page.request.get(f"{guest.served.url}/cases?{told}").status == 200
    csrf = page.locator("[name=csrf]").first.get_attribute("value")
    for case in (f"{number} 1", f"1 {number}"):
        form = {"csrf": csrf, "act": "claim", "case": case}
        refused = page.request.post(f"{guest.served.url}/cases", form=form)
        assert (refused.status, "no case was chosen" in refused.text()) == (400, True)
    assert now(guest, "sanne").assignee is None


def test_a_case_that_changes_while_it_is_read_says_who_has_it(guest):
    page = guest.enter("/case?number=1")
    claimed(guest, "sanne")
    page.wait_for_selector("[data-changed]:has-text('Anna de Vries')")
    assert page.locator(".standing .holder").inner_text().endswith("Anna de Vries")


def test_keys_work_on_the_page_of_a_case_too(guest):
    page = guest.enter("/case?number=2")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert "Case 2 is yours." in page.locator("[data-told]").inner_text()


def test_overview_and_message_lead_to_cases(guest):
    page = guest.enter("/")
    assert page.locator(".cases-line").inner_text() == "5 cases wait for you\n1 is overdue"
    page.goto(f"{guest.served.url}/mention?id=bluesky%3Acase-jeroen-1")
    page.get_by_role("link", name="Case 2").click()
    page.wait_for_url("**/case?number=2")


def test_text_from_outside_stays_text(guest):
    page = guest.enter("/cases")
    for path in (*PAGES, "/case?number=5"):
        page.goto(guest.served.url + path)
        assert "broken" not in page.title()
        assert page.locator("main img, main script:not([type='application/json'])").count() == 0
    assert guest.wrong == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_clean_for_axe_and_nothing_hangs_over_the_edge(guest, language):
    page = guest.enter("/cases", language=language, width=390, bypass=True)
    assert unclean(guest, page, PAGES) == dict.fromkeys(PAGES, (0, []))


def test_the_list_of_keys_names_those_that_a_case_has(guest):
    page = guest.enter("/cases")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    listed = set(re.findall(r"\S", "".join(page.locator("#keys kbd").all_inner_texts())))
    assert {one.get_attribute("data-key") for one in page.locator(".entry [data-key]").all()} <= listed
