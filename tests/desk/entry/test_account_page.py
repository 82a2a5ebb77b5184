"""Signing in and the account, in a browser, in both languages."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from desk.entry import codes
from desk.store import passwords, people, roles
from desk.store.people import Details
from desk.web.site import SITE
from tests.desk import corpus
from tests.desk.axe import faults, overhang

PASSWORD = "fiets regenboog lamp"


def clean(page):
    found = faults(page), overhang(page)
    return found == ([], 0) or found


def invited(served, *held):
    at = corpus.NOW
    anna = served.do(
        people.add(served.desk, Details(name="Anna de Vries", email="anna@klank.example"), by="ruth", at=at)
    )
    for role in held:
        served.do(roles.give(served.desk, anna.id, role, by="ruth", at=at))
    nonce = served.do(passwords.invite(served.desk, anna.id, until=at + timedelta(days=7), by="ruth", at=at))
    return f"/invited/{served.app[SITE].access.invitation_key(anna.id, nonce)}"


WORDS = {
    "nl": {
        "set": "Wachtwoord instellen", "begin": "Instellen", "confirm": "Bevestigen", "kept": "Ik heb ze bewaard", "out": "Uitloggen",
        "in": "Inloggen", "staff": "Inloggen als medewerker", "refused": "Dit is niet voor jou",
    },
    "en": {
        "set": "Set the password", "begin": "Set it up", "confirm": "Confirm", "kept": "I kept them", "out": "Sign out",
        "in": "Sign in", "staff": "Sign in as one of the staff", "refused": "This is not yours to open",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_invitation_to_a_code_of_the_telephone(guest, language, width):
    served, words = guest.served, WORDS[language]
    page = guest.enter(invited(served, "agent"), language=language, width=width, bypass=True)
    assert clean(page) is True
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name=words["set"]).click()
    page.wait_for_url("**/account")
    assert clean(page) is True
    page.locator("#password-second").fill(PASSWORD)
    page.get_by_role("button", name=words["begin"]).click()
    page.locator(".scan svg").wait_for()
    assert clean(page) is True
    secret, step = page.locator(".secret").inner_text(), int(corpus.NOW.timestamp()) // 30
    page.locator("#code").fill(codes.pyotp.HOTP(secret).at(step))
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator(".codes code")).to_have_count(10)
    assert clean(page) is True
    page.get_by_role("link", name=words["kept"]).click()
    page.goto(f"{served.url}/status")
    assert page.get_by_role("heading", level=1).inner_text() == words["refused"]
    assert clean(page) is True
    page.goto(f"{served.url}/account")
    page.get_by_role("button", name=words["out"], exact=True).click()
    page.wait_for_url("**/sign-in")
    assert clean(page) is True
    page.locator("#name").fill("anna@klank.example")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=words["in"]).click()
    page.locator("#code").wait_for()
    assert clean(page) is True
    page.locator("#code").fill(codes.pyotp.HOTP(secret).at(step + 1))
    page.get_by_role("button", name=words["in"]).click()
    page.wait_for_url(f"{served.url}/")
    assert guest.wrong == [] or all("403" in one for one in guest.wrong)


def test_the_door_shows_staff_the_way(guest):
    page = guest.enter(invited(guest.served, "agent"), language="en")
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/account")
    page.context.clear_cookies()
    page.goto(f"{guest.served.url}/search?q=storing")
    page.get_by_role("link", name="Sign in as one of the staff").click()
    page.locator("#name").fill("anna@klank.example")
    page.locator("#password").fill("iets anders dan dat")
    page.get_by_role("button", name="Sign in").click()
    assert "did not match" in page.get_by_role("alert").inner_text()
