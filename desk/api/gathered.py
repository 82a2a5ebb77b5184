"""What was collected and what was not, and what is listened for."""

from datetime import datetime

from core.errors import Reject
from desk.api import answers, told
from desk.api.asker import MOST_DAYS, Asker
from desk.web.view import View
from picture.sources import source_states


async def coverage(asker: Asker, since: datetime, until: datetime) -> answers.CoverageAnswer:
    """Raises Reject where the stretch is empty, too long, or yet to come."""
    if since >= until or (until - since).days > MOST_DAYS or since > asker.clock():
        raise Reject(
            f"the stretch needs a since in the past, before its until, at most {MOST_DAYS} days", reason="stretch"
        )
    rows = await asker.archive.coverage(since, until)
    return answers.CoverageAnswer(
        since=since,
        until=until,
        time_zone=asker.organisation.zone.key,
        sources=tuple(
            answers.SourceCoverage(
                source=one.source,
                first=one.first,
                last=one.last,
                fresh=one.fresh,
                not_collected=told.gaps(one.gaps),
            )
            for one in source_states(rows, now=asker.clock())
        ),
        page=f"{asker.page}/status",
    )


async def monitors(asker: Asker) -> answers.MonitorsAnswer:
    return answers.MonitorsAnswer(
        monitors=tuple(
            answers.Monitor(name=name, query=asker.monitors.query(name), page=asker.page + View(monitor=name).link("/"))
            for name in asker.monitors.names()
        )
    )
