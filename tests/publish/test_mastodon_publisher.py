"""What is Mastodon's own about answering there."""

import pytest
from msgspec.structs import replace

from core.errors import Denied, Reject
from core.types import Can, Refusal, Visibility
from tests.publish.stages import OnMastodon, reply

SEEN = [
    (Visibility.PUBLIC, "public"),
    (Visibility.UNLISTED, "unlisted"),
    (Visibility.FOLLOWERS, "direct"),
    (Visibility.DIRECT, "direct"),
    (Visibility.UNKNOWN, "direct"),
]


@pytest.fixture
async def stage():
    made = OnMastodon()
    async with made.player.serve() as made.address:
        yield made


def newest(stage):
    return stage.player.statuses[max(stage.player.statuses)]


@pytest.mark.parametrize(("seen", "written"), SEEN)
async def test_an_answer_is_seen_by_no_more_people_than_what_it_answers(stage, publisher, seen, written):
    await publisher.send(reply(stage.parent(visibility=seen)))
    assert newest(stage)["visibility"] == written


async def test_whom_it_answers_is_named_once(stage, publisher):
    parent = stage.parent()
    await publisher.send(reply(parent, "Dag!", seed=1))
    await publisher.send(reply(parent, "Dag @klant@elders.example!", seed=2))
    assert stage.written() == ["@klant@elders.example Dag!", "Dag @klant@elders.example!"]


async def test_what_another_instance_numbered_is_looked_up_here(stage, publisher):
    parent = stage.parent()
    elsewhere = replace(parent, id="mastodon:elders.example/99")
    published = await publisher.send(reply(elsewhere))
    assert newest(stage)["in_reply_to_id"] == parent.id.rpartition("/")[2]
    assert (await publisher.find(reply(elsewhere))).id == published.id


async def test_what_the_instance_cannot_find_is_gone(stage, publisher):
    elsewhere = replace(stage.parent(), id="mastodon:elders.example/99", url="https://elders.example/99")
    with pytest.raises(Reject) as caught:
        await publisher.send(reply(elsewhere))
    assert caught.value.reason == Refusal.GONE


async def test_after_the_hour_in_which_its_key_is_kept_it_is_found(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    stage.player._keys.clear()
    assert (await publisher.find(answer)).id == published.id


async def test_it_is_found_though_what_it_answered_was_deleted_since(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    stage.remove(answer.parent)
    assert (await publisher.find(answer)).id == published.id


async def test_it_is_found_beneath_many_others(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    for n in range(95):
        stage.player.said("noorderlijn", f"Dienstregeling {n}")
    assert (await publisher.find(answer)).id == published.id


async def test_what_stood_there_long_before_is_not_it(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    number = int(published.id.rpartition("/")[2])
    stage.player.statuses[number] = {**stage.player.statuses[number], "created_at": "2026-01-01T00:00:00.000Z"}
    assert await publisher.find(answer) is None


async def test_the_instance_says_how_long_a_status_may_be(stage, publisher):
    stage.player.most = 11_000
    await publisher.meet()
    assert publisher.most(stage.parent()) == 11_000


async def test_a_token_that_may_only_read_is_denied(stage, publisher):
    stage.player.scopes = frozenset({"read"})
    with pytest.raises(Denied, match="outside the authorized scopes"):
        await publisher.send(reply(stage.parent()))


async def test_nobody_can_hide_what_others_say(stage, publisher):
    assert publisher.can == {Can.WITHDRAW}
    with pytest.raises(Reject):
        await publisher.hide(stage.parent().id)


async def test_there_is_no_end_to_answering(stage, publisher):
    assert publisher.window(stage.parent()) is None
