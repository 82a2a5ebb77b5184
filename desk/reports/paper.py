"""A4 paper with letters that the font has, and the few things that are put on it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from desk.web.formats import Formats
from desk.web.words import Words

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
UNKNOWN = "□"
"""Stands where the font has no letter."""
INK, SOFT, LINE, FAINT = (28, 34, 46), (91, 99, 112), (221, 225, 231), (240, 242, 246)


def foot_of(organisation: str, form: Formats, at: datetime) -> str:
    """What stands at the foot of a page: whose it is, and when it was made."""
    return f"{organisation} · {form.absolute(at)}"


class Paper(FPDF):
    """A4 with a foot of its own; texts are drawn with letters that the font has."""

    def __init__(self, title: str, organisation: str, *, words: Words, form: Formats, at: datetime) -> None:
        super().__init__()
        self._foot = foot_of(organisation, form, at)
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FAMILY, style, FONTS / file)
        self.set_font(FAMILY, size=10)
        font = self.fonts[FAMILY.lower()]
        self.letters = set(font.cmap) if isinstance(font, TTFFont) else set()
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(title)
        self.set_author(f"klankbord, {organisation}")
        self.set_lang(words.language)
        self.set_creation_date(at)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-13)
        self.style(8, SOFT)
        self.cell(0, 5, self.drawable(f"{self._foot} · {self.page_no()}"))

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
