"""What a crisis came to: how fast who was told, what fell short, as data and on paper in both languages."""

import io

import msgspec
import pypdf
import pytest

from desk.crisis import acts, printed
from desk.crisis.report import AfterAction, Lack, Short, Told, gathered, short, times
from desk.store import crises
from desk.store.notices import Kind
from desk.web import words
from desk.web.formats import Formats
from tests.desk.corpus import ZONE
from tests.desk.crisis.book import ANNA, HOUR, LEAD, MINUTE, NOW, PLAN, alarmed, fired

TAKEN = Told(kind=Kind.ALARM, at=NOW, to="webcare", channel="chat", taken_at=NOW + MINUTE, instead="slack")


async def lived(desk):
    """A crisis with a late step, an unsaid severity and no statement, that ended without a lesson."""
    crisis = await alarmed(desk)
    await fired(desk, NOW + 10 * MINUTE)
    taken = (await acts.take(desk, ANNA, crisis.id, saw=2, at=NOW + 12 * MINUTE)).crisis
    await acts.step(desk, ANNA, crisis.id, "verify", saw=taken.version, at=NOW + 30 * MINUTE)
    done = await acts.stand_down(desk, LEAD, crisis.id, "trains run", saw=taken.version + 1, at=NOW + 2 * HOUR)
    return done.crisis


async def test_it_says_how_fast_and_what_fell_short(desk):
    report = await gathered(desk, (await lived(desk)).number)
    assert (report.times.acknowledged, report.times.led, report.times.ended) == (720, 720, 7200)
    assert [(one.short, one.what) for one in report.short] == [
        (Short.NOBODY_TOLD, ""),
        (Short.ESCALATED, "lead"),
        (Short.NO_SEVERITY, ""),
        (Short.NO_STATEMENT, ""),
        (Short.STEP_LATE, "verify"),
        (Short.NO_LESSON, ""),
    ]
    assert (await gathered(desk, 99)) is None


async def test_who_was_told_by_which_channel_counts(desk):
    crisis = await lived(desk)
    events, steps = await crises.events(desk, crisis.id), await crises.steps(desk, crisis.id)
    assert times(crisis, events, (), [TAKEN]).told == 60
    found = short(crisis, events, steps, (), [TAKEN])
    assert found[0] == Lack(short=Short.CHANNEL_FAILED, what="slack")


async def test_as_json_it_reads_back_the_same(desk):
    report = await gathered(desk, (await lived(desk)).id)
    assert msgspec.json.decode(msgspec.json.encode(report), type=AfterAction) == report


@pytest.mark.parametrize("language", words.LANGUAGES)
async def test_it_is_printed_in_each_language(desk, language):
    report = await gathered(desk, (await lived(desk)).id)
    catalogue = words.load(language)
    assert printed.pdf(report, reader(catalogue), NOW).startswith(b"%PDF-")


def reader(catalogue):
    return printed.Reader(
        catalogue,
        Formats(catalogue, ZONE, NOW),
        organisation="Noorderlijn",
        names={"anna": "Anna"},
        roles={"lead": "Head of webcare"},
        severity="",
    )


async def test_what_happened_is_printed_as_its_page_says_it(desk):
    crisis = await lived(desk)
    again = await acts.reopen(desk, LEAD, crisis.id, "it rings", plan=PLAN, saw=crisis.version, at=NOW + 3 * HOUR)
    saw = again.crisis.version
    await acts.severity(desk, ANNA, crisis.id, 2, "newspapers", saw=saw, at=NOW + 3 * HOUR)
    paper = _printed(await gathered(desk, crisis.id))
    for said in (
        "Nobody acknowledged, so it was put to: Head of webcare.",
        "Anna took the lead.",
        "Anna did: Verify.",
        "reopened it: it rings",
        "Anna raised the severity: serious. newspapers",
    ):
        assert said in paper
    assert "{" not in paper


def _printed(report):
    content = printed.pdf(report, reader(words.load("en")), NOW)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
