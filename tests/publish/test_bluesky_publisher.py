"""What is Bluesky's own about answering there."""

import pytest

from core.errors import Reject
from core.types import Refusal, Visibility
from klankbord.player.faults import Refusal as Answer
from publish._tid import tid
from tests.publish.stages import OnBluesky, mention, reply


@pytest.fixture
async def stage():
    made = OnBluesky()
    async with made.player.serve() as made.address:
        yield made


def record(stage, published):
    return stage.player.records[published.id.removeprefix("bluesky:")]["value"]


async def test_its_key_is_made_from_the_answer(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    assert published.id == f"bluesky:at://did:plc:noorderlijn/app.bsky.feed.post/{tid(answer.at, answer.key)}"
    assert published.url == f"https://bsky.app/profile/noorderlijn.example/post/{tid(answer.at, answer.key)}"


async def test_it_stands_beneath_the_beginning_of_the_conversation(stage, publisher):
    first = stage.player.said("iemand.example", "wie reist er met de trein")
    uri = stage.player.said("klant.example", "ik, en te laat", beneath=first)
    parent = stage.parent().__class__.of(mention("bluesky", uri, "did:plc:klant", "klant.example", "x"))
    said = record(stage, await publisher.send(reply(parent)))["reply"]
    assert (said["root"]["uri"], said["parent"]["uri"]) == (first, uri)


async def test_addresses_and_people_are_marked(stage, publisher):
    said = record(
        stage, await publisher.send(reply(stage.parent(), "Dag @klant.example en @niemand.example: https://a.nl"))
    )
    kinds = [one["features"][0]["$type"].partition("#")[2] for one in said["facets"]]
    assert (kinds, said["langs"]) == (["mention", "link"], ["nl"])


async def test_under_a_post_whose_author_lets_us_not_answer_nothing_is_said(stage, publisher):
    parent = stage.parent()
    stage.player.closed.add(parent.id.removeprefix("bluesky:"))
    with pytest.raises(Reject) as caught:
        await publisher.send(reply(parent))
    assert (caught.value.reason, stage.written()) == (Refusal.FORBIDDEN, [])


async def test_who_blocks_us_is_told_from_who_is_gone(stage, publisher):
    parent = stage.parent()
    stage.player.blocking.add("did:plc:klant")
    with pytest.raises(Reject) as caught:
        await publisher.send(reply(parent))
    assert caught.value.reason == Refusal.BLOCKED


async def test_a_session_that_ran_out_is_renewed_and_the_answer_sent_once(stage, publisher):
    await publisher.meet()
    stage.player.expire()
    await publisher.send(reply(stage.parent()))
    assert len(stage.written()) == 1


async def test_a_session_that_cannot_be_renewed_is_begun_again(stage, publisher):
    await publisher.meet()
    stage.player._tokens.clear()
    await publisher.send(reply(stage.parent()))
    assert len(stage.written()) == 1


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("error", [b"RecordAlreadyExists", b"InvalidRequest"])
async def test_a_host_that_refuses_a_record_that_is_there_is_asked_which(stage, publisher, status, error):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    stage.faults.skip = 1
    stage.faults.answers.append(Answer(status, body=b'{"error":"%s","message":"no"}' % error))
    assert (await publisher.send(answer)).id == published.id


async def test_a_record_that_is_refused_and_not_there_is_refused(stage, publisher):
    await publisher.meet()
    stage.faults.skip = 1
    stage.faults.answers.append(Answer(400, body=b'{"error":"InvalidRequest","message":"Record/text is odd"}'))
    with pytest.raises(Reject, match="Record/text is odd"):
        await publisher.send(reply(stage.parent()))
    assert stage.written() == []


async def test_sent_again_it_is_the_same_record(stage, publisher):
    answer = reply(stage.parent())
    assert (await publisher.send(answer)).id == (await publisher.send(answer)).id
    assert len(stage.written()) == 1


async def test_a_record_of_another_answer_is_not_this_one(stage, publisher):
    answer = reply(stage.parent("een"), "Dag!")
    await publisher.send(answer)
    assert await publisher.find(reply(stage.parent("twee"), "Dag!")) is None


@pytest.mark.parametrize("seen", [Visibility.FOLLOWERS, Visibility.DIRECT, Visibility.UNKNOWN])
async def test_what_few_could_read_is_not_answered_before_all(stage, publisher, seen):
    with pytest.raises(Reject) as caught:
        await publisher.send(reply(stage.parent(visibility=seen)))
    assert (caught.value.reason, stage.written()) == (Refusal.FORBIDDEN, [])


async def test_nothing_of_others_can_be_deleted(stage, publisher):
    with pytest.raises(Reject):
        await publisher.delete(stage.parent().id)
