"""Customers in a real browser: found, shown, joined, merged, and each act taken back."""

import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import expect

from core.document import Filter
from core.types import Author, Enriched, Mention
from desk.customers import timeline as timelines
from desk.store import audit, identities
from tests.desk import corpus, people
from tests.desk.axe import faults, overhang
from tests.desk.cases.book import hear, heard
from tests.desk.conftest import Visitor
from tests.desk.keys import go
from tests.desk.serving import everything, serving

PAGES = ("/customers", "/customers?q=sanne", "/customers?author=bluesky:kim", "/customers?author=rss:kim",
         "/customers?merge={jeroen}", "/customer?id={sanne}", "/customer?id={sanne}&kind=account", "/customer?id={nobody}")  # fmt: skip


def _served(folder):
    """The whole month, so that the figures are those of many weeks, with the customers beside it."""
    return serving(folder / "archive.db", everything())


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Read by many tests."""
    with _served(tmp_path_factory.mktemp("town")) as served:
        served.people = served.do(people.fill(served.desk))
        yield served


@pytest.fixture
def reader(chromium, town):
    one = Visitor(chromium, town)
    yield one
    one.close()


@pytest.fixture
def writer(guest):
    """A page of the test's own, to do things on."""
    guest.served.people = guest.served.do(people.fill(guest.served.desk))
    return guest


def at(served, path):
    sanne, jeroen, nobody = served.people
    return path.format(sanne=sanne, jeroen=jeroen, nobody=nobody)


def said_by(served, *authors):
    """How many mentions of these accounts are archived, counted one by one."""

    async def counted():
        return sum([sum(one.enriched.mention.author.id in authors for one in some)
                    async for some in served.archive.scan(Filter())])  # fmt: skip

    return served.do(counted())


def digits(text):
    return int(re.sub(r"\D", "", re.search(r"\d[\d.,]*", text).group()))


def sure(page, act, place=0):
    """Press that act's button, and say yes to what is asked back."""
    page.locator(f"main button[value={act}]").nth(place).click()
    page.wait_for_selector(".sure")
    page.locator(".sure .button").first.click()
    page.wait_for_selector(".done")
    return page


def did(served, subject):
    return {(one.did, one.by.partition(":")[0]) for one in served.do(audit.latest(served.desk, subject=subject))}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_of_customers_is_clean_for_axe_in_light_and_dark(reader, language, path):
    page = reader.enter("/customers", language=language, bypass=True)
    assert page.goto(reader.served.url + at(reader.served, path)).status == 200
    assert faults(page) == []
    assert reader.wrong == []


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_of_customers_hangs_over_the_edge(reader, width):
    page, over = reader.enter(width=width), {}
    for path in PAGES:
        page.goto(reader.served.url + at(reader.served, path))
        over[path] = overhang(page)
    assert set(over.values()) == {0}


def test_the_list_has_who_was_heard_last_or_most_first(reader):
    page = reader.enter("/customers")
    names = [page.locator(".people .open").all_inner_texts()]
    page.get_by_role("link", name="Heard most").click()
    page.wait_for_url("**order=volume**")
    names.append(page.locator(".people .open").all_inner_texts())
    assert names == [
        ["Jeroen <b>Bakker</b>", "Sanne de Wit", "Nobody yet"],
        ["Sanne de Wit", "Jeroen <b>Bakker</b>", "Nobody yet"],
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [("BAKKER", ["Jeroen <b>Bakker</b>"]), ("mastodon:sanne", ["Sanne de Wit"]), ("@SanneDeWit", ["Sanne de Wit"]),
     ("%", []), ("quasimodo", [])],
)  # fmt: skip
def test_customers_are_found_by_name_and_by_account(reader, words, found):
    page = reader.enter("/customers")
    page.fill("#q", words)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator(".people .open").all_inner_texts() == found


def test_the_page_of_a_customer_says_what_both_accounts_said(reader):
    page = reader.enter(at(reader.served, "/customer?id={sanne}"))
    page.wait_for_selector("[data-chart=sentiment] canvas")
    expected = said_by(reader.served, *people.SANNE)
    assert digits(page.locator(".sentence a").inner_text()) == expected > 20
    page.click("details.figures summary")
    weeks = page.locator("details.figures tbody tr td:first-of-type").all_inner_texts()
    assert sum(int(week.strip("*")) for week in weeks if week.strip("*").isdigit()) == expected
    assert weeks.count("not collected") == 7  # of twelve: before the corpus begins nothing was, so that no zero is told
    page.locator(".sentence a").click()
    page.wait_for_url("**/search**")
    assert digits(page.locator(".results h2").inner_text()) == expected


