"""The demo's own monitors want exactly what the truth says they want."""

import json

from core.types import Mention
from ingest import bluesky as connector
from klankbord.demo.material import FOLDER
from klankbord.demo.messages import Source
from klankbord.demo.native import bluesky, hackernews, mastodon
from playbook.monitors import Monitors
from playbook.playbook import load


def monitors() -> Monitors:
    return Monitors(load(FOLDER / "playbook.yaml").queries())


def test_every_wanted_post_is_possible_and_no_other(told):
    found = monitors()
    wanted = {bluesky.uri(message): message.wanted for message in told.messages if message.source is Source.BLUESKY}
    wrong = [
        parsed.text
        for event in bluesky.events(told)
        for parsed in connector.parse(json.dumps(event).encode(), "events", told.now)
        if isinstance(parsed, Mention) and found.possible(parsed) != wanted[parsed.id.removeprefix("bluesky:")]
    ]
    assert wrong == []


def test_every_wanted_status_is_possible_and_no_other(told):
    from ingest import mastodon as connector

    found = monitors()
    wanted = {mastodon.status_id(m): m.wanted for m in told.messages if m.source is Source.MASTODON}
    wrong = [
        parsed.text
        for status in mastodon.statuses(told)
        for parsed in connector.parse(json.dumps(status).encode(), "status.json", told.now)
        if isinstance(parsed, Mention) and found.possible(parsed) != wanted[parsed.id.rpartition("/")[2]]
    ]
    assert wrong == []


def test_every_wanted_item_is_possible_and_no_other(told):
    from ingest import hackernews as connector

    found = monitors()
    ids = hackernews.numbered(told)
    wanted = {ids[m.number]: m.wanted for m in told.messages if m.source is Source.HACKERNEWS}
    wrong = [
        parsed.text
        for item in hackernews.items(told)
        for parsed in connector.parse(json.dumps(item).encode(), "item.json", told.now)
        if isinstance(parsed, Mention) and found.possible(parsed) != wanted.get(int(parsed.id[11:]), False)
    ]
    assert wrong == []
