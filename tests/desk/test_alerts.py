"""The page of alerts in a real browser: made, changed, refused with a sentence, removed."""

from desk.alerts.state import State
from desk.store import alerts, audit, letters
from tests.desk.axe import overhang
from tests.desk.corpus import NOW


def made(guest, **fields):
    page = guest.enter("/alerts")
    for name, value in fields.items():
        (page.select_option if name in ("when", "monitor") else page.fill)(f"#{name}", value)
    page.click("button[value=save]")
    return page


def test_an_alert_is_made_changed_and_removed(guest):
    page = made(guest, name="Storing <b>", query="storing", when="above", number="20", to="ops@klank.example")
    page.wait_for_selector(".done")
    (kept,) = guest.served.do(alerts.every(guest.served.desk))
    assert (kept.alert.when.value, kept.alert.number, kept.alert.to) == ("above", 20, ("ops@klank.example",))
    page.click("a[aria-label='Change: Storing <b>']")
    page.fill("#number", "30")
    page.click("button[value=save]")
    page.wait_for_selector(".done")
    assert [one.alert.number for one in guest.served.do(alerts.every(guest.served.desk))] == [30]
    page.click("button[value=remove]")
    page.wait_for_selector(".none")
    did = [(one.did, one.subject) for one in guest.served.do(audit.latest(guest.served.desk))]
    assert sorted(did) == [("removed", "Storing <b>"), ("saved", "Storing <b>"), ("saved", "Storing <b>")]


def test_what_cannot_be_is_said_and_nothing_typed_is_lost(guest):
    page = made(guest, name="Storing", query="storing AND (", to="no address", within="soon")
    said = page.locator(".mistake").inner_text()
    assert '"no" is no e-mail address' in said
    assert "Within: give a number with a unit" in said
    assert page.input_value("#query") == "storing AND ("
    page.fill("#to", "ops@klank.example")
    page.fill("#within", "1h")
    page.click("button[value=save]")
    page.wait_for_selector(".mistake")
    assert "Search: column 14" in page.locator(".mistake").inner_text()


def test_few_that_were_heard_over_a_gap_are_not_told_as_calm(guest):
    page = made(guest, name="Stil", when="below", number="10", to="ops@klank.example")
    page.wait_for_selector(".done")

    async def looked():
        (one,) = await alerts.every(guest.served.desk)
        async with guest.served.desk.writing() as connection:
            state = State(count=3, known=False, looked_at=NOW)
            await alerts.advance(connection, one.id, checked_at=NOW, state=state)

    guest.served.do(looked())
    page.goto(f"{guest.served.url}/alerts")
    said = page.locator(".monitors li").inner_text()
    assert "not collected as a whole" in said
    assert "not passed" not in said


def test_a_webhooks_secret_is_shown_once(guest):
    page = made(guest, name="Storing", webhook="https://ops.example/hook")
    secret = page.locator(".secret").inner_text()
    assert secret.startswith("whsec_")
    page.goto(f"{guest.served.url}/alerts?name=Storing")
    assert secret not in page.content()


def test_a_long_address_hangs_over_no_edge(guest):
    page = made(guest, name="Storing", webhook=f"https://ops.example/{'hook' * 30}")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{guest.served.url}/alerts")
        assert overhang(page) <= 0
        assert page.evaluate(INSIDE) == []


INSIDE = """[...document.querySelectorAll('.monitors li')].filter(li => [...li.querySelectorAll('bdi')].some(
    one => one.getBoundingClientRect().right > li.getBoundingClientRect().right
)).map(li => li.innerText)"""


def test_a_search_becomes_an_alert(guest):
    page = guest.enter("/search?q=storing&source=mastodon&range=all")
    page.get_by_role("link", name="Be told of these").click()
    page.wait_for_url("**/alerts**")
    assert (page.input_value("#query"), page.input_value("#source")) == ("storing", "mastodon")


def test_what_could_not_be_delivered_shows_under_status(guest):
    page = guest.enter("/status")
    assert page.locator(".note").count() == 0
    owed = letters.Letter(
        id="a", letter="b", what="alert", subject="c", receiver="weg@klank.example", body="{}", made_at=NOW, due_at=None,
        tries=1, error="the mail server refuses the address (answer 550)", done_at=NOW,
    )  # fmt: skip
    guest.served.do(_owe(guest.served.desk, owed))
    page.reload()
    page.get_by_role("link", name="1 message to people could not be delivered").click()
    page.wait_for_url("**/alerts")
    assert "answer 550" in page.locator("main").inner_text()


async def _owe(desk, letter):
    async with desk.writing() as connection:
        await letters.owe(connection, [letter])
