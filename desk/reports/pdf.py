"""A report as PDF: the figures in words and tables, the charts as vector drawings."""

from collections.abc import Sequence

from desk.reports.paper import FAINT, LINE, SOFT, Paper
from desk.reports.report import Report
from desk.web import chart
from picture.sentiment import LABELS
from picture.shares import Share

ACCENT, BAND = (31, 95, 168), (214, 228, 244)
TONES = {"negative": (213, 94, 0), "uncertain": (190, 194, 201), "unjudged": (225, 228, 233), "neutral": (138, 143, 152), "positive": (0, 158, 115)}  # fmt: skip
"""From the left, in the page's own colours."""
HIGH = 42.0


def pdf(report: Report) -> bytes:
    """The whole file. Takes a second of CPU for a long one: not for the loop of a server."""
    words, form, picture = report.words, report.form, report.picture
    paper = Paper(report.title, report.organisation, words=words, form=form, at=report.at)
    paper.say(report.title, size=18, bold=True, gap=0)
    paper.say(f"{report.organisation} · {form.stretch(report.asked.since, report.asked.until)}", soft=True, gap=3)
    paper.say(report.sentence, size=12, gap=2)
    if report.gaps:
        paper.say(f"{words('gaps.title')}: {'; '.join(report.gaps)}", soft=True, gap=2)
    titles = chart.titles(picture, words=words, form=form)
    paper.say(titles["volume"], size=11, bold=True)
    _volume(paper, report)
    paper.key(
        [
            (str(words("chart.messages")), ACCENT),
            (str(words("chart.band")), BAND),
            (str(words("chart.gap")), TONES["uncertain"]),
        ]
    )
    paper.say(titles["sentiment"], size=11, bold=True)
    _tones(paper, report)
    paper.key([(str(words.or_plain("sentiment", one)), colour) for one, colour in TONES.items()])
    paper.rows(
        str(words("sentiment.title")),
        [
            (words.or_plain("sentiment", one), form.number(getattr(picture.sentiment, one)), form.percent(picture.sentiment.share(one)))
            for one in LABELS
        ],
    )  # fmt: skip
    paper.rows(
        f"{words('moved.title')} {words('moved.period')}",
        [(one.topic, form.number(one.now), "–" if one.change is None else form.signed(one.change)) for one in picture.moved],
    )  # fmt: skip
    paper.rows(str(words("sources.title")), _shares(report, picture.sources, "source"))
    paper.rows(str(words("languages.title")), _shares(report, picture.languages, "tongue"))
    paper.rows(str(words("voices.title")), _shares(report, picture.voices, ""))
    _said(paper, report)
    paper.ln(3)
    paper.say(str(words("shared.names")), size=8, soft=True)
    return bytes(paper.output())


def _shares(report: Report, values: Sequence[Share], prefix: str) -> list[tuple[str, str, str]]:
    form = report.form
    return [
        (
            report.words.or_plain(prefix, one.name) if prefix else one.name,
            form.number(one.mentions),
            form.percent(one.share),
        )
        for one in values
    ]


def _volume(paper: Paper, report: Report) -> None:
    """Counts as columns over what is normal; grey is what was not collected."""
    points, form, left, width = report.picture.volume.points, report.form, paper.l_margin, paper.epw
    top, bottom = paper.get_y() + 4, paper.get_y() + 4 + HIGH
    most = max([4.0, *(one.count or 0 for one in points), *(one.band.high for one in points if one.band)])
    paper.set_fill_color(*FAINT)
    paper.set_draw_color(*LINE)
    paper.rect(left, top, width, HIGH)
    begins, ends = (points[0].start, points[-1].end) if points else (report.asked.since, report.asked.until)
    whole = (ends - begins).total_seconds() or 1
    for point in points:
        x = left + width * (point.start - begins).total_seconds() / whole
        wide = width * (point.end - point.start).total_seconds() / whole
        if point.count is None:
            paper.set_fill_color(*TONES["uncertain"])
            paper.rect(x, top, wide, HIGH, style="F")
            continue
        if point.band:
            high, low = (HIGH * value / most for value in (point.band.high, point.band.low))
            paper.set_fill_color(*BAND)
            paper.rect(x, bottom - high, wide, max(high - low, 0.3), style="F")
        paper.set_fill_color(*ACCENT)
        paper.rect(
            x + wide * 0.12, bottom - HIGH * point.count / most, wide * 0.76, HIGH * point.count / most, style="F"
        )
    paper.style(8, SOFT)
    paper.text(left, top - 1, form.number(most))
    paper.text(left, bottom + 4, paper.drawable(form.moment_with_day(begins)))
    last = paper.drawable(form.moment_with_day(ends))
    paper.text(left + width - paper.get_string_width(last), bottom + 4, last)
    paper.set_y(bottom + 8)


def _tones(paper: Paper, report: Report) -> None:
    """One bar of shares, uncertain ones a part of their own."""
    x, y = paper.l_margin, paper.get_y() + 1
    for label, colour in TONES.items():
        wide = paper.epw * (report.picture.sentiment.share(label) or 0)
        paper.set_fill_color(*colour)
        paper.rect(x, y, wide, 6, style="F")
        x += wide
    paper.set_y(y + 8)


def _said(paper: Paper, report: Report) -> None:
    words, form = report.words, report.form
    quoted = [one for one in report.said if one.text]
    if not quoted:
        return
    paper.together(28)
    paper.ln(4)
    paper.say(str(words("shared.words")), size=11, bold=True)
    for one in quoted:
        about = (
            words.or_plain("source", one.source),
            form.moment_with_day(one.at),
            words.or_plain("sentiment", one.sentiment),
        )
        paper.together(14)
        paper.say(" · ".join(about), size=8, soft=True, gap=0)
        paper.say(one.text or "", size=9, gap=2)
