"""Hacker News items of the demo: stories and comments with ids that follow one another."""

from collections.abc import Mapping
from html import escape
from typing import Any

from klankbord.demo.messages import Said, Source, Timeline

Json = Mapping[str, Any]  # Any: a JSON object
FIRST = 45_100_000


def numbered(timeline: Timeline) -> dict[int, int]:
    """Message number to item id."""
    own = [message.number for message in timeline.messages if message.source is Source.HACKERNEWS]
    return {number: FIRST + 2 + index for index, number in enumerate(own)}


def items(timeline: Timeline) -> list[Json]:
    """All items, oldest first, with one before them that holds nothing readable."""
    ids = numbered(timeline)
    own = [message for message in timeline.messages if message.source is Source.HACKERNEWS]
    return [*broken(timeline), *(item(message, ids) for message in own)]


def item(message: Said, ids: Mapping[int, int]) -> Json:
    known: dict[str, Any] = {"id": ids[message.number], "time": int(message.at.timestamp())}
    parent = ids.get(message.reply_to) if message.reply_to is not None else None
    if message.deleted_at:
        return {**known, "deleted": True, "type": "comment", "parent": parent or FIRST}
    known["by"] = message.author.handle
    if message.wording.title:
        shown = {"title": message.wording.title, "type": "story", "score": 3 + message.number % 211, "descendants": 12}
        return {**known, **shown, "url": f"https://blog.example/{message.number}"}
    text = "<p>".join(escape(part) for part in message.wording.text.split("\n\n"))
    return {**known, "parent": parent or FIRST, "text": text, "type": "comment"}


def broken(timeline: Timeline) -> list[Json]:
    """A comment whose time and text have the wrong types."""
    first = next(message for message in timeline.messages if message.source is Source.HACKERNEWS)
    return [
        {
            "id": FIRST,
            "by": "railnerd",
            "time": int(first.at.timestamp()) - 60,
            "title": "Night trains, again",
            "type": "story",
        },
        {"id": FIRST + 1, "by": 7, "parent": FIRST, "text": ["Noorderlijn"], "time": "noon", "type": "comment"},
    ]
