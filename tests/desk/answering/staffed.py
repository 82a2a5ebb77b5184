"""Somebody of whom every link holds, in a real desk, and what takes one away."""

from datetime import UTC, datetime, timedelta

from desk.answering.permitted import Rules
from desk.store import account_rights, accounts, people, policies, roles, trainings
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.store.people import Details
from desk.store.policies import Policy, Way
from desk.store.trainings import Record
from playbook.foundation import Training

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
BY = {"by": "ruth", "at": NOW}
RULES = Rules(trainings={"answering": Training(name="Answering")}, roles=frozenset({"agent"}))


async def account(desk, handle="noorderlijn", **owners):
    """The id of an official account."""
    one = Account(id="", source="mastodon", handle=handle, official=True, **owners)
    return await accounts.add(desk, one, **BY)


async def able(desk, name="Anna", own=None, **details):
    """One of the staff who may answer on that account: policy, training, role, right."""
    made = await people.add(desk, Details(name=name, **details), **BY)
    await policies.publish(desk, Policy(version="1", title={"en": "Policy"}, text={"en": "Be kind."}), **BY)
    await policies.acknowledge(desk, made.id, "1", Way.LINK, **BY)
    await trainings.record(desk, [Record(person=made.id, training="answering", done_at=NOW - DAY)], **BY)
    await roles.give(desk, made.id, "agent", "webcare", **BY)
    if own:
        await account_rights.give(desk, Given(account=own, person=made.id), **BY)
    return made
