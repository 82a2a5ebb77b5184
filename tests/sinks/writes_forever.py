"""A process that writes one known sequence into the archive and says each batch it was told is durable; made to be killed."""

import sys
from pathlib import Path

from core.time import now
from sinks._sqlite_schema import open_writer
from sinks._sqlite_write import Writer
from tests.sinks.messages import deletion, enriched

BATCH = 40


def batch(number: int) -> list:
    """New mentions, edits of those before, and deletions of every fourth mention of two batches ago."""
    new = [
        enriched(f"{number}-{place}", f"bericht {number} {place}", minute=number, vector=b"v" * 388)
        for place in range(BATCH)
    ]
    edits = [
        enriched(f"{number - 1}-{place}", f"beter {number - 1} {place}", minute=number - 1, edited=number)
        for place in range(0, BATCH, 5)
    ]
    gone = [deletion(f"file:{number - 2}-{place}", number) for place in range(0, BATCH, 4)]
    return [*new, *(edits if number else []), *(gone if number > 1 else [])]


def main() -> None:
    writer = Writer(open_writer(Path(sys.argv[1])), clock=now, erased=lambda _: False)
    for number in range(int(sys.argv[2]), 100_000):
        writer.write(batch(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
