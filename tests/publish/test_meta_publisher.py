"""What is Meta's own about answering there: comments of Facebook and Instagram, messages and their window."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.errors import Denied, Reject, Retry, Unsure
from core.types import Can, Parent, Refusal, Visibility
from klankbord.player.faults import Refusal as Answer
from tests.publish.stages import InMessenger, OnInstagram, OnMeta, mention, reply

A_DAY = timedelta(hours=24)


@pytest.fixture(params=[OnMeta, OnInstagram])
async def stage(request):
    made = request.param()
    async with made.player.serve() as made.address:
        yield made


@pytest.fixture
async def messenger():
    made = InMessenger()
    async with made.player.serve() as made.address:
        yield made


def heard(stage, *, ago):
    """A message of so long ago."""
    number = stage.player.wrote("2001", "waar blijft de trein", to="1048", ago=ago)
    said = mention("facebook", number, "2001", None, "waar blijft de trein")
    parent = Parent.of(replace(said, created_at=stage.player.messages[number]["at"]))
    return replace(parent, visibility=Visibility.DIRECT)


async def test_comments_can_be_hidden_and_deleted(stage, publisher):
    assert publisher.can == set(Can)
    parent = stage.parent()
    await publisher.hide(parent.id)
    assert stage.player.hidden == {parent.id.partition(":")[2]}
    await publisher.delete(parent.id)
    await publisher.delete(parent.id)
    assert parent.id.partition(":")[2] not in stage.player.comments


async def test_to_hide_what_is_gone_is_refused(stage, publisher):
    parent = stage.parent()
    stage.remove(parent)
    with pytest.raises(Reject) as caught:
        await publisher.hide(parent.id)
    assert caught.value.reason == Refusal.GONE


async def test_an_answer_to_an_answer_is_found_though_it_stands_beside_it(stage, publisher):
    """There is no third level: it comes to stand beneath the first comment."""
    top = stage.parent().id.partition(":")[2]
    below = stage.player.said("2003", "hier ook", beneath=top)
    parent = Parent.of(mention(stage.place, below, "2003", None, "hier ook"))
    answer = reply(parent)
    published = await publisher.send(answer)
    assert (await publisher.find(answer)).id == published.id


async def test_it_is_found_beneath_many_others(stage, publisher):
    stage.player.page_size = 4
    answer = reply(stage.parent())
    for n in range(9):
        stage.other_says(answer.parent, f"nummer {n}")
    published = await publisher.send(answer)
    assert (await publisher.find(answer)).id == published.id


async def test_a_comment_has_no_window(stage, publisher):
    assert publisher.window(stage.parent()) is None


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ((190, 463), Denied),
        ((200, None), Denied),
        ((10, None), Denied),
        ((4, None), Retry),
        ((17, None), Retry),
        ((32, None), Retry),
        ((613, None), Retry),
        ((80001, None), Retry),
        ((1, 1357046), Unsure),
        ((2, None), Unsure),
        ((100, 33), Refusal.GONE),
        ((100, 2018001), Refusal.GONE),
        ((10, 2018278), Refusal.CLOSED),
        ((551, None), Refusal.BLOCKED),
        ((506, None), Refusal.REPEATED),
        ((100, None), Refusal.FORBIDDEN),
    ],
)
async def test_what_an_error_means(stage, publisher, error, raised):
    """A Refusal is the reason of a Reject."""
    await publisher.meet()
    code, below = error
    body = json.dumps({"error": {"message": "because", "code": code, "error_subcode": below}}).encode()
    stage.faults.answers.append(Answer(400, body=body))
    refused = isinstance(raised, Refusal)
    with pytest.raises(Reject if refused else raised) as caught:
        await publisher.send(reply(stage.parent()))
    assert raised == (caught.value.reason if refused else type(caught.value))


async def test_an_answer_that_is_refused_as_its_own_repetition_stands_there(stage, publisher):
    answer = reply(stage.parent())
    published = await publisher.send(answer)
    body = b'{"error":{"message":"Duplicate status message","code":506,"type":"OAuthException"}}'
    stage.faults.answers.append(Answer(400, body=body))
    assert (await publisher.send(answer)).id == published.id


@pytest.mark.parametrize(("by_people", "window"), [(False, A_DAY), (True, timedelta(days=7))])
async def test_the_window_of_a_message(messenger, by_people, window):
    async with messenger.open(by_people=by_people) as publisher:
        parent = heard(messenger, ago=timedelta(hours=1))
        assert publisher.window(parent) == parent.created_at + window


async def test_a_window_that_closed_since_the_draft_lets_nothing_out(messenger):
    async with messenger.open() as publisher:
        with pytest.raises(Reject, match="has to write again") as caught:
            await publisher.send(reply(heard(messenger, ago=A_DAY + timedelta(minutes=1))))
    assert (caught.value.reason, messenger.written()) == (Refusal.CLOSED, [])


async def test_a_window_that_closes_by_metas_clock_is_closed(messenger):
    """Ours says that there is still time."""
    async with messenger.open() as publisher:
        parent = heard(messenger, ago=A_DAY + timedelta(minutes=1))
        late = replace(parent, created_at=parent.created_at + timedelta(minutes=5))
        with pytest.raises(Reject) as caught:
            await publisher.send(reply(late))
    assert (caught.value.reason, messenger.written()) == (Refusal.CLOSED, [])


async def test_after_a_day_people_answer_by_the_tag_where_it_is_granted(messenger):
    messenger.player.granted = True
    async with messenger.open(by_people=True) as publisher:
        await publisher.send(reply(heard(messenger, ago=timedelta(days=3)), "Alsnog!"))
    assert messenger.written() == ["Alsnog!"]
