"""What is wrong with a query, pointed at."""

from core.errors import Misconfigured

_AROUND = 36


class QueryError(Misconfigured):
    """A query that cannot be read. `message` is one sentence, `column` counts from 1, `caret` shows the place."""

    def __init__(self, message: str, *, query: str, column: int) -> None:
        self.message = message
        self.column = column
        self.caret = _caret(query, column)
        super().__init__([f"column {column}: {message}\n{self.caret}"])


def _caret(query: str, column: int) -> str:
    start = max(0, column - 1 - _AROUND)
    end = column - 1 + _AROUND
    line = "".join(c if c.isprintable() else " " for c in query[start:end])
    before, after = "…" if start else "", "…" if end < len(query) else ""
    return f"  {before}{line}{after}\n  {' ' * (len(before) + column - 1 - start)}^"
