"""Business events over the API: told by whoever has a token for that, and read beside the other figures."""

from datetime import datetime
from http import HTTPStatus

import msgspec

from desk.api import answers
from desk.api.asker import Asker
from desk.api.problems import Refused
from desk.happenings.reading import cloud_events, plain
from desk.store import happenings
from desk.store.database import Database
from desk.store.happenings import Kind

PATH = "/happenings"
READ_BY = {
    "application/json": plain,
    "application/cloudevents+json": cloud_events,
    "application/cloudevents-batch+json": cloud_events,
}
"""What reads a body, by its type."""


async def told(asker: Asker, since: datetime, until: datetime, kind: str) -> answers.HappeningsAnswer | None:
    """Those of a stretch; None where nothing is kept."""
    if asker.customers is None:
        return None
    kinds = (Kind(kind),) if kind else tuple(Kind)
    found = await happenings.within(asker.customers.database, since, until, kinds)
    return answers.HappeningsAnswer(
        since=since,
        until=until,
        happenings=tuple(answers.Happening(**msgspec.structs.asdict(one)) for one in found),
    )


async def take(database: Database, body: bytes, content_type: str, *, by: str, at: datetime) -> answers.HappeningsTold:
    """Keep what a body tells; the same told again changes nothing. Raises Reject where it cannot be read, Refused for a type
    that nothing reads.
    """
    read = READ_BY.get(content_type)
    if read is None:
        known = ", ".join(READ_BY)
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"give the body one of these types: {known}")
    events = read(body)
    new = await happenings.put(database, events, by=by, at=at)
    return answers.HappeningsTold(taken=len(events), new=new)
