"""The page with many open cases, served in a process of its own for bench/desk.py: prints links, goes on until its input ends.

python -m bench._desk_served FOLDER CASES LINKS
"""

import sys
from datetime import timedelta
from pathlib import Path

from desk.store.case_timers import arm
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Message
from desk.store.database import Database
from tests.desk.cases_filled import said
from tests.desk.cases_rules import RULES
from tests.desk.corpus import NOW
from tests.desk.serving import serving

MINUTE = timedelta(minutes=1)
AT_ONCE = 100


async def fill(desk: Database, numbers: range) -> None:
    """An open case each of as many authors, half of them due within the next hours."""
    for number in numbers:
        due = NOW + (number % 400) * MINUTE if number % 2 else None
        opening = Opening(
            author=f"bluesky:bench{number}",
            thread=f"bluesky:case-bench{number}-1",
            source="bluesky",
            unit="webcare",
            severity="serious",
            outcome="restore",
            since=NOW,
            first_due=due,
        )
        first = Message(mention=f"bluesky:case-bench{number}-1", at=NOW, own=False, order=1)
        async with desk.writing() as connection:
            await arm(connection, await open_case(connection, opening, first, at=NOW), NOW)


def main(folder: Path, cases: int, links: int) -> None:
    """Serve until standard input ends."""
    texts = (f"Noorderlijn, waar blijft trein {number}?" for number in range(cases))
    items = [said(f"bench{number}", text, NOW) for number, text in enumerate(texts)]  # type: ignore[no-untyped-call] # of the tests
    with serving(folder / "archive.db", items, rules=RULES) as served:
        for start in range(0, cases, AT_ONCE):
            served.do(fill(served.desk, range(start, min(start + AT_ONCE, cases))))
        print(served.url, *(served.link() for _ in range(links)), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
