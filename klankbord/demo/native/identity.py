"""Which native id, text and time a message has after its journey through its source's format."""

from collections.abc import Mapping
from datetime import datetime

from klankbord.demo.messages import Said, Source
from klankbord.demo.native import bluesky, contact, feeds, mastodon, reviews


def native_id(said: Said, items: Mapping[int, int]) -> str:
    """What the mention's id ends in; `items` are the Hacker News ids by message number."""
    match said.source:
        case Source.BLUESKY:
            return bluesky.uri(said)
        case Source.MASTODON:
            return mastodon.status_id(said)
        case Source.NEWS:
            return feeds.guid(said)
        case Source.HACKERNEWS:
            return str(items[said.number])
        case Source.REVIEWS:
            return reviews.review_id(said)
        case Source.CONTACT:
            return contact.case_id(said)


def shown_at(said: Said) -> datetime:
    """Its time as the source gives it: some cut to the second, the call centre to the minute."""
    match said.source:
        case Source.NEWS | Source.HACKERNEWS:
            return said.at.replace(microsecond=0)
        case Source.CONTACT:
            return said.at.replace(second=0, microsecond=0)
        case _:
            return said.at


def shown_text(said: Said) -> str:
    """Its latest text as the source gives it."""
    return mastodon.text_of(said.final_text) if said.source is Source.MASTODON else said.final_text
