"""Mastodon statuses of the demo, as its REST interface and its stream give them."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from core.time import milliseconds
from klankbord.demo.messages import Person, Said, Source, Timeline
from klankbord.demo.native.bluesky import stamp

Json = Mapping[str, Any]  # Any: a JSON object
HOST = "spoor.example"
_MARKED = re.compile(r"@noorderlijn\b|#(\w+)")


def status_id(said: Said) -> str:
    """A snowflake: milliseconds and sixteen bits that tell messages of one millisecond apart."""
    return str((milliseconds(said.at) << 16) | (said.number & 0xFFFF))


def text_of(text: str) -> str:
    """The text as it is written there: the organisation's handle has no domain on its own instance."""
    return text.replace("@noorderlijn.example", "@noorderlijn")


def statuses(timeline: Timeline) -> list[Json]:
    """What the instance holds at the end of the timeline, oldest first: edited texts as they are, deleted ones gone."""
    said = {message.number: message for message in timeline.messages if message.source is Source.MASTODON}
    return [status(message, said) for message in said.values() if message.deleted_at is None]


def status(message: Said, said: Mapping[int, Said], *, text: str | None = None) -> Json:
    """One status; `text` is what it said before or after an edit, by default the latest."""
    boosted = said.get(message.boost_of) if message.boost_of is not None else None
    answered = said.get(message.reply_to) if message.reply_to is not None else None
    shown = "" if boosted else text_of(message.final_text if text is None else text)
    number, edited = status_id(message), message.edited_at if text is None else None
    person = account(message.author)
    return {
        "id": number,
        "created_at": stamp(message.at),
        "in_reply_to_id": status_id(answered) if answered else None,
        "in_reply_to_account_id": account(answered.author)["id"] if answered else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public" if message.public else "private",
        "language": message.wording.language,
        "uri": f"https://{HOST}/users/{message.author.handle}/statuses/{number}",
        "url": f"https://{HOST}/@{message.author.handle}/{number}",
        "replies_count": message.number % 4,
        "reblogs_count": message.number % 7,
        "favourites_count": message.number % 23,
        "quotes_count": 0,
        "edited_at": stamp(edited) if edited else None,
        "content": html(shown),
        "reblog": status(boosted, said) if boosted else None,
        "account": person,
        "media_attachments": [],
        "mentions": _mentions(shown),
        "tags": [
            {"name": tag.lower(), "url": f"https://{HOST}/tags/{tag.lower()}"} for tag in re.findall(r"#(\w+)", shown)
        ],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def account(person: Person) -> Json:
    return {
        "id": str(109_000_000_000_000_000 + person.number * 7919),
        "username": person.handle,
        "acct": person.handle,
        "display_name": person.name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": "2023-02-14T00:00:00.000Z",
        "note": "",
        "url": f"https://{HOST}/@{person.handle}",
        "uri": f"https://{HOST}/users/{person.handle}",
        "followers_count": person.followers,
        "following_count": person.followers // 2 + 11,
        "statuses_count": person.number * 3 + 20,
        "emojis": [],
        "fields": [],
    }


def html(text: str) -> str:
    """The text as a paragraph with its handles and tags as links."""
    return f"<p>{_MARKED.sub(_link, escape(text, quote=False))}</p>" if text else ""


def _link(found: re.Match[str]) -> str:
    if tag := found[1]:
        return f'<a href="https://{HOST}/tags/{tag.lower()}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    return (
        f'<span class="h-card" translate="no"><a href="https://{HOST}/@noorderlijn" class="u-url mention">'
        "@<span>noorderlijn</span></a></span>"
    )


def _mentions(text: str) -> list[Json]:
    if "@noorderlijn" not in text:
        return []
    return [
        {
            "id": "109000000000000000",
            "username": "noorderlijn",
            "acct": "noorderlijn",
            "url": f"https://{HOST}/@noorderlijn",
        }
    ]


def deletion(message: Said) -> tuple[str, str]:
    """The stream's event and data for a deleted status."""
    return "delete", status_id(message)


def broken(at: datetime) -> Json:
    """A status no reader can take: without an account and with a date that is none."""
    return {
        "id": str(milliseconds(at) << 16),
        "created_at": "ooit",
        "content": 12,
        "visibility": "public",
        "account": None,
    }
