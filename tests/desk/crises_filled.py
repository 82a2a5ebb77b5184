"""A crisis at the invented railway: an alarm in its spike, cases that belong to it, evidence as it was frozen, and who works there."""

from datetime import timedelta

from core.types import Author, Enriched, Finding, Mention, Routing
from desk.crisis import acts
from desk.crisis.evidence import Driving, Evidence, Figures, Share, written
from desk.crisis.planned import Plan
from desk.crisis.ringing import alarmed
from desk.entry.who import Held, Who
from desk.store import crisis_evidence
from playbook.crisis import Crisis
from tests.desk import cases_filled as cases
from tests.desk.cases_rules import RULES as CASES
from tests.desk.corpus import NOW, XSS

MINUTE = timedelta(minutes=1)
MONITOR = "Noorderlijn"
RULES = CASES.model_copy(update={"crisis": Crisis(monitors=(MONITOR,), unit="webcare")})
PLAN = Plan(RULES)
BEGAN = NOW - 40 * MINUTE
LOUD = {
    "bluesky:loud-1": f"Alles staat stil bij Noorderlijn en niemand zegt iets. {XSS}",
    "bluesky:loud-2": "Ik sta al een uur op Utrecht Centraal. Noorderlijn, waar blijft de bus?",
}
GONE = "bluesky:loud-3"
"""Frozen, and not archived any more."""


def messages():
    """What drove it."""
    for number, (identifier, text) in enumerate(LOUD.items(), 1):
        at = BEGAN + number * MINUTE
        author = Author(id=f"bluesky:loud-{number}", handle=f"loud{number}", name=f"Loud {number}", followers=90_000)
        mention = Mention(
            id=identifier, source="bluesky", author=author, text=text, created_at=at, seen_at=at, language="nl"
        )
        tone = Finding(name="sentiment", model="test", confidence=0.9, labels=("negative",))
        yield Enriched(mention=mention, findings=(tone,), routing=Routing(monitors=(MONITOR,)))


def figures(*, at=NOW - 35 * MINUTE, monitor=MONITOR, seen=312):
    """What the detector says."""
    return Figures(
        monitor=monitor, at=at, since=BEGAN, window=15, seen=seen, expected=14.2, odds=4e9, weighed=("negative",)
    )


EVIDENCE = Evidence(
    since=BEGAN,
    until=NOW - 35 * MINUTE,
    monitors=(MONITOR,),
    total=312,
    counts=(312,),
    expected=(14.2,),
    negative=190,
    reach=180_000,
    topics=(Share(name="storing", count=250, before=9),),
    sources=(Share(name="bluesky", count=312, before=14),),
    messages=(
        Driving(id="bluesky:loud-1", source="bluesky", count=12, reach=90_000),
        Driving(id=GONE, source="bluesky"),
        Driving(id="bluesky:loud-2", source="bluesky"),
    ),
    authors=(Driving(id="bluesky:loud-1", source="bluesky", count=4, reach=90_000),),
)


async def opened(desk, *, at=NOW - 34 * MINUTE, drill=None, freeze=True):
    """An alarm opens it, and what drove it is frozen."""
    crisis = await alarmed(desk, [figures()], PLAN, at, drill=drill)
    if freeze:
        for one in await crisis_evidence.waiting(desk):
            await crisis_evidence.frozen(desk, one, lambda: written(EVIDENCE), at=at)
    return crisis


async def with_cases(desk, crisis, *numbers):
    """These cases belong to it."""
    for number in numbers:
        await acts.attach(desk, Who(), crisis.id, number, at=NOW)


def person(identifier, name, role="agent"):
    """One of the staff."""
    return Who(person=identifier, name=name, roles=frozenset({Held(role, "webcare")}))


staff, fill = cases.staff, cases.fill
