"""What emerges, over the API: figures, and words of those texts alone that may leave."""

from msgspec.structs import replace

from core.emerging import Emergence, Member, Risen
from core.types import Visibility
from desk.store import emerging
from tests.desk.api.asking import NOW, bearer
from tests.desk.outage import outage
from tests.desk.serving import fill


async def _emerges(client, told):
    await fill(client.archive, told)
    members = tuple(Member(one.mention.id, one.mention.author.id, voice=True) for one in told)
    risen = Risen(id="gates", members=members, voices=len(members), usual=0.5, hours=2, trend=(20,))
    await emerging.put(client.desk, Emergence(at=NOW, learned=1.0, topics=(risen,)))


async def test_it_tells_what_the_page_tells(client):
    await _emerges(client, outage(NOW))
    (topic,) = (await client.told("/emerging"))["topics"]
    assert (topic["id"], topic["voices"], topic["growth"], topic["messages"], topic["accounts"]) == (
        "gates",
        20,
        40,
        20,
        20,
    )
    assert {(one["name"], one["mentions"]) for one in topic["languages"]} == {("nl", 10), ("en", 10)}
    assert "gate" in " ".join(topic["words"]["en"]).lower()
    assert topic["page"].endswith("/emerging?id=gates")


async def test_what_became_closed_at_its_source_is_in_no_figure_and_no_word(client):
    told = outage(NOW)
    closed = [replace(one, mention=replace(one.mention, visibility=Visibility.FOLLOWERS)) for one in told[:8]]
    await _emerges(client, [*closed, *told[8:]])
    (topic,) = (await client.told("/emerging"))["topics"]
    assert (topic["voices"], topic["messages"], topic["accounts"]) == (12, 12, 12)


async def test_before_anybody_looked_it_says_so(client):
    answer = await client.get("/api/v1/emerging", headers=bearer("all"))
    assert (answer.status, (await answer.json())["detail"]) == (404, "nothing is known yet of what is new")


async def test_it_takes_the_scope_for_mentions(client):
    assert (await client.get("/api/v1/emerging", headers=bearer("figures"))).status == 403
