"""The page in a real browser over a real archive."""

import asyncio
import re

import pytest
from playwright.sync_api import expect

from core.types import Author, Enriched, Mention
from desk.web.pages import live
from tests.desk.axe import faults, overhang
from tests.desk.corpus import NOW
from tests.desk.keys import go

PAGES = (
    "/",
    "/search?q=storing",
    "/search?q=storing+AND+(",
    "/search?copies=once&spam=without&hidden=1",
    "/mention?id=bluesky%3A3000",
    "/monitors?q=storing",
    "/alerts?query=storing",
    "/mutes",
    "/status",
    "/glossary",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_clean_for_axe_in_light_and_dark(visitor, language, path):
    page = visitor.enter(path, language=language, bypass=True)
    assert [wrong for wrong in visitor.wrong if "500" in wrong] == []  # the page of an error is clean too
    assert faults(page) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_hangs_over_the_edge(visitor, width):
    page = visitor.enter(width=width)
    over = {}
    for path in PAGES:
        page.goto(visitor.served.url + path)
        over[path] = overhang(page)
    assert set(over.values()) == {0}


def test_no_page_asks_another_host(visitor):
    page = visitor.enter()
    for path in PAGES:
        page.goto(visitor.served.url + path)
    assert {url for url in visitor.asked if not url.startswith((visitor.served.url, "data:"))} == set()


def test_scripts_run_under_the_strict_policy(visitor):
    page = visitor.enter()
    page.wait_for_selector("[data-chart=volume] canvas")
    page.wait_for_selector("[data-chart=sentiment] canvas")
    assert visitor.wrong == []


def test_text_from_outside_stays_text(visitor):
    page = visitor.enter()
    for path in (
        "/",
        "/search",
        "/mention?id=bluesky%3Ahostile%22%27%3E%3Cscript%3E",
        '/search?q="<script>document.title=1</script>"',
    ):
        page.goto(visitor.served.url + path)
        assert "broken" not in page.title()
        assert page.locator("main img, main script:not([type='application/json'])").count() == 0
    assert not [wrong for wrong in visitor.wrong if "400" not in wrong]


def test_a_link_that_is_not_http_is_never_one(visitor):
    page = visitor.enter("/mention?id=bluesky%3Ahostile%22%27%3E%3Cscript%3E")
    targets = page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    assert [target for target in targets if target.startswith("javascript")] == []


def test_when_counts_were_read_is_told_as_every_time_is(visitor):
    page = visitor.enter("/mention?id=bluesky%3A3000")
    assert page.locator('dd span.quiet:has-text("read") time').count() == 2


def test_the_browsers_language_is_taken_and_can_be_changed(visitor):
    page = visitor.enter(language="nl-NL")
    assert page.locator("html").get_attribute("lang") == "nl"
    page.click("button[name=language][value=en]")
    page.wait_for_selector("html[lang=en]")
    page.goto(f"{visitor.served.url}/search")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_dark_page_can_be_asked_for(visitor):
    page = visitor.enter(theme="light")
    with page.expect_navigation():  # until it is loaded, with its styles
        page.click("button[name=theme][value=dark]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 29)"


def test_the_number_of_the_sentence_opens_as_many_messages(visitor):
    page = visitor.enter()
    told = page.locator(".sentence a").first.inner_text()
    page.locator(".sentence a").first.click()
    page.wait_for_url("**/search**")
    assert _digits(page.locator(".results h2").inner_text()) == _digits(told)


def test_dragging_over_the_chart_puts_the_range_into_the_address(visitor):
    page = visitor.enter()
    box = page.locator("[data-chart=volume] .u-over").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 60, steps=6)
    page.mouse.up()
    page.wait_for_url("**since=**until=**")
    assert page.locator(".ranges .chosen").count() == 1


def test_choosing_a_source_takes_effect_at_once(visitor):
    page = visitor.enter()
    page.select_option("select[name=source]", "mastodon")
    page.wait_for_url("**source=mastodon**")
    assert page.locator("#sources-title + ul li").count() == 1


def test_copies_are_counted_once_where_asked_and_the_choice_stays(visitor):
    page = visitor.enter()
    each = _digits(page.locator(".sentence a").first.inner_text())
    page.get_by_role("link", name="Count copies once").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**copies=once**")
    assert "copies counted once" in page.locator(".sentence").inner_text()
    page.select_option("select[name=source]", "mastodon")
    page.wait_for_url("**source=mastodon**")
    once = _digits(page.locator(".sentence a").first.inner_text())
    page.locator(".sentence a").first.click()
    page.wait_for_url("**/search**copies=once**")
    assert _digits(page.locator(".results h2").inner_text()) == once < each
    page.get_by_role("link", name="Copies counted once").click()
    page.wait_for_url(lambda url: "/search" in url and "copies" not in url)
    assert _digits(page.locator(".results h2").inner_text()) > once


def test_the_keyboard_moves_opens_searches_and_goes(visitor):
    page = visitor.enter()
    go(page, "s")
    page.wait_for_url("**/search**")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".entry.at").get_attribute("data-id") == page.locator(".entry").nth(1).get_attribute("data-id")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mention**")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


