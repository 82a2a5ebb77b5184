"""Reviews of the demo as CloudEvents in structured mode, the way a review site would push them."""

from collections.abc import Iterator, Mapping
from typing import Any

from klankbord.demo.messages import Said, Source, Timeline
from klankbord.demo.native.bluesky import stamp

Json = Mapping[str, Any]  # Any: a JSON object


def review_id(said: Said) -> str:
    return f"review-{said.number:06}"


def events(timeline: Timeline) -> list[Json]:
    """All events, in the order in which they happened, one of them unreadable."""
    found = [
        event for message in timeline.messages if message.source is Source.REVIEWS for event in of_message(message)
    ]
    found.append(broken(found[len(found) // 2]))
    return sorted(found, key=lambda event: str(event["time"]))


def of_message(message: Said) -> Iterator[Json]:
    yield _event(message, message.wording.text, "created")
    if message.edited_at and message.edited_text:
        yield _event(message, message.edited_text, "updated")


def broken(like: Json) -> Json:
    """A review with a list for a text."""
    return {**like, "id": "review-broken", "data": {**like["data"], "id": "review-broken", "text": ["Noorderlijn", 1]}}


def _event(message: Said, text: str, verb: str) -> Json:
    edited = message.edited_at if verb == "updated" else None
    data: dict[str, Any] = {
        "id": review_id(message),
        "kind": "review",
        "author": {"id": f"reviewer-{message.author.number}", "name": message.author.name.split(" ", maxsplit=1)[0]},
        "text": text,
        "rating": message.wording.rating,
        "language": message.wording.language,
        "created_at": stamp(message.at),
        "url": f"https://sterren.example/noorderlijn/{review_id(message)}",
        "site": "sterren.example",
    }
    if edited:
        data["edited_at"] = stamp(edited)
    return {
        "specversion": "1.0",
        "id": f"{review_id(message)}-{verb}",
        "source": "https://sterren.example/noorderlijn",
        "type": f"example.sterren.review.{verb}",
        "time": stamp(edited or message.at),
        "datacontenttype": "application/json",
        "data": data,
    }
