"""A report as PDF: the figures in words and tables, the charts as vector drawings."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from desk.reports.report import Report
from desk.web import chart
from picture.sentiment import LABELS
from picture.shares import Share

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
UNKNOWN = "□"
"""Stands where the font has no letter."""
INK, SOFT, LINE, FAINT = (28, 34, 46), (91, 99, 112), (221, 225, 231), (240, 242, 246)
ACCENT, BAND = (31, 95, 168), (214, 228, 244)
TONES = {"negative": (213, 94, 0), "uncertain": (190, 194, 201), "unjudged": (225, 228, 233), "neutral": (138, 143, 152), "positive": (0, 158, 115)}  # fmt: skip
"""From the left, in the page's own colours."""
HIGH = 42.0


class Paper(FPDF):
    """A4 with the report's own foot; texts are drawn with letters that the font has."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FAMILY, style, FONTS / file)
        self.set_font(FAMILY, size=10)
        font = self.fonts[FAMILY.lower()]
        self.letters = set(font.cmap) if isinstance(font, TTFFont) else set()
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(report.title)
        self.set_author(f"klankbord, {report.organisation}")
        self.set_lang(report.words.language)
        self.set_creation_date(report.at)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-13)
        self.style(8, SOFT)
        text = f"{self.report.organisation} · {self.report.form.absolute(self.report.at)} · {self.page_no()}"
        self.cell(0, 5, self.drawable(text))

    def say(self, text: str, *, size: float = 10, bold: bool = False, soft: bool = False, gap: float = 1) -> None:
        """A paragraph over the whole width."""
        self.style(size, SOFT if soft else INK, bold=bold)
        self.multi_cell(0, size * 0.5, self.drawable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(gap)

    def together(self, high: float) -> None:
        """Begin a new page where that much (mm) no longer fits on this one."""
        if self.will_page_break(high):
            self.add_page()

    def key(self, parts: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        """A line that says what each colour stands for."""
        self.style(8, SOFT)
        for text, colour in parts:
            self.set_fill_color(*colour)
            self.rect(self.get_x(), self.get_y() + 1, 3, 3, style="F")
            self.set_x(self.get_x() + 4)
            self.cell(self.get_string_width(self.drawable(text)) + 5, 5, self.drawable(text))
        self.ln(7)

    def rows(self, title: str, rows: Sequence[Sequence[str]]) -> None:
        """A small table: a name, then figures at the right; whole on one page where that is enough for it."""
        if not rows:
            return
        self.together(min(12 + 5.5 * len(rows), 60))
        self.ln(3)
        self.say(title, size=11, bold=True)
        for name, *figures in rows:
            self.style(9, INK)
            self.cell(self.epw - 28 * len(figures), 5.5, self._fitting(name, self.epw - 28 * len(figures) - 2))
            for figure in figures:
                self.cell(28, 5.5, self.drawable(figure), align="R")
            self.ln(5.5)
            self.set_draw_color(*LINE)
            self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def style(self, size: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)

    def drawable(self, text: str) -> str:
        return "".join(sign if ord(sign) in self.letters or sign == "\n" else UNKNOWN for sign in text)

    def _fitting(self, text: str, width: float) -> str:
        shown = " ".join(self.drawable(text).split())
        while len(shown) > 2 and self.get_string_width(shown) > width:
            shown = f"{shown[:-2]}…"
        return shown


def pdf(report: Report) -> bytes:
    """The whole file. Takes a second of CPU for a long one: not for the loop of a server."""
    words, form, picture = report.words, report.form, report.picture
    paper = Paper(report)
    paper.say(report.title, size=18, bold=True, gap=0)
    paper.say(f"{report.organisation} · {form.stretch(report.asked.since, report.asked.until)}", soft=True, gap=3)
    paper.say(report.sentence, size=12, gap=2)
    if report.gaps:
        paper.say(f"{words('gaps.title')}: {'; '.join(report.gaps)}", soft=True, gap=2)
    titles = chart.titles(picture, words=words, form=form)
    paper.say(titles["volume"], size=11, bold=True)
    _volume(paper)
    paper.key(
        [
            (str(words("chart.messages")), ACCENT),
            (str(words("chart.band")), BAND),
            (str(words("chart.gap")), TONES["uncertain"]),
        ]
    )
    paper.say(titles["sentiment"], size=11, bold=True)
    _tones(paper)
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
    _said(paper)
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


def _volume(paper: Paper) -> None:
    """Counts as columns over what is normal; grey is what was not collected."""
    points, form, left, width = paper.report.picture.volume.points, paper.report.form, paper.l_margin, paper.epw
    top, bottom = paper.get_y() + 4, paper.get_y() + 4 + HIGH
    most = max([4.0, *(one.count or 0 for one in points), *(one.band.high for one in points if one.band)])
    paper.set_fill_color(*FAINT)
    paper.set_draw_color(*LINE)
    paper.rect(left, top, width, HIGH)
    begins, ends = (points[0].start, points[-1].end) if points else (paper.report.asked.since, paper.report.asked.until)
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


def _tones(paper: Paper) -> None:
    """One bar of shares, uncertain ones a part of their own."""
    x, y = paper.l_margin, paper.get_y() + 1
    for label, colour in TONES.items():
        wide = paper.epw * (paper.report.picture.sentiment.share(label) or 0)
        paper.set_fill_color(*colour)
        paper.rect(x, y, wide, 6, style="F")
        x += wide
    paper.set_y(y + 8)


def _said(paper: Paper) -> None:
    words, form = paper.report.words, paper.report.form
    quoted = [one for one in paper.report.said if one.text]
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
