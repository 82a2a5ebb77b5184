"""What is published is heard under the id that the publisher gave: so an answer of ours is known again as it comes in."""

import json

import pytest

from core.time import now
from core.types import Mention
from ingest import _mastodon, bluesky
from tests.publish.stages import OnBluesky, OnMastodon, reply


def by_mastodon(stage):
    """As the connector does, which names the instance by its address."""
    status = stage.player.statuses[max(stage.player.statuses)]
    return _mastodon.status(status, instance=stage.address.removeprefix("http://"), seen_at=now(), payload=b"")


def by_bluesky(stage):
    (heard,) = bluesky.parse(json.dumps(stage.player.events[-1]).encode(), "jetstream.jsonl", now())
    return heard


@pytest.mark.parametrize(("kind", "listening"), [(OnMastodon, by_mastodon), (OnBluesky, by_bluesky)])
async def test_an_answer_is_heard_under_the_id_it_was_published_with(kind, listening):
    stage = kind()
    async with stage.player.serve() as stage.address, stage.open() as publisher:
        answer = reply(stage.parent())
        published = await publisher.send(answer)
        heard = listening(stage)
    assert isinstance(heard, Mention)
    assert (heard.id, heard.author.id) == (published.id, published.author)
    assert heard.text.endswith(answer.text)
    assert heard.reply_to == answer.parent.id
