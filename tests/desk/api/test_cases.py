"""Cases over the API: what the desk has, with the scope for it; no note's text, and authors where a policy lets them leave."""

from datetime import timedelta

from desk.cases import acts
from tests.desk.api.asking import NOW, bearer
from tests.desk.cases.book import agent, hear, heard, reply

HOUR = timedelta(hours=1)


async def filled(client):
    first = await hear(client.desk, heard(at=NOW - 9 * HOUR, source="bluesky"), reply(at=NOW - 8 * HOUR))
    await hear(client.desk, heard(2, NOW, thread="mastodon:2", severity="serious", unit=None))
    await acts.note(client.desk, agent(), first.id, "said too much", at=NOW)
    return first


async def test_cases_are_listed_and_narrowed(client):
    await filled(client)
    told = await client.told("/cases", "all", order="newest")
    assert (told["total"], [one["number"] for one in told["cases"]]) == (2, [2, 1])
    assert [one["author"] for one in told["cases"]] == [None, "mastodon:anna"]  # Mastodon's policy lets none leave
    assert told["cases"][0]["page"].endswith("/case?number=2")
    for asked, numbers in (
        ({"unit": "-"}, [2]),
        ({"unit": "webcare"}, [1]),
        ({"severity": "serious"}, [2]),
        ({"assignee": "-", "size": "1", "skip": "1", "order": "newest"}, [1]),
        ({"assignee": "anna"}, []),
        ({"state": "closed"}, []),
        ({"due_before": "2030-01-01T00:00:00Z", "state": "any"}, [1]),
    ):
        assert [one["number"] for one in (await client.told("/cases", "all", **asked))["cases"]] == numbers, asked


async def test_one_tells_what_happened_to_it_and_not_what_was_noted(client):
    case = await filled(client)
    told = await client.told("/case", "all", number="1")
    assert [one["own"] for one in told["messages"]] == [False, True]
    assert [(one["kind"], one["detail"]) for one in told["events"]] == [
        ("opened", "mastodon:1"),
        ("answered", "mastodon:own"),
        ("noted", ""),
    ]
    assert told["case"]["in_time"] is True
    assert "said too much" not in str(told)
    assert case.number == told["case"]["number"]


async def test_there_is_no_such_case(client):
    await client.told("/case", "all", status=404, number="7")
    await client.told("/case", "all", status=400, number="x")
    await client.told("/cases", "all", status=400, due_before="0.5")


async def test_it_takes_a_scope_of_its_own(client):
    for path in ("/cases", "/case?number=1"):
        assert (await client.get(f"/api/v1{path}", headers=bearer("both"))).status == 403
