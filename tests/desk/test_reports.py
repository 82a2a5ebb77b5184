"""Views as files: the page's own figures, in both languages, without anybody's name, harmless to a spreadsheet."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pypdf
import pytest
from pydantic import ValidationError

from core.errors import Reject
from core.types import Author, Enriched, Finding, Mention
from desk.ports import Organisation
from desk.reports.report import make
from desk.reports.schedule import Schedule
from desk.reports.sending import Reporter, file_of
from desk.reports.shown import shown
from desk.store import reports
from desk.web import words
from klankbord.serving.asking import Asking
from picture.overview import overview
from tests.desk import corpus
from tests.desk.alerts.conftest import Scene, scene  # noqa: F401 - a fixture
from tests.desk.serving import Leaving, everything, fill, opened

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def archived(tmp_path_factory):
    return tmp_path_factory.mktemp("reports") / "archive.db"


@pytest.fixture
async def site(archived):
    is_new = not archived.exists()
    async with opened(archived) as archive:
        if is_new:
            await fill(archive, everything()[-900:])
        yield Asking(archive, lambda: corpus.NOW, Organisation(name="Noorderlijn", zone=ZONE))


async def made(site, address, form, language="en"):
    report = await make(site, Leaving(), shown(address, site), title="Week", words=words.load(language))
    return report, file_of(report, form)


def text_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "address", ["/search?q=emotion:anger", "/search?q=trein+followers:[100+TO+5000]", "/search?order=reach"]
)
async def test_a_list_by_what_single_people_have_or_feel_stays_inside(site, address):
    with pytest.raises(Reject, match="by reach or emotion"):
        shown(address, site)


@pytest.mark.parametrize(("language", "negative"), [("nl", "negatief"), ("en", "negative")])
async def test_a_pdf_holds_the_pages_figures_in_the_readers_language(site, language, negative):
    report, content = await made(site, "/?range=7d", "pdf", language)
    picture = await overview(site.archive, report.asked.where, zone=ZONE, now=corpus.NOW)
    text = text_of(content)
    assert picture.total > 100
    for figure in (picture.total, picture.sentiment.negative, picture.sources[0].mentions, picture.moved[0].now):
        assert report.form.number(figure) in text
    assert f"{negative} {picture.sentiment.negative}" in text


async def test_a_pdf_says_what_its_colours_mean(site):
    text = text_of((await made(site, "/?range=7d", "pdf", "nl"))[1])
    assert "berichten verwacht (8 van de 10 keer) niet verzameld" in text
    assert "negatief onzeker niet beoordeeld neutraal positief" in text


async def test_a_message_stands_on_the_page_of_its_heading(site):
    report, content = await made(site, "/search?range=7d", "pdf")
    moments = {report.form.moment_with_day(one.at) for one in report.said}
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        *_, last, _foot = [line for line in page.extract_text().splitlines() if line.strip()]
        assert not any(moment in last for moment in moments), last


async def test_no_author_stands_in_a_report(site):
    report, content = await made(site, "/search?range=7d", "pdf")
    page = await site.archive.search(report.asked.where, order="newest", size=100)
    text = text_of(content).casefold()
    everybody = (one.enriched.mention.author.name or "<" for one in page.mentions)
    names = {name for name in everybody if not name.startswith("<")}  # the hostile one says its name in its text
    assert len(names) > 5
    assert [name for name in names if f" {name.casefold()} " in text] == []


async def test_a_csv_of_an_overview_adds_up(site):
    report, content = await made(site, "/?range=7d", "csv")
    rows = rows_of(content)
    total = next(int(row["count"]) for row in rows if row["what"] == "total")
    assert total == report.picture.total == await site.archive.count(report.asked.where)
    assert sum(int(row["count"]) for row in rows if row["what"] == "sentiment") == total
    assert sum(int(row["count"] or 0) for row in rows if row["what"] == "volume") == total
    assert [row for row in rows if row["what"] == "volume" and row["count"] == ""]  # not collected is not 0
    assert [row["name"] for row in rows if row["what"] == "not collected"]


async def test_letters_of_every_kind_and_formulas_do_no_harm(site, tmp_path):
    said = "=1+1 één ﷽ مرحبا 😀 \U000e0041 \x07漢字 @anna_v"
    async with opened(tmp_path / "archive.db") as archive:
        at = corpus.NOW - timedelta(minutes=5)
        author = Author(id="bluesky:x", handle="x")
        mention = Mention(id="bluesky:1", source="bluesky", author=author, text=said, created_at=at, seen_at=at)
        topic = Finding(name="topics", model="m", labels=("=cmd()",))
        await fill(archive, [Enriched(mention=mention, findings=(topic,))])
        here = Asking(archive, site.clock, site.organisation)
        assert "één" in text_of((await made(here, "/search?range=24h", "pdf"))[1])
        (row,) = rows_of((await made(here, "/search?range=24h", "csv"))[1])
        assert (row["text"][:5], row["topics"]) == ("'=1+1", "'=cmd()")
        assert row["text"].endswith("@…")


async def test_an_empty_view_is_a_report_too(site):
    _, content = await made(site, "/search?q=nietsdaarvan&range=24h", "pdf")
    assert "Noorderlijn" in text_of(content)


@pytest.mark.parametrize(
    ("said", "after", "due"),
    [
        ({"every": "day", "at": "07:00"}, datetime(2026, 10, 24, 6, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
        ({"every": "day", "at": "02:30"}, datetime(2026, 3, 28, 6, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ({"every": "week", "on": 1}, datetime(2026, 11, 3, 9, tzinfo=UTC), datetime(2026, 11, 9, 6, tzinfo=UTC)),
        ({"every": "month", "on": 28}, datetime(2026, 2, 28, 9, tzinfo=UTC), datetime(2026, 3, 28, 6, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_report_is_due_on_the_organisations_own_clock(said, after, due):
    assert Schedule(name="a", view="/", to=("a@b.nl",), **said).next_after(after, ZONE) == due


@pytest.mark.parametrize("wrong", [{"to": ()}, {"to": ("x",)}, {"at": "late"}, {"on": 31}, {"every": "hour"}])
def test_a_schedule_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        Schedule(**{"name": "a", "view": "/", "to": ("a@b.nl",)} | wrong)


async def test_a_missed_report_is_sent_once(scene: Scene):  # noqa: F811 - the fixture
    schedule = Schedule(name="Dag", view="/?range=24h", every="day", to=("a@b.nl", "c@d.nl"))
    next_after = partial(Schedule.next_after, zone=ZONE)
    at = scene.clock[0]
    await reports.put(scene.desk, schedule, by="ruth", at=at, next_at=schedule.next_after(at, ZONE))
    assert await reports.owe_due(scene.desk, at, next_after) == 0
    later = at + timedelta(days=4)
    assert [await reports.owe_due(scene.desk, later, next_after) for _ in range(2)] == [1, 0]
    letters = await scene.owed()
    assert sorted(one.receiver for one in letters) == ["a@b.nl", "c@d.nl"]
    (kept,) = await reports.every(scene.desk)
    assert kept.next_at == schedule.next_after(later, ZONE)
    site = Asking(scene.archive, lambda: later, Organisation(name="Noorderlijn", zone=ZONE))
    catalogues = {language: words.load(language) for language in words.LANGUAGES}
    reporter = Reporter(scene.desk, site, Leaving(), catalogues=catalogues, first_language="nl")
    message = await reporter.compose(letters[0], "bord@klank.example")
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert "Noorderlijn" in text_of(attached.get_content())


def test_a_report_is_downloaded_scheduled_and_removed_on_the_page(guest):
    page = guest.enter("/?range=7d")
    with page.expect_download() as loading:
        page.get_by_role("link", name="PDF").click()
    assert loading.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Schedule").click()
    page.wait_for_url("**/alerts**")
    page.fill("#report-to", "nobody")
    page.fill("#report-name", "Week")
    page.click("button[value=report]")
    page.wait_for_selector("#reports .mistake")
    page.fill("#report-to", "ops@klank.example")
    page.click("button[value=report]")
    page.wait_for_selector("#reports .monitors")
    page.click("#reports button[value=remove]")
    page.wait_for_selector("#reports .none")
