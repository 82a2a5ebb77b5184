"""Does what a file of an HR system would change, once somebody has seen it."""

import hashlib
from datetime import datetime, timedelta

import msgspec

from desk.people.importing import Plan
from desk.store import people
from desk.store.database import Database


async def take(database: Database, made: Plan, *, by: str, at: datetime, keep: timedelta, leave: bool) -> None:
    """Add and change people as planned; with `leave` those who are not in the file left, and are kept for `keep`."""
    for details in made.added:
        await people.add(database, details, by=by, at=at)
    for one, details in made.changed:
        await people.change(database, one, details, by=by, at=at, active=True, keep=keep)
    for one in made.missing if leave else ():
        await people.change(database, one, one.details, by=by, at=at, active=False, keep=keep)


def seen(made: Plan) -> str:
    """The same for the same plan: what somebody saw is what is done, or is shown anew."""
    return hashlib.sha256(msgspec.json.encode(made)).hexdigest()[:32]