def test_what_another_system_tells_stays_text_and_leads_out_by_http_alone(reader):
    page = reader.enter(at(reader.served, "/customer?id={sanne}"))
    facts = page.locator("section[aria-labelledby=facts-title]")
    assert corpus.XSS in facts.inner_text()
    assert facts.locator("a").evaluate_all("all => all.map(one => one.href)") == ["https://crm.noorderlijn.example/7"]
    assert (page.locator("main img").count(), "broken" in page.title()) == (0, False)


def test_the_keyboard_goes_to_customers_and_opens_one(reader):
    page = reader.enter()
    go(page, "c")
    page.wait_for_url("**/customers")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customer?id=**")
    assert "Jeroen" in page.locator("h1").inner_text()


def test_who_looked_at_whom_is_written_down_by_id(writer):
    sanne = writer.served.people[0]
    writer.enter(f"/customer?id={sanne}")
    assert ("looked at", "desk") in did(writer.served, sanne)
    writer.enter("/customers")
    assert did(writer.served, "list") == {("looked at", "desk")}


def test_the_author_of_a_mention_becomes_part_of_a_customer_and_is_taken_away_again(writer):
    mention = next(
        one for one in everything()[-700:] if isinstance(one, Enriched) and one.mention.author.id == people.KIM
    )
    page = writer.enter(f"/mention?id={mention.mention.id.replace(':', '%3A')}")
    page.get_by_role("link", name="Make part of a customer").click()
    page.fill("#q", "jeroen")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=jeroen**")
    sure(page, "link")
    jeroen = writer.served.people[1]
    before, both = said_by(writer.served, people.JEROEN), said_by(writer.served, people.JEROEN, people.KIM)
    assert digits(page.locator(".sentence a").inner_text()) == both > before
    page.goto(f"{writer.served.url}/mention?id={mention.mention.id.replace(':', '%3A')}")
    page.locator("main").get_by_role("link", name="Jeroen <b>Bakker</b>").click()
    page.wait_for_url(f"**id={jeroen}")
    page.get_by_role("button", name="Take away: Kim").click()
    page.locator(".sure .button").first.click()
    page.wait_for_selector(".done")
    assert digits(page.locator(".sentence a").inner_text()) == before
    assert did(writer.served, people.KIM) == {("linked", "desk"), ("unlinked", "desk")}


def test_what_was_done_is_undone_from_its_notice(writer):
    page = writer.enter(at(writer.served, "/customer?id={sanne}"))
    sure(page, "withdraw", place=1)
    assert page.locator(".done").inner_text().startswith("mastodon:sannedewit is no longer part")
    page.locator(".done button").click()
    page.locator(".sure .button").first.click()
    page.wait_for_selector(".done")
    found = writer.served.do(identities.of_authors(writer.served.desk, people.SANNE))
    assert {one.customer for one in found.values()} == {writer.served.people[0]}


def test_customers_are_merged_and_parted_again(writer):
    sanne, jeroen, _ = writer.served.people
    page = writer.enter(f"/customer?id={jeroen}")
    alone = digits(page.locator(".sentence a").inner_text())
    page.get_by_role("link", name="Merge into another customer").click()
    page.get_by_role("button", name="Merge into this one: Sanne de Wit").click()
    page.locator(".sure .button").first.click()
    page.wait_for_url(f"**id={sanne}&done=merged**")
    together = said_by(writer.served, *people.SANNE, people.JEROEN)
    assert digits(page.locator(".sentence a").inner_text()) == together
    sure(page, "unmerge")
    page.goto(f"{writer.served.url}/customer?id={jeroen}")
    assert digits(page.locator(".sentence a").inner_text()) == alone < together
    assert {("merged", "desk"), ("unmerged", "desk")} <= did(writer.served, jeroen)


def test_nothing_is_done_before_the_reader_is_sure(writer):
    sanne = writer.served.people[0]
    page = writer.enter(f"/customer?id={sanne}")
    page.locator("button[value=withdraw]").first.click()
    page.get_by_role("link", name="Leave it as it is").click()
    page.wait_for_url(f"**/customer?id={sanne}")
    assert len(writer.served.do(identities.of_authors(writer.served.desk, people.SANNE))) == 2


