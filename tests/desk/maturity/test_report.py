"""One page for management: one page indeed, in two languages, as paper, picture and JSON."""

import io
import json
import struct
from datetime import timedelta

import pypdf
import pytest

from desk.maturity.files import Form, file_of, name_of
from desk.maturity.report import known
from desk.maturity.sheet import drawn
from desk.maturity.wording import written
from desk.reports.shapes import HIGH, WIDE, Area, Card, Stroke, Text, fitting, width, wrapped
from desk.store import maturity
from playbook.maturity import assess
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import full
from tests.desk.maturity.known import NAMES, made, reader
from tests.desk.serving import everything, fill

SOME = NAMES[:9]


def told(known_, reader_):
    return json.loads(file_of(known_, reader_, Form.JSON))


def paper(known_, reader_):
    return pypdf.PdfReader(io.BytesIO(file_of(known_, reader_, Form.PDF)))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"met": SOME, "before": NAMES, "long": 30, "departments": 40, "holders": ["Wilhelmina"] * 20},
        {"met": (), "goals": 0, "departments": 0, "holders": ()},
    ],
)
def test_it_is_exactly_one_page_and_nothing_hangs_over_its_edge(language, options):
    found, playbook = made(**options)
    name = "Noorderlijn " * options.get("long", 1)
    reader_ = reader(playbook, language, name=name.strip())
    (page,) = paper(found, reader_).pages
    assert [float(side) for side in page.mediabox[2:]] == pytest.approx([595.28, 841.89], abs=0.1)
    for shape in drawn(written(found, reader_), found.found, reader_.words, reader_.form):
        for x, y in places(shape):
            assert 10 <= x <= WIDE - 10
            assert 10 <= y <= HIGH - 14


def places(shape):
    match shape:
        case Text():
            back = {"start": 0, "middle": shape.wide / 2, "end": shape.wide}[shape.anchor]
            return [(shape.x - back, shape.y), (shape.x - back + shape.wide, shape.y)]
        case Card():
            return [(shape.x, shape.y), (shape.x + shape.wide, shape.y + shape.high)]
        case Area():
            return shape.corners
        case Stroke():
            return shape.points


def test_it_says_where_it_stands_why_it_moved_and_who_is_next():
    found, playbook = made(met=[*SOME, "flowing"], before=[*NAMES[1:9], "rota_held"])
    reader_ = reader(playbook, "en")
    text = " ".join(paper(found, reader_).pages[0].extract_text().split())
    for part in (
        "How far is Noorderlijn?",
        "Foundation holds; of Safety 3 of 8 are met.",
        "counts only once Safety holds",
        "Since 18 Nov 2026: −0.1, because:",
        "Does each goal have an owner?",
        "Fewer complaints",
        "not reached",
        "By lead: Ruben",
        "12,345 / 54,321",
        "one publisher in 330 employees in 2011",
    ):
        assert part in text
    read = told(found, reader_)
    assert [(one["need"], one["gained"], one["counts"]) for one in read["moved"]["reasons"]] == [
        ("rota_held", False, True),
        ("goals_owned", True, True),
        ("flowing", True, False),
    ]
    assert (read["next"]["need"], read["next"]["level"], read["next"]["names"]) == ("rota", 2, ["Ruben"])
    assert [one["state"] for one in read["levels"]] == ["holds", "climbs", "locked", "locked", "locked"]
    assert read["departments"][0]["measures"]["trained"] == {"some": 12_345, "all": 54_321, "answer": "unmet"}


def test_without_names_nobody_is_named():
    found, playbook = made(met=SOME)
    assert told(found, reader(playbook, names=False))["next"]["names"] == []


def test_the_picture_is_a4_at_150_dots_an_inch():
    found, playbook = made(met=SOME)
    content = file_of(found, reader(playbook), Form.PNG)
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (1240, 1754)
    assert len(content) > 50_000


def test_a_file_is_called_by_its_day_and_language():
    found, playbook = made()
    assert name_of(found, reader(playbook), Form.PNG) == "klankbord-maturity-2026-11-27-nl.png"


async def test_what_there_is_to_tell_is_read_from_desk_and_archive_and_names_no_author(looked):
    await full(looked.database)
    talk = everything()[-50:]
    await fill(looked.archive, talk)
    await maturity.keep(looked.database, assess({}), (NOW - timedelta(days=9)).date(), NOW - timedelta(days=9))
    found = await known(looked, NOW, admits_closed=True)
    assert found.moved.since == (NOW - timedelta(days=9)).date()
    assert [one.name for one in found.goals] == ["complaints", "heard"]
    read = file_of(found, reader(looked.playbook), Form.JSON).decode()
    assert "Anna de Vries" in read  # who holds the role of the next step
    authors = {one.mention.author for one in talk if hasattr(one, "mention")}
    assert authors
    assert not [one for one in authors if (one.handle or one.id) in read]
    assert "Person 1" not in read


def test_texts_are_wrapped_and_cut_where_there_is_no_room():
    text = "een lange zin die nergens past " * 5
    lines = wrapped(text, 40, 10, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(width(line, 10) <= 40 for line in lines)
    assert fitting("kort", 40, 10) == "kort"
