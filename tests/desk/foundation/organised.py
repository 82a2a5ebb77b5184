"""A playbook of an organisation, whose goals the invented talk of a month reaches or not, and the staff behind it."""

from datetime import timedelta

from desk.foundation.lookalikes import Why
from desk.store import accounts, people, policies, roles, trainings
from desk.store.accounts import Account, Lookalike
from desk.store.people import Details
from desk.store.policies import Policy, Way
from desk.store.trainings import Record
from playbook.sections import Playbook
from tests.desk.corpus import NOW, XSS

AGO = NOW - timedelta(days=40)

POLICY = Policy(version="2026-1", title={"en": "Social media"}, text={"en": "Say that you work here."})
RULES = Playbook.model_validate(
    {
        "roles": {"duty_manager": {"name": {"nl": "manager van dienst", "en": "duty manager"}}},
        "policy": {"version": "2026-1", "title": "Social media", "text": "Say that you work here."},
        "trainings": {"answering": {"name": {"nl": "Antwoorden", "en": "Answering"}, "roles": ["agent"]}},
        "goals": {
            "complaints": {
                "says": {"nl": "Minder klachten", "en": "Fewer complaints"},
                "owner": "lead",
                "measure": "share",
                "query": "intent:complaint",
                "among": "noorderlijn*",
                "period": "week",
                "at_most": 30,
            },
            "heard": {"says": "Heard <b>daily</b>", "owner": "duty_manager", "measure": "mentions", "query": "noorderlijn*",
                      "period": "day", "at_least": 20},
        },
    }
)  # fmt: skip


async def lead(desk):
    """Anna, who holds the role lead; her id."""
    anna = await people.add(desk, Details(name="Anna de Vries", email="anna@noorderlijn.example"), by="ruth", at=AGO)
    await roles.give(desk, anna.id, "lead", by="ruth", at=AGO)
    return anna.id


SALES = "Sales > <b>Shops</b>"


async def full(desk):
    """Thirteen people in three departments, what they acknowledged and learned, two accounts and two that look like one."""
    await lead(desk)
    made = [
        await people.add(
            desk,
            Details(
                name=f"Person {number}", email=f"p{number}@noorderlijn.example" if number else None, department=where
            ),
            by="ruth",
            at=AGO,
        )
        for number, where in enumerate(["Service"] * 6 + [SALES] * 4 + ["Board"] * 2)
    ]
    await policies.publish(desk, POLICY, by="playbook", at=AGO)
    for one in made[:4]:
        await policies.acknowledge(desk, one.id, POLICY.version, Way.LINK, by=one.id, at=AGO)
        await roles.give(desk, one.id, "agent", by="ruth", at=AGO)
    ends = [None, NOW + timedelta(days=5), NOW - timedelta(days=5)]
    learned = [
        Record(person=one.id, training="answering", done_at=AGO, valid_until=end)
        for one, end in zip(made, ends, strict=False)
    ]
    await trainings.record(desk, learned, by="ruth", at=AGO)
    bert = made[5]
    official = Account(id="", source="bluesky", handle="noorderlijn", official=True, owner=made[0].id, second=bert.id)
    account = await accounts.add(desk, official, by="ruth", at=AGO)
    await accounts.add(desk, Account(id="", source="mastodon", handle="noorderlijn", official=True), by="ruth", at=AGO)
    await people.change(desk, bert, bert.details, by="ruth", at=AGO, active=False, keep=timedelta(days=365))
    like = [
        Lookalike(author=f"mastodon:{name}", account=account, why=why, seen_at=AGO, handle=name, name=XSS)
        for name, why in (("n00rderlijn", Why.ALIKE), ("noorderlijn_help", Why.ADDED))
    ]
    await accounts.looked(desk, like, [account], NOW)
