"""HTML fragments, as posts and feeds carry them, to plain text."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

MOST_CHARACTERS = 1_000_000
_PARAGRAPH = frozenset({"p", "ul", "ol", "dl", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_LINE = frozenset(
    {"div", "tr", "dt", "dd", "section", "article", "aside", "header", "footer", "nav", "figure", "figcaption"}
    | {"main", "form", "fieldset", "address", "details", "summary", "option", "caption"}
)
_HIDDEN = frozenset({"script", "style", "template", "head", "title", "noscript", "iframe", "object", "svg", "math"})
_EMPTY = frozenset(
    {"br", "hr", "img", "input", "wbr", "meta", "link", "source", "area", "base", "col", "embed", "track"}
)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def plain(fragment: str, *, without: Collection[str] = ()) -> str:
    """The text a reader sees: paragraphs parted by an empty line, <br> and blocks by a line break, items by "- ".

    A link whose text is shortened ("https://example.org/a/lo...") gives its whole address, and the hidden pieces of a
    Mastodon link are put together again. Elements of a class in `without` are left out. Only the first million
    characters are read. Never raises.
    """
    if "<" not in fragment and "&" not in fragment:
        return fragment.replace("\xa0", " ").strip()
    reader = _Reader(without)
    reader.feed(fragment[:MOST_CHARACTERS])
    if reader.rawdata.startswith("<!--"):  # a comment never closed hides the rest, as it does in browsers
        reader.rawdata = ""
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self, without: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._without = frozenset(without)
        self._pieces: list[str] = []
        self._hidden: list[str] = []
        self._preformatted = 0
        self._link: tuple[str, int] | None = None
        self._breaks = 0
        self._space = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if self._hidden or tag in _HIDDEN or not self._without.isdisjoint(classes):
            if tag not in _EMPTY:
                self._hidden.append(tag)
            return
        self._block(tag)
        if tag == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif tag == "li":
            self._breaks = max(self._breaks, 1)
            self._write("- ")
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "a":
            self._link = (given.get("href") or "", len(self._pieces))
        elif tag == "img" and "emoji" in " ".join(classes):
            self._write(given.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        self._block(tag)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag == "a" and self._link:
            self._finish_link(*self._link)
            self._link = None
        elif tag in {"td", "th"}:
            self._space = True

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        data = data.replace("\xa0", " ")
        if self._preformatted:
            self._write(data)
            return
        words = _SPACE.sub(" ", data)
        self._space = self._space or words.startswith(" ")
        if words.strip(" "):
            self._write(words.strip(" "))
            self._space = words.endswith(" ")

    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip("\n").strip()

    def _block(self, tag: str) -> None:
        wanted = 2 if tag in _PARAGRAPH else 1 if tag in _LINE or tag == "li" else 0
        self._breaks = max(self._breaks, wanted)

    def _write(self, words: str) -> None:
        if self._breaks:
            self._pieces.append("\n" * self._breaks if self._pieces else "")
        elif self._space and self._pieces:
            self._pieces.append(" ")
        self._breaks, self._space = 0, False
        self._pieces.append(words)

    def _finish_link(self, address: str, start: int) -> None:
        shown = "".join(self._pieces[start:])
        lead = shown[: len(shown) - len(shown.lstrip())]
        short = shown.strip().removesuffix("...").removesuffix("…")
        if short != shown.strip() and len(short) > 8 and address.startswith(short):
            self._pieces[start:] = [lead + address]
