"""What each role sees of the foundation: HR no messages, a lead no names of staff and no small counts."""

from desk.store import accounts, people
from tests.desk.foundation.organised import full
from tests.desk.staffed.conftest import Browser


async def test_hr_sees_figures_and_no_way_to_messages(house, hr):
    await full(house.desk)
    for path in ("/foundation", "/goals", "/maturity"):
        status, text = await hr.read(path)
        assert (status, "/search" in text.partition("<main")[2]) == (200, False)


async def test_a_lead_neither_reminds_nor_sees_counts_of_a_few(house):
    await full(house.desk)
    lead = Browser(await house.enter(await house.person("Lea", "lead")))
    _, text = await lead.read("/foundation")
    assert ("Remind now" in text, "fewer than 5 people" in text, "/people" in text) == (False, True, False)
    assert (await lead.send("/remind"))[0] == 403
    agent = Browser(await house.enter(await house.person("Aad", "agent")))
    assert (await agent.read("/foundation"))[0] == 403


async def test_a_lead_decides_on_what_looks_like_an_own_account(house):
    await full(house.desk)
    lead = Browser(await house.enter(await house.person("Lea", "lead")))
    assert (await lead.send("/lookalikes", author="mastodon:n00rderlijn", act="dismissed"))[0] == 303
    assert (await lead.send("/lookalikes", author="mastodon:somebody", act="dismissed"))[0] == 400
    assert (await lead.send("/lookalikes", author="mastodon:n00rderlijn", act="erased"))[0] == 400


async def test_hr_says_who_answers_for_an_account(house, hr):
    await full(house.desk)
    (first, second, *_) = await people.every(house.desk, left=False)
    bluesky, mastodon = await accounts.every(house.desk)
    fields = {"act": "owners", "account": bluesky.id, "owner": first.id}
    assert await hr.send("/own-accounts", **fields, second=second.id) == (303, "/foundation?done=own#own")
    found = await accounts.every(house.desk)
    assert (found[0].owner, found[0].second) == (first.id, second.id)
    (gone,) = [one for one in await people.every(house.desk) if not one.active]
    status, text = await hr.send("/own-accounts", **fields, second=gone.id)
    assert (status, "choose an owner who works here" in text) == (400, True)
    await hr.send("/own-accounts", act="remove", account=mastodon.id)
    assert await hr.send("/own-accounts", act="add", source="bluesky", handle="@Anna.example", staff="yes") == (
        303,
        "/foundation?done=own#own",
    )
    found = {(one.handle, one.official) for one in await accounts.every(house.desk)}
    assert found == {("noorderlijn", True), ("anna.example", False)}
    status, text = await hr.send("/own-accounts", act="add", source="bluesky", handle="noorderlijn")
    assert (status, "is in the inventory already" in text) == (400, True)


async def test_maturity_offers_hr_no_page_that_hr_may_not_see(house, hr):
    lead = Browser(await house.enter(await house.person("Lea", "lead")))
    seen = [(await one.read("/maturity"))[1].partition("<main")[2] for one in (hr, lead)]
    assert [('href="/triage"' in text, 'href="/goals"' in text) for text in seen] == [(False, True), (True, True)]