def test_a_query_with_a_mistake_is_pointed_at(visitor):
    page = visitor.enter("/search?q=storing+AND+(utrecht")
    assert "13" in page.locator(".mistake").inner_text()
    assert page.locator(".mistake pre").inner_text().rstrip().endswith("^")


def test_a_correction_in_bulk_shows_and_can_be_undone(guest):
    page = guest.enter("/search?range=all&sentiment=negative")
    before = _digits(page.locator(".results h2").inner_text())
    for place in (0, 1, 2):
        page.locator(".choose").nth(place).check()
    page.click("button[value='sentiment:positive']")
    page.wait_for_selector(".done")
    assert _digits(page.locator(".results h2").inner_text()) == before - 3
    page.click(".done button")
    page.wait_for_url("**done=undone**")
    assert _digits(page.locator(".results h2").inner_text()) == before


def test_a_muted_author_leaves_the_count_and_comes_back(guest):
    page = guest.enter("/search?range=all")
    before = _digits(page.locator(".results h2").inner_text())
    page.locator(".choose").first.check()
    page.click("button[value=mute-author]")
    page.wait_for_selector(".done")
    assert _digits(page.locator(".results h2").inner_text()) < before
    page.click(".done button")
    page.wait_for_url("**done=undone**")
    assert _digits(page.locator(".results h2").inner_text()) == before


def test_a_tag_is_added_and_found(guest):
    page = guest.enter("/search?range=all")
    page.locator(".choose").nth(3).check()
    page.fill("#act-value", "vip")
    page.click("button[value=tag]")
    page.wait_for_selector(".done")
    page.goto(f"{guest.served.url}/search?range=all&q=tag:vip")
    assert _digits(page.locator(".results h2").inner_text()) == 1


def test_a_monitor_is_tried_out_and_saved(guest):
    page = guest.enter("/monitors")
    page.fill("#name", "Zwolle")
    page.fill("#q", "zwolle")
    page.click("button[value=try]")
    page.wait_for_selector("mark")
    tried = _digits(page.locator("#trial-title").inner_text())
    page.click("button[value=save]")
    page.wait_for_selector(".done")
    assert _digits(page.locator(".done").inner_text()) == tried > 0
    expect(page.get_by_role("link", name="Zwolle", exact=True)).to_have_count(1)


def test_a_new_message_arrives_and_waits_while_the_pointer_is_on_the_stream(guest):
    page = guest.enter()
    page.locator(".stream h2").hover()
    guest.served.do(guest.served.archive.write([_fresh()]))
    page.wait_for_selector("[data-pill]:not([hidden])")
    assert page.locator("[data-id='bluesky:fresh']").count() == 0
    page.click("[data-pill]")
    page.wait_for_selector("[data-id='bluesky:fresh']")


def test_what_comes_before_the_streams_first_look_arrives_too(guest, monkeypatch):
    look, written = live._Watch.look, asyncio.Event()

    async def late(watch, request):
        await written.wait()
        return await look(watch, request)

    async def arrives():
        await guest.served.archive.write([_fresh()])
        written.set()

    monkeypatch.setattr(live._Watch, "look", late)
    page = guest.enter()
    listed = page.locator("[data-live] .entry").count()
    guest.served.do(arrives())
    page.wait_for_selector("[data-id='bluesky:fresh']")
    assert page.locator("[data-live] .entry").count() == listed + 1


def test_what_was_not_collected_is_said_and_never_zero(visitor):
    page = visitor.enter()
    assert "the machine was off" in page.locator(".missed").inner_text()
    page.click("details.figures summary")
    assert page.locator("td.hatched").count() >= 7


def _fresh() -> Enriched:
    at = NOW.replace(second=1)
    author = Author(id="bluesky:new", handle="new")
    return Enriched(
        mention=Mention(
            id="bluesky:fresh", source="bluesky", author=author, text="net binnen", created_at=at, seen_at=at
        )
    )


def _digits(text: str) -> int:
    """The first number of a text, whatever its thousands look like."""
    return int(re.sub(r"\D", "", re.search(r"\d[\d.,]*", text).group()))
