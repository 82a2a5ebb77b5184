"""The invented talk of a month, triaged and owned by an organisation: what pages about triage are tested on."""

from collections.abc import Iterator

from msgspec.structs import replace

from core.types import Enriched, Finding
from playbook.facts import by_name
from playbook.routing import Router
from playbook.sections import Playbook
from tests.desk import corpus

RULES = Playbook.model_validate(
    {
        "triage": {"outcomes": {"to_press": {"to": "press"}}},
        "organisation": {
            "model": "hub-and-spoke",
            "centre": "webcare",
            "units": {
                "webcare": {"name": {"nl": "Webcare", "en": "Web care"}, "hours": "office", "service": "promised"},
                "trains": {"takes": "storing* OR vertraging", "hours": "office", "service": "promised"},
                "press": {"name": {"nl": "Woordvoering", "en": "Press office"}},
            },
        },
        "hours": {"office": {"zone": "Europe/Amsterdam", "week": {"monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"],
                  "wednesday": ["09:00-17:00"], "thursday": ["09:00-17:00"], "friday": ["09:00-17:00"]}}},
        "service": {"promised": {"minor": {"first_response": "4h", "resolution": "5d"},
                    "serious": {"first_response": "1h", "resolution": "1d"},
                    "critical": {"first_response": "15m", "resolution": "4h"}}},
    }
)  # fmt: skip

RUMOUR, CLAIM = (
    "Klopt het dat Noorderlijn stopt in Assen? Gerucht gaat rond",
    "Noorderlijn, mijn advocaat meldt zich <b>morgen</b>",
)


def routed(records: list[Enriched]) -> Iterator[Enriched]:
    router = Router(RULES)
    for one in records:
        found = by_name(one.findings)
        yield replace(one, routing=router.route(one.mention, one.known_language, found, one.routing.monitors))


def talk() -> list[Enriched]:
    """The last day's messages and, said a minute before the end, a rumour and a claim."""
    several = list(corpus.mentions())[-400:]
    found = (
        Finding(name="language", model="m", labels=("nl",)),
        Finding(name="sentiment", model="m", labels=("neutral",)),
    )
    said = [
        replace(several[-1], mention=replace(several[-1].mention, id=f"bluesky:{name}", text=text), findings=found)
        for name, text in (("rumour", RUMOUR), ("claim", CLAIM))
    ]
    return list(routed([*several, *said]))
