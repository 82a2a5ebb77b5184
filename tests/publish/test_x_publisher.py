"""What is X's own about answering there."""

import pytest

from core.errors import Denied, Reject, Unsure
from core.types import Can, Refusal, Visibility
from klankbord.player.faults import Refusal as Answer
from tests.publish.stages import OnX, reply

DUPLICATE = b'{"title":"Forbidden","detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank","status":403}'


@pytest.fixture
async def stage():
    made = OnX()
    async with made.player.serve() as made.address:
        yield made


async def test_sent_again_it_is_the_same_post(stage, publisher):
    answer = reply(stage.parent())
    assert (await publisher.send(answer)).id == (await publisher.send(answer)).id
    assert len(stage.written()) == 1


async def test_words_that_x_says_are_there_and_does_not_show_are_nobodys_to_judge(stage, publisher):
    """Its timeline is behind: nothing is sent, and nothing given up."""
    await publisher.meet()
    stage.faults.answers.append(Answer(403, body=DUPLICATE))
    with pytest.raises(Unsure) as caught:
        await publisher.send(reply(stage.parent()))
    assert caught.value.after == publisher.settles.total_seconds() > 0


async def test_words_said_to_somebody_else_are_no_answer_of_this_one(stage, publisher):
    await publisher.send(reply(stage.parent("te laat"), seed=1))
    stage.faults.answers.append(Answer(403, body=DUPLICATE))
    with pytest.raises(Reject) as caught:
        await publisher.send(reply(stage.parent("te vol"), seed=2))
    assert caught.value.reason == Refusal.REPEATED


async def test_it_is_found_beneath_many_others(stage, publisher):
    stage.player.page = 7
    answer = reply(stage.parent(), "Geld & <goed>: https://noorderlijn.example/storing?a=1&b=2")
    published = await publisher.send(answer)
    for n in range(30):
        stage.player.said("noorderlijn", f"Dienstregeling {n}")
    assert (await publisher.find(answer)).id == published.id


async def test_where_the_author_lets_us_not_answer_nothing_is_said(stage, publisher):
    parent = stage.parent()
    stage.player.closed.add(parent.id.removeprefix("x:"))
    with pytest.raises(Reject, match="not been mentioned") as caught:
        await publisher.send(reply(parent))
    assert caught.value.reason == Refusal.FORBIDDEN


@pytest.mark.parametrize(
    ("body", "raised"),
    [
        (b'{"detail":"You have been blocked from the author of this Tweet.","type":"about:blank"}', Refusal.BLOCKED),
        (b'{"detail":"Your client app is not configured with the appropriate oauth1 app permissions."}', None),
        (b'{"title":"CreditsDepleted","type":"https://api.twitter.com/2/problems/credits"}', None),
    ],
)
async def test_what_a_refusal_means(stage, publisher, body, raised):
    await publisher.meet()
    stage.faults.answers.append(Answer(403, body=body))
    with pytest.raises(Reject if raised else Denied) as caught:
        await publisher.send(reply(stage.parent()))
    assert getattr(caught.value, "reason", None) == raised


async def test_what_others_answer_can_be_hidden_and_again(stage, publisher):
    assert publisher.can == {Can.HIDE, Can.WITHDRAW}
    parent = stage.parent()
    await publisher.hide(parent.id)
    await publisher.hide(parent.id)
    assert stage.player.hidden == {parent.id.removeprefix("x:")}


async def test_what_few_could_read_is_not_answered_before_all(stage, publisher):
    with pytest.raises(Reject):
        await publisher.send(reply(stage.parent(visibility=Visibility.FOLLOWERS)))
    assert stage.written() == []


async def test_nothing_of_others_can_be_deleted(stage, publisher):
    with pytest.raises(Reject):
        await publisher.delete(stage.parent().id)
