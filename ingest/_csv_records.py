"""Lines of a CSV file to mentions and failures: the header, wherever it stands, and the rows under it."""

from collections.abc import Iterator, Mapping

from core.errors import Misconfigured, Reject
from core.ports import Parsed
from ingest._columns import configured
from ingest._encoding import Encoding
from ingest._lines import Line
from ingest._records import TOO_LONG, ContextAt, Say, placed, refused
from ingest._rows import mention_of
from ingest._table import MOST_ABOVE, MOST_LINES, cells, delimiter_of, is_header, is_open, named, same_header, written
from ingest._valid import settled, sound


def _plain(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@")) else cell


class CsvRecords:
    """Rows under a header, one line or, with quotes, several."""

    def __init__(
        self,
        name: str,
        encoding: Encoding,
        columns: Mapping[str, str | None],
        context: ContextAt,
        *,
        say: Say,
        delimiter: str = "",
        header: tuple[str, ...] = (),
    ) -> None:
        self._name, self.encoding, self._configured, self._context = name, encoding, columns, context
        self._say = say
        self.delimiter = delimiter
        self.header: tuple[str, ...] = ()
        self._fields: dict[str, str] = {}
        self._pending: list[tuple[Line, str]] = []
        self._above: list[tuple[list[str], str, list[Line]]] = []  # cells, delimiter and lines before the header
        if header:
            self._set_header(header)

    @property
    def whole(self) -> bool:
        return not self._pending and not self._above

    def take(self, line: Line) -> Iterator[Parsed]:
        """Raises Misconfigured where a configured column is not there, or none of the header's holds the text."""
        try:
            text = self._text(line)
        except Reject as error:
            yield from self._give_up()
            yield refused(error, name=self._name, number=line.number, payload=line.data)
            return
        if not self._pending and not text.strip():
            return
        if not self.header and not self._pending and self._separator(text):
            return
        delimiter = self.delimiter or delimiter_of(text)
        self._pending.append((line, text))
        if is_open(text, delimiter, inside=len(self._pending) > 1):
            if len(self._pending) > MOST_LINES:
                yield from self._give_up()
            return
        yield from self._record(delimiter)

    def finish(self) -> Iterator[Parsed]:
        yield from self._give_up()
        yield from self._first_is_header()

    def _text(self, line: Line) -> str:
        if line.cut:
            raise Reject(TOO_LONG, reason="line too long")
        try:
            return line.data.decode(self.encoding.name)
        except UnicodeError as error:
            if self.encoding.certain:
                raise Reject(f"is not {self.encoding.name} text: {error}"[:200], reason="not UTF-8") from None
        self.encoding = Encoding(name="cp1252")
        self._say(f"{self._name} is not UTF-8 from line {line.number} on; it is read as Windows-1252")
        return self._text(line)

    def _separator(self, text: str) -> bool:
        """The first line `sep=;` that spreadsheets write."""
        line = text.strip().lower()
        if line.startswith("sep=") and len(line) == 5:
            self.delimiter = line[4]
            return True
        return False

    def _record(self, delimiter: str) -> Iterator[Parsed]:
        lines, self._pending = self._pending, []
        number = lines[0][0].number
        record = "\n".join(text for _, text in lines)
        try:
            row = cells(record, delimiter)
            if not self.header:
                yield from self._before_header(row, delimiter, [line for line, _ in lines])
            elif not same_header(row, self.header) and any(cell.strip() for cell in row):
                context = self._context()
                message = settled(mention_of(self._values(row), context), context.seen_at)
                yield placed(message, name=self._name, number=number, payload=self._replayable(record))
        except ValueError as error:
            reject = Reject(str(error), reason="not CSV")
            yield refused(reject, name=self._name, number=number, payload=self._replayable(record))
        except Reject as error:
            yield refused(error, name=self._name, number=number, payload=self._replayable(record))

    def _before_header(self, row: list[str], delimiter: str, lines: list[Line]) -> Iterator[Parsed]:
        """Titles may stand above the header; where no line looks like one, the first has to be it."""
        columns = [column for column in self._configured.values() if column is not None]
        if is_header(row, columns, first=not self._above):
            self.delimiter = delimiter
            self._set_header(tuple(named(row)))
            if self._above:
                first, last = self._above[0][2][0].number, self._above[-1][2][-1].number
                self._say(f"{self._name}: the header is line {lines[0].number}; lines {first}-{last} are passed over")
                self._above = []
            return
        self._above.append((row, delimiter, lines))
        if len(self._above) >= MOST_ABOVE:
            yield from self._first_is_header()

    def _first_is_header(self) -> Iterator[Parsed]:
        if not self._above:
            return
        (row, self.delimiter, _), *rest = self._above
        self._above = []
        self._set_header(tuple(named(row)))
        for _, _, lines in rest:
            for line in lines:
                yield from self.take(line)

    def _replayable(self, record: str) -> bytes:
        """The row under a header that says its fields by their own names, so that it can be read on its own later.

        What is no field stands in brackets, so that its name is not taken for one.
        """
        fields = {column: field for field, column in self._fields.items()}
        header = written([fields.get(column, f"({column})") for column in self.header], self.delimiter or ",")
        return sound(f"sep={self.delimiter or ','}\n{header}\n{record}\n" if self.header else record).encode()

    def _set_header(self, header: tuple[str, ...]) -> None:
        self._fields = configured(self._configured, header, where=self._name)
        if not {"text", "title", "rating"} & self._fields.keys():
            names = ", ".join(header)[:300]
            raise Misconfigured(
                [f"{self._name}: no column looks like the text of a message; say which one is, under columns: {names}"]
            )
        self.header = header

    def _values(self, row: list[str]) -> dict[str, str]:
        if len(row) > len(self.header) and any(cell.strip() for cell in row[len(self.header) :]):
            raise Reject(f"has {len(row)} cells, the header has {len(self.header)}", reason="wrong number of cells")
        by_column = {name: _plain(cell) for name, cell in zip(self.header, row, strict=False)}
        needed = [self._fields[field] for field in ("text", "created_at") if field in self._fields]
        if any(column not in by_column for column in needed):
            raise Reject(f"has {len(row)} cells, the header has {len(self.header)}", reason="wrong number of cells")
        values = {field: by_column[column] for field, column in self._fields.items() if column in by_column}
        if not values.get("created_at", "said").strip():
            raise Reject("its date is empty, though the file has dates; it would count as of today", reason="no date")
        return values

    def _give_up(self) -> Iterator[Parsed]:
        """A quoted cell never closed: refuse the line that opened it and read the others on their own."""
        while self._pending:
            lines, self._pending = self._pending, []
            first = lines[0][0]
            error = Reject("a quote is opened and never closed", reason="not CSV")
            yield refused(error, name=self._name, number=first.number, payload=first.data)
            for line, _ in lines[1:]:
                yield from self.take(line)
