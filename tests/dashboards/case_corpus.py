"""Thirteen cases of the last seven days, one each twelve hours, of which the first eleven were answered: within 10, 20 ... 90
minutes of the team's hours and twice within 120, by the clock twice as long. Eight in time; of the other five four not, and one may be
still. Numbers 4 to 8 belong to crisis 3. Five are closed, after 1, 2, 3, 5 and 5 hours: three answered, two spam. Every other one is of Bluesky, else Mastodon; seven and the last
were opened to restore, five to correct. Beside them two of two months ago without a team, one closed and one of RSS that waits still.
"""

from datetime import timedelta

from core.case import CaseDocument, Kept
from tests.dashboards import corpus

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITED = (10, 20, 30, 40, 50, 60, 70, 80, 90, 120, 120)
"""Minutes of the team's hours until the answer, of the latest case first."""
HANDLED = (1, 2, 3, 5, 5)
"""Hours until the end, of the latest case first."""


def _case(number: int, opened: timedelta, **fields: object) -> CaseDocument:
    at = corpus.HOUR - opened
    known = {
        "id": f"case{number}", "number": number, "counted_at": corpus.HOUR, "opened_at": at, "since": at,
        "source": "bluesky" if number % 2 else "mastodon", "unit": "webcare", "severity": "minor", "state": "open",
        "outcome": "restore" if number <= 7 or number == 13 else "correct",
    }  # fmt: skip
    return CaseDocument(**known | {"crisis": 3 if 4 <= number <= 8 else None} | fields)


def _answered(number: int) -> CaseDocument:
    opened, minutes = number * 12 * HOUR, WAITED[number - 1]
    answered = corpus.HOUR - opened + 2 * minutes * MINUTE
    told = {"answered_at": answered, "answer_open": minutes * 60.0, "answer_clock": minutes * 120.0}
    told["in_sla"] = Kept.YES if number <= 8 else Kept.NO
    if number <= len(HANDLED):
        hours = HANDLED[number - 1]
        told |= {"state": "closed", "closed_at": corpus.HOUR - opened + hours * HOUR, "handling": hours * 3600.0}
        told["reason"] = "answered" if number <= 3 else "spam"
    return _case(number, opened, **told)


LONG_AGO = timedelta(days=60)
DOCUMENTS = [
    *map(_answered, range(1, len(WAITED) + 1)),
    _case(12, 144 * HOUR, in_sla=Kept.NO),
    _case(13, 156 * HOUR),
    _case(14, LONG_AGO, source="rss", unit=None, outcome="restore"),
    _case(
        15, LONG_AGO, source="rss", unit=None, state="closed", closed_at=corpus.HOUR - LONG_AGO + HOUR,
        reason="answered", handling=3600.0,
    ),
]  # fmt: skip
