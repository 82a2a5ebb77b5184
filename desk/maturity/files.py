"""The report of maturity as a file: exactly one page as PDF, the same as a picture, or its content as JSON."""

from enum import StrEnum

import msgspec

from desk.maturity.report import Known
from desk.maturity.sheet import LEFT, drawn
from desk.maturity.wording import Reader, written
from desk.reports.drawn import as_picture, on_paper
from desk.reports.paper import SOFT, Paper, foot_of
from desk.reports.shapes import HIGH, Text


class Form(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JSON = "json"


TYPES = {Form.PDF: "application/pdf", Form.PNG: "image/png", Form.JSON: "application/json"}


def file_of(known: Known, reader: Reader, form: Form) -> bytes:
    """The whole file. Takes a part of a second of CPU: not for the loop of a server."""
    report = written(known, reader)
    if form is Form.JSON:
        return msgspec.json.format(msgspec.json.encode(report), indent=2)
    shapes = drawn(report, known.found, reader.words, reader.form)
    if form is Form.PNG:
        foot = foot_of(report.organisation, reader.form, known.at)
        return as_picture([*shapes, Text(LEFT, HIGH - 9, foot, 8, SOFT)])
    paper = Paper(report.title, report.organisation, words=reader.words, form=reader.form, at=known.at)
    paper.set_left_margin(LEFT - paper.c_margin)
    return on_paper(paper, shapes)


def name_of(known: Known, reader: Reader, form: Form) -> str:
    """How the file is called, by the organisation's day."""
    day = known.at.astimezone(reader.organisation.zone)
    return f"klankbord-maturity-{day:%Y-%m-%d}-{reader.words.language}.{form}"
