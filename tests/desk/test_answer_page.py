"""The composer at the page of a case in a real browser: what helps to write, who may do what, and nothing for axe."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Retry
from core.types import Author, Enriched, Finding, Mention, Published, Visibility
from desk.answering import acts, settling
from desk.answering.acts import Written
from desk.answering.allowing import ByChain
from desk.cases.acting import Done
from desk.entry.rights import RIGHTS
from desk.store import account_rights, accounts, answer_writing, answers, cases, practices, trust
from desk.store.account_rights import Given
from desk.store.answer_writing import Draft
from desk.store.answers import State, Version
from desk.store.case_writing import Opening, locked, open_case
from desk.store.cases import Message
from desk.store.sessions import Way
from desk.web.access import COOKIE
from desk.web.entering import ENTRY
from desk.web.site import KEPT, SITE
from playbook.answers import Answering
from publish import meta
from tests.desk.answers.book import own
from tests.desk.axe import unclean
from tests.desk.cases.book import agent
from tests.desk.cases_filled import staff
from tests.desk.cases_rules import RULES
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW, XSS
from tests.desk.practices.book import approved
from tests.desk.serving import serving

HOUR = timedelta(hours=1)
SECTION = Answering.model_validate(
    {
        "register": {"nl": "u"},
        "initials": " ^{initials}",
        "canned": {
            "looking": {
                "texts": {"nl": "Dag {author_first_name}, we zoeken het uit.", "en": "Hello {author_first_name}."}
            }
        },
    }
)
PLAYBOOK = RULES.model_copy(update={"answers": SECTION, "trainings": {}})
TEXTS = (f"Waar blijft mijn trein? {XSS}", "Mijn geld is weg", "Waar is mijn fiets?", "Dank jullie", "Wat nu?")


def message(number):
    """Of somebody whose name nobody knows, in a message that only two see; the third in a comment."""
    seen = Visibility.PUBLIC if number == 3 else Visibility.DIRECT
    said = Mention(
        id=f"facebook:{number}", source="facebook", text=TEXTS[number - 1], language="nl", created_at=NOW - 23 * HOUR,
        seen_at=NOW, author=Author(id=f"facebook:a{number}"), visibility=seen,
    )  # fmt: skip
    topics = Finding(name="topics", model="m", confidence=1.0, labels=("delays",))
    return Enriched(mention=said, findings=(topics,))


def keeping(kept, _archive):
    account = meta.Settings(place="facebook", account="1048", token="t0k3n")
    publishers = {"facebook": meta.Meta(None, account)}
    return replace(kept, publishers=publishers, allowing=ByChain(publishers, lambda: PLAYBOOK, RIGHTS))


async def fill(served):
    """Five cases: with nothing yet, a draft, one that waits, one that goes out, one that was sent; Anna and Bert may answer, Carla may not."""
    desk, allowing = served.desk, served.app[KEPT].allowing
    anna, bert = await staff(desk)
    await own(desk, served.app[KEPT].publishers["facebook"], anna)
    served.anna, served.bert = agent(anna), agent(bert)
    for number in range(1, 6):
        await opened(desk, number)
    for number, text in (
        (2, "Dag {agent}, wat erg voor jou."),
        (3, "We zoeken het uit."),
        (4, "Graag gedaan."),
        (5, "Sorry."),
    ):
        case = await cases.get(desk, number)
        told = {"case": case.id, "at": NOW}
        written = Written(text=text, answers=case.first_message, publisher="facebook", language="nl")
        assert isinstance(await acts.write(desk, served.anna, written=written, saw=1, **told), Done)
        if number == 3:
            assert isinstance(await acts.propose(desk, served.anna, saw=2, **told), Done)
        if number > 3:
            await account_rights.give(desk, Given(account=await account(desk), person=bert), by="page", at=NOW)
            assert isinstance(await acts.approve(desk, served.bert, version=1, allowing=allowing, saw=2, **told), Done)
            go = {"topics": (), "allowing": allowing, "saw": 3}
            assert isinstance(await acts.send(desk, served.anna, version=1, **go, **told), Done)
            if number == 5:
                await sent(desk, case)
            await account_rights.take(desk, Given(account=await account(desk), person=bert), by="page", at=NOW)


async def sent(desk, case):
    """As the worker leaves it, that found it there twice."""
    async with desk.writing() as connection:
        (answer,) = await answers.of_case(desk, case.id)
        now = await locked(connection, case.id)
        await settling.stands(connection, now, answer, Published("facebook:51", at=NOW, copies=("facebook:52",)), NOW)


async def account(desk):
    async with desk.reading() as connection:
        return next(iter(await account_rights.given_within(connection))).account


async def opened(desk, number):
    opening = Opening(
        author=f"facebook:a{number}", thread=f"facebook:{number}", source="facebook", severity="minor",
        outcome="restore", since=NOW - HOUR, unit="webcare",
    )  # fmt: skip
    first = Message(mention=f"facebook:{number}", at=NOW - HOUR, own=False, order=1, severity="minor")
    async with desk.writing() as connection:
        return await open_case(connection, opening, first, at=NOW - HOUR)


@pytest.fixture
def reader(chromium, tmp_path):
    with serving(
        tmp_path / "archive.db", [message(number) for number in range(1, 6)], rules=PLAYBOOK, keeping=keeping
    ) as served:
        served.do(fill(served))
        one = Visitor(chromium, served)
        yield one
        one.close()


def entered(reader, who, path, **how):
    """That page, as that person has it."""
    page = reader.enter("/glossary", **how)
    secret = reader.served.do(reader.served.app[ENTRY].begin(who.person, way=Way.PASSWORD, strong=True, agent=""))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": reader.served.url}])
    page.goto(f"{reader.served.url}{path}")
    return page


@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])
def test_it_is_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = entered(reader, reader.served.anna, "/cases", language=language, width=width, bypass=True)
    paths = (*(f"/case?number={number}" for number in range(1, 6)), "/case?number=1&canned=looking")
    assert unclean(reader, page, paths) == dict.fromkeys(paths, (0, []))
    assert reader.wrong == []


def test_a_canned_answer_names_what_has_no_value_and_what_is_written_is_measured_and_signed(reader):
    page = entered(reader, reader.served.anna, "/case?number=1&canned=looking#answer")
    text = page.locator("#answer-text")
    assert text.input_value() == "Dag {author_first_name}, we zoeken het uit."
    assert page.locator("#answer-missing").inner_text().endswith("the author's first name")
    assert "min left to answer" in page.locator("#answer .due").inner_text()
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "answer-text"
    text.fill("Dag, heeft jouw app dit ook?")
    page.locator("#answer-other").wait_for(state="visible")
    assert page.locator("#answer-other").inner_text().endswith("jouw")
    assert page.locator("#answer-length").inner_text().startswith("32 of 2,000")
    page.locator("#answer").get_by_role("button", name="Save").click()
    page.wait_for_url("**did=write**")
    assert page.locator("#answer-text").input_value() == "Dag, heeft jouw app dit ook? ^AV"
    assert reader.wrong == []


def test_what_is_too_long_or_came_second_is_still_in_the_field_and_who_only_saves_signs_nothing(reader):
    desk, longer = reader.served.desk, "x" * 2001
    page = entered(reader, reader.served.bert, "/case?number=2")
    save = page.locator("#answer").get_by_role("button", name="Save")
    page.locator("#answer-text").fill(longer)
    save.click()
    page.locator("[data-told].mistake").wait_for()
    assert page.locator("#answer-text").input_value() == longer
    assert page.locator("#answer .words").inner_text() == "Dag {agent}, wat erg voor jou."
    case = reader.served.do(cases.get(desk, 2))
    written = Written(text="Dag ^AV", answers=case.first_message, publisher="facebook", language="nl", version=1)
    told = {"saw": case.version, "at": NOW}
    assert isinstance(reader.served.do(acts.write(desk, reader.served.anna, case.id, written, **told)), Done)
    page.locator("#answer-text").fill("Iets anders")
    save.click()
    page.locator("#answer .words", has_text="Dag ^AV").wait_for()
    assert page.locator("#answer-text").input_value() == "Iets anders"
    page.goto(f"{reader.served.url}/case?number=2")
    save.click()
    page.wait_for_url("**did=write**")
    (answer,) = reader.served.do(answers.of_case(desk, case.id))
    assert (answer.words.text, answer.words.by) == ("Dag ^AV", reader.served.anna.by)
    page.locator("#answer-text").fill("Dag hoor ^AV")
    save.click()
    page.wait_for_url("**did=write**")
    page.locator("#answer-text", has_text="Dag hoor ^BL").wait_for()


def test_where_the_archive_is_away_what_was_written_is_shown(reader, monkeypatch):
    async def away(*_):
        raise Retry("the archive is away")

    page = entered(reader, reader.served.anna, "/case?number=1")
    page.locator("#answer-text").fill("Dat zoeken we uit.")
    monkeypatch.setattr(type(reader.served.app[SITE].archive), "several", away)
    page.locator("#answer").get_by_role("button", name="Save").click()
    page.locator("main .words", has_text="Dat zoeken we uit.").wait_for()
    assert "This is what you wrote; it is not saved." in page.locator("main").inner_text()


def test_who_may_not_answer_there_is_told_what_is_missing_and_refused_with_it(reader):
    page = entered(reader, reader.served.bert, "/case?number=3")
    card = page.locator("#answer")
    assert "No right to answer on 1048" in card.inner_text()
    assert card.get_by_role("button", name="Approve").count() == 0
    form = {"act": "approve", "case": "3 3", "words": "1", "publisher": "facebook"}
    form["csrf"] = card.locator("input[name=csrf]").first.input_value()
    told = page.request.post(f"{reader.served.url}/cases", form=form, headers={"Accept": "application/json"})
    assert (told.status, told.json()["reason"]) == (403, "account")


def test_where_the_account_is_in_no_list_that_is_told_and_refused_as_well(reader):
    desk = reader.served.desk
    reader.served.do(accounts.remove(desk, reader.served.do(account(desk)), by="page", at=NOW))
    page = entered(reader, reader.served.anna, "/case?number=5")
    card = page.locator("#answer")
    assert "is not in the list of own accounts. Whoever keeps Foundation adds it there" in card.inner_text()
    form = {"act": "unpublish", "case": "5 5", "mention": "facebook:51", "publisher": "facebook"}
    form["csrf"] = page.locator("input[name=csrf]").first.input_value()
    told = page.request.post(f"{reader.served.url}/cases", form=form, headers={"Accept": "application/json"})
    assert (told.status, told.json()["reason"]) == (403, "account")


def test_what_stands_at_its_source_can_be_withdrawn_however_many_came_after_it(reader):
    reader.served.do(refused(reader.served, 3))
    card = entered(reader, reader.served.anna, "/case?number=5").locator("#answer")
    card.get_by_text("We zijn te laat 3").wait_for()
    card.get_by_role("button", name="Withdraw at source", exact=True).click()


async def refused(served, many):
    """So many more answers to the fifth case, which never went out."""
    case = await cases.get(served.desk, 5)
    async with served.desk.writing() as connection:
        for number in range(1, many + 1):
            words = Version(number=1, text=f"We zijn te laat {number}", by=served.anna.by, at=NOW)
            draft = Draft(
                case=case.id, answers=case.first_message, publisher="facebook", words=words, state=State.REFUSED
            )
            await answer_writing.add(connection, draft, reason="too late")


def test_what_was_sent_is_withdrawn_at_its_source_and_that_it_was_wrong_is_said_by_whoever_leads(reader):
    desk = reader.served.desk
    page = entered(reader, reader.served.anna, "/case?number=5")
    card = page.locator("#answer")
    assert "facebook:52" in card.inner_text()
    assert "You gave the last answer." in page.locator("body").inner_text()
    assert page.get_by_role("button", name="Mark as").count() == 0
    card.get_by_role("button", name="Withdraw at source").click()
    page.wait_for_url("**did=unpublish**")
    page = entered(reader, reader.served.bert, "/case?number=5")
    page.get_by_text("There was an error in it").click()
    page.get_by_role("button", name="Mark as put right").click()
    page.wait_for_url("**did=put_right**")
    page.get_by_text("There was an error in it").click()
    page.get_by_role("button", name="Mark as an error").click()
    page.wait_for_url("**did=complain&**")
    marks = reader.served.do(trust.of_person(desk, reader.served.anna.by))
    assert [one.kind.value for one in sorted(marks, key=lambda one: one.kind)] == [
        "approved",
        "complained",
        "corrected",
    ]


def test_another_approves_it_and_it_is_let_out(reader):
    desk = reader.served.desk
    given = Given(account=reader.served.do(account(desk)), person=reader.served.bert.person)
    reader.served.do(account_rights.give(desk, given, by="page", at=NOW))
    page = entered(reader, reader.served.bert, "/case?number=3")
    page.locator("#answer").get_by_role("button", name="Approve").click()
    page.wait_for_url("**did=approve**")
    page.locator("#answer").get_by_role("button", name="Send").click()
    page.wait_for_url("**did=send**")
    assert "It goes out by itself, once." in page.locator("#answer").inner_text()
    (answer,) = reader.served.do(answers.of_case(desk, reader.served.do(cases.get(desk, 3)).id))
    assert (answer.state, answer.sends) == (answers.State.QUEUED, reader.served.bert.by)


def test_a_best_practice_is_put_into_the_draft_and_counted(reader):
    desk = reader.served.desk
    made = reader.served.do(approved(desk, title="Geld terug", answer="We storten het terug.", at=NOW))
    page = entered(reader, reader.served.anna, "/case?number=1")
    form = {"act": "use", "number": str(made.number), "case": "1"}
    form["csrf"] = page.locator("input[name=csrf]").first.input_value()
    used = page.request.post(f"{reader.served.url}/practices", form=form, max_redirects=0)
    assert used.headers["location"] == f"/case?number=1&practice={made.number}#answer"
    page.goto(f"{reader.served.url}{used.headers['location']}")
    assert page.locator("#answer-text").input_value() == "We storten het terug."
    case = reader.served.do(cases.get(desk, 1))
    assert [one.by for one in reader.served.do(practices.uses(desk, case=case.id))] == [reader.served.anna.by]
