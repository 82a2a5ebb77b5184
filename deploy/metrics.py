"""The page docs/metrics.md, from the names in core/telemetry.py: `python -m deploy.metrics` writes it."""

from collections.abc import Iterator
from pathlib import Path

from core.telemetry import Count, DropReason, Duration, Gauge, Name

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"

_INTRODUCTION = """\
# What is measured

Every process answers at `/metrics`, in the text format of Prometheus, on this machine alone; `data/metrics/` says where, in files that
Prometheus discovers. This page is written by `python -m deploy.metrics` from `core/telemetry.py`; a test compares the two.

Labels are bounded: a `stage` is `ingest`, `stream` or a sink's name, a `source` its name in the configuration, a `group` a reader of
the log, a `topic` a log topic, a `monitor` its name in the playbook. No label holds a message, an author, an address or free text.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _INTRODUCTION,
            *_table("Counters", "They grow while a process lives and begin again at 0 with the next.", Count),
            *_table("Gauges", "The value now. Times are seconds since 1970 UTC.", Gauge),
            *_table("Durations", "Histograms in seconds: `_bucket`, `_sum` and `_count`.", Duration),
            "Beside these stand the `process_` and `python_` metrics that the Prometheus client gives of every process.",
            "",
            "`reason` of what is not kept is one of: " + ", ".join(f"`{one}`" for one in DropReason) + ".",
            "",
        ]
    )


def _table(title: str, words: str, names: type[Name]) -> Iterator[str]:
    yield from (f"## {title}", "", words, "", "| name | labels | says |", "|---|---|---|")
    yield from (f"| `{one}` | {', '.join(f'`{label}`' for label in one.labels)} | {one.says} |" for one in names)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
