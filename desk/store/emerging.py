"""What emerges at the moment: put here by the one who follows it, asked by all. Ids and numbers, and never a word."""

from collections import defaultdict

import msgspec
from sqlalchemy import delete, insert, select

from core.emerging import Emergence, Member, Risen
from desk.store.database import Database
from desk.store.tables import emerging, emerging_members

_NOW = ""
"""The row that says when this was and how much is known."""


async def put(database: Database, found: Emergence) -> None:
    """In the place of what stood there."""
    now = msgspec.structs.replace(found, topics=())
    rows = [{"id": _NOW, "place": -1, "body": msgspec.json.encode(now).decode()}]
    members = []
    for place, topic in enumerate(found.topics):
        body = msgspec.structs.replace(topic, members=())
        rows.append({"id": topic.id, "place": place, "body": msgspec.json.encode(body).decode()})
        members += [
            {"topic": topic.id, "place": number, **msgspec.structs.asdict(one)}
            for number, one in enumerate({member.mention: member for member in topic.members}.values())
        ]
    async with database.writing() as connection:
        await connection.execute(delete(emerging_members))
        await connection.execute(delete(emerging))
        await connection.execute(insert(emerging), rows)
        if members:
            await connection.execute(insert(emerging_members), members)


async def now(database: Database) -> Emergence | None:
    """What emerges, by growth; None where nobody has looked yet."""
    async with database.reading() as connection:
        rows = (await connection.execute(select(emerging).order_by(emerging.c.place))).all()
        asked = select(emerging_members).order_by(emerging_members.c.topic, emerging_members.c.place)
        members: dict[str, list[Member]] = defaultdict(list)
        for row in await connection.execute(asked):
            members[row.topic].append(Member(row.mention, row.author, row.voice))
    if not rows:
        return None
    topics = [msgspec.json.decode(row.body, type=Risen) for row in rows if row.id != _NOW]
    return msgspec.structs.replace(
        msgspec.json.decode(rows[0].body, type=Emergence),
        topics=tuple(msgspec.structs.replace(one, members=tuple(members[one.id])) for one in topics),
    )
