"""The catalogues say the same things, and everything the page says is in them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

import desk.web
from desk.web import words
from desk.web.formats import Formats

WEB = Path(desk.web.__file__).parent
NL, EN = words.load("nl"), words.load("en")
NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_both_catalogues_have_the_same_keys_and_places():
    assert NL.entries.keys() == EN.entries.keys()
    places = {
        key: (set(re.findall(r"{\w+}", text)), set(re.findall(r"{\w+}", NL.entries[key])))
        for key, text in EN.entries.items()
    }
    assert [key for key, (english, dutch) in places.items() if english != dutch] == []


def test_what_weighs_in_an_alarm_is_called_in_a_crisis_too():
    weighed = {key.removeprefix("alarm.") for key in EN.entries if key.startswith("alarm.weighed.")}
    assert len(weighed) > 4
    assert {f"crisis.{name}" for name in weighed} <= EN.entries.keys()


def test_no_text_is_empty():
    assert [key for one in (NL, EN) for key, text in one.entries.items() if not text.strip()] == []


def test_every_key_that_is_used_exists():
    text = "\n".join(path.read_text("utf-8") for path in WEB.rglob("*") if path.suffix in {".html", ".py"})
    used = set(re.findall(r"\b(?:t|words|_words)\(\s*\"([a-z_0-9.]+)\"\s*[,)]", text))
    known = set(EN.entries) | {key.rsplit(".", 1)[0] for key in EN.entries}
    assert len(used) > 150
    assert used - known == set()


def test_every_key_that_is_put_together_exists():
    text = "\n".join(path.read_text("utf-8") for path in WEB.rglob("*") if path.suffix in {".html", ".py"})
    starts = set(re.findall(r"\bt\(\"([a-z_.]+\.)\" ~", text)) | set(re.findall(r"words\(f\"([a-z_.]+\.){", text))
    assert len(starts) > 8
    assert [start for start in starts if not any(key.startswith(start) for key in EN.entries)] == []


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", None, "nl"),
        ("de,en;q=0.7,nl;q=0.3", None, "en"),
        ("en;q=0.2, nl;q=0.9", None, "nl"),
        ("nl", "en", "en"),
        ("fr", "xx", "en"),
        ("nl;q=zero", None, "en"),
        ("", None, "en"),
    ],
)
def test_the_language_is_the_readers(accepted, chosen, language):
    assert words.choose(accepted, chosen) == language


def test_a_text_with_markup_in_it_escapes_the_rest():
    made = words.Words("en", {"told": "<{who}> {what}"})("told", who="<b>", what=Markup("<i>x</i>"))
    assert made == "&lt;&lt;b&gt;&gt; <i>x</i>"


def test_numbers_are_written_as_the_reader_writes_them():
    dutch, english = (Formats(one, ZoneInfo("Europe/Amsterdam"), NOW) for one in (NL, EN))
    assert (dutch.number(1240), english.number(1240)) == ("1.240", "1,240")
    assert (dutch.times(2.13), english.times(2.13)) == ("2,1\u202f×", "2.1\u202f×")
    assert (dutch.percent(0.463), dutch.percent(None), dutch.percent(0.004)) == ("46\u202f%", "–", "0,4\u202f%")
    assert (dutch.points(0.18), dutch.points(-0.18), dutch.points(0.001)) == ("+18", "−18", "0")


def test_times_are_in_the_organisations_zone_across_a_change_of_the_clock():
    form = Formats(EN, ZoneInfo("Europe/Amsterdam"), NOW)
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert (form.moment(before), form.moment(before + timedelta(hours=1))) == ("01:30", "03:30")
    assert form.absolute(before) == "Sun 29 Mar 2026, 01:30:00 (Europe/Amsterdam)"
