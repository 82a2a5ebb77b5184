"""`make bench`: run every benchmark, print the table, write bench/results.json.

A benchmark is a plain module here with `NAMES` (the rows it measures) and `run(rounds)` (the rows as dicts of name,
value, unit, bound, holds, workload). `make bench ONLY=name` runs the module or the row of that name.
"""

import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
ROUNDS = 5


def selected(only: str | None) -> list[str]:
    """Module names to run. Exits with a sentence where the name is unknown."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_"))
    chosen = [name for name in names if only in (None, name) or only in import_module(f"bench.{name}").NAMES]
    if not chosen:
        rows = sorted(row for name in names for row in import_module(f"bench.{name}").NAMES)
        sys.exit(f'bench: there is no "{only}"; there are {", ".join(names + rows)}')
    return chosen


def main() -> None:
    """Run the selected benchmarks; exit 1 where a bound does not hold."""
    only = sys.argv[1] if len(sys.argv) > 1 else None
    rows: list[dict[str, object]] = []
    for name in selected(only):
        started = monotonic()
        print(f"{name} ...", flush=True)
        rows += import_module(f"bench.{name}").run(ROUNDS)
        print(f"{name}: {monotonic() - started:.0f} s", flush=True)
    save(rows, keep=only is not None)
    show(rows)
    sys.exit(any(row["holds"] is False for row in rows))


def save(rows: list[dict[str, object]], *, keep: bool) -> None:
    """Write the rows; with `keep`, rows measured before and not now stay."""
    path = HERE / "results.json"
    before = json.loads(path.read_text()) if keep and path.exists() else []
    new = {row["name"] for row in rows}
    merged = sorted([*rows, *(row for row in before if row["name"] not in new)], key=lambda row: str(row["name"]))
    path.write_text(json.dumps(merged, indent=1, ensure_ascii=False) + "\n")


def show(rows: list[dict[str, object]]) -> None:
    """Print the table."""
    table = Table(box=None, pad_edge=False)
    for column in ("name", "value", "unit", "bound", "holds", "workload"):
        table.add_column(column, overflow="fold", justify="right" if column == "value" else "left")
    for row in rows:
        holds = {True: "yes", False: "NO"}.get(row["holds"], "-")  # type: ignore[call-overload]  # None where only reported
        table.add_row(
            str(row["name"]),
            f"{row['value']:,.3g}"
            if isinstance(row["value"], float) and row["value"] < 1000
            else f"{row['value']:,.0f}",
            str(row["unit"]),
            str(row["bound"] or "reported"),
            holds,
            str(row["workload"]),
        )
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
