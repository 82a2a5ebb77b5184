"""A report as CSV: figures of an overview, messages of a search."""

from collections.abc import Iterator, Sequence

from desk.reports.report import Report
from desk.web.pages.export import csv_rows
from picture.sentiment import FELT, LABELS

FIGURES = ("what", "name", "start", "end", "count", "share", "usual")
MESSAGES = ("source", "created_at", "language", "sentiment", "topics", "text")


def table(report: Report) -> bytes:
    """UTF-8 with a mark at its beginning, as spreadsheets want it; no cell is taken for a formula."""
    rows = _messages(report) if report.shown.page == "search" else _figures(report)
    return "\ufeff".encode() + csv_rows(list(rows))


def _messages(report: Report) -> Iterator[Sequence[str]]:
    yield MESSAGES
    for one in report.said:
        yield (one.source, one.at.isoformat(), one.language, one.sentiment, ";".join(one.topics), one.text or "")


def _figures(report: Report) -> Iterator[Sequence[str]]:
    """`count` is empty where it was not collected, which is not 0."""
    picture = report.picture
    since, until = report.asked.since.isoformat(), report.asked.until.isoformat()
    yield FIGURES
    usual = "" if picture.volume.usual is None else f"{picture.volume.usual:g}"
    yield ("total", "", since, until, str(picture.total), "", usual)
    for label in LABELS:
        share = picture.sentiment.share(label)
        yield ("sentiment", label, since, until, str(getattr(picture.sentiment, label)), _share(share), "")
    for one in picture.intents:
        yield ("intent", one.name, since, until, str(one.mentions), _share(one.share), "")
    for about in picture.aspects:
        for label in FELT:
            part = about.felt.share(label)
            yield (f"aspect {about.name}", label, since, until, str(getattr(about.felt, label)), _share(part), "")
    for moved in picture.moved:
        yield ("topic", moved.topic, since, until, str(moved.now), "", "")
    for what, values in (("source", picture.sources), ("language", picture.languages), ("monitor", picture.voices)):
        for one in values:
            yield (what, one.name, since, until, str(one.mentions), _share(one.share), "")
    for point in picture.volume.points:
        count = "" if point.count is None else str(point.count)
        middle = "" if point.band is None else f"{point.band.middle:g}"
        yield ("volume", "", point.start.isoformat(), point.end.isoformat(), count, "", middle)
    for gap in picture.volume.gaps:
        yield ("not collected", gap.source, gap.since.isoformat(), gap.until.isoformat(), "", "", "")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"