def test_a_new_customer_is_made_with_the_account_in_one_act(writer):
    page = writer.enter("/customers?author=bluesky:kim")
    page.fill("#name", "Kim & co")
    sure(page, "make")
    assert page.locator("h1").inner_text() == "Kim & co"
    assert digits(page.locator(".sentence a").inner_text()) == said_by(writer.served, people.KIM)


@pytest.mark.parametrize(
    ("source", "language", "says"),
    [("rss", "en", "the policy of its source does not say so"), ("reddit", "nl", "Reddit laat niemand")],
)
def test_an_account_that_may_not_join_is_told_why(writer, source, language, says):
    author = Author(id=f"{source}:kim", handle="kim")
    mention = Mention(
        id=f"{source}:1", source=source, author=author, text="x", created_at=corpus.NOW, seen_at=corpus.NOW
    )
    writer.served.do(writer.served.archive.write([Enriched(mention=mention)]))
    page = writer.enter(f"/mention?id={source}%3A1", language=language)
    assert says in page.locator("main").inner_text()
    assert page.locator("main a[href^='/customers']").count() == 0


def test_a_linked_author_who_is_heard_leads_to_the_customer(writer):
    page = writer.enter("/?range=28d&q=author:jeroen")
    link = page.get_by_role("link", name="The customer behind Jeroen")
    expect(link).to_have_attribute("href", f"/customer?id={writer.served.people[1]}")


def test_the_timeline_is_read_page_by_page_and_by_kind(reader):
    page = reader.enter(at(reader.served, "/customer?id={sanne}"))
    shown = page.locator("#timeline .entries > li")
    first = shown.all_inner_texts()
    assert len(first) == timelines.SIZE
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**after=**")
    assert not set(first) & set(shown.all_inner_texts())
    page.get_by_role("link", name="Back to the newest").click()
    page.get_by_role("link", name="Other systems").click()
    page.wait_for_url("**kind=fact**")
    assert page.locator("#timeline .ranges [aria-current]").inner_text() == "Other systems"
    assert [text for text in ("Segment: gold", corpus.XSS) if text not in page.locator("#timeline").inner_text()] == []


def test_a_place_in_the_timeline_that_is_none_is_said_to_be_none(reader):
    page = reader.enter("/customers")
    answer = page.goto(f"{reader.served.url}{at(reader.served, '/customer?id={sanne}')}&after=x")
    assert answer.status == 400
    assert "no place in a timeline" in page.locator("main").inner_text()


@pytest.mark.parametrize(("language", "says", "because"), [("en", "Work on the open case", "a case is open"), ("nl", "Werk de open case af", "er is een case open")])  # fmt: skip
def test_what_is_best_done_next_is_said_with_its_reason_and_leads_there(writer, language, says, because):
    told = heard(author=people.SANNE[0], thread="bluesky:t", source="bluesky", mention="bluesky:t", at=corpus.NOW)
    case = writer.served.do(hear(writer.served.desk, told))
    page = writer.enter(at(writer.served, "/customer?id={sanne}"), language=language)
    card = page.locator("section.next")
    assert [text for text in (says, because) if text not in card.inner_text()] == []
    assert page.locator("#timeline").get_by_role("link", name=re.compile(f"{case.number}$")).count() > 0
    card.get_by_role("link").click()
    page.wait_for_url(f"**/case?number={case.number}")


@pytest.mark.parametrize(("name", "starts"), [("On paper (PDF)", b"%PDF"), ("As data (JSON)", b"{")])
def test_all_that_is_held_is_given_out_and_that_is_written_down(writer, name, starts):
    sanne = writer.served.people[0]
    page = writer.enter(f"/customer?id={sanne}")
    with page.expect_download() as given:
        page.get_by_role("link", name=name).click()
    content = Path(given.value.path()).read_bytes()
    assert content.startswith(starts)
    assert ("gave out", "desk") in did(writer.served, sanne)
    if starts == b"{":
        held = msgspec.json.decode(content)
        assert (held["format"], set(held["accounts"])) == ("klankbord-held-1", set(people.SANNE))
        assert len(held["archive"]) == said_by(writer.served, *people.SANNE)
