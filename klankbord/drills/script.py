"""What is said when in a drill: invented people, texts of the scenario, at so many times the monitor's usual pace. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from core.query import AnyNode
from core.types import Author, Mark, Mention
from playbook._terms import terms
from playbook.matching import detected, evaluate
from playbook.scenario import Phase, Scenario

SOURCE = "drill"
"""The source that all of it comes from."""
LEAST, MOST = 0.2, 300.0
"""Messages a minute that a monitor is taken to have at least, and that are played at most."""
PEOPLE = 5_000
FOLLOWERS = (40, 120, 300, 900, 2_500, 20_000)


class Line(msgspec.Struct, frozen=True):
    """One message, so long after the beginning. `tone` is what its writer means."""

    after: timedelta
    text: str
    language: str
    tone: str
    author: int
    followers: int


def script(scenario: Scenario, *, usual: float, organisation: str, seed: int) -> Sequence[Line]:
    """All of it in order; `usual` messages a minute are heard anyway. The same seed gives the same."""
    random, found = Random(seed), list[Line]()
    began = timedelta(0)
    for phase in scenario.phases:
        for _ in range(_number(phase, usual)):
            line = _line(scenario, phase, organisation, random)
            found.append(msgspec.structs.replace(line, after=began + phase.lasts * random.random()))
        began += phase.lasts
    return sorted(found, key=lambda line: line.after)


def _number(phase: Phase, usual: float) -> int:
    """How many messages come on top of the usual."""
    return round(min((phase.times - 1) * max(usual, LEAST), MOST) * phase.lasts.total_seconds() / 60)


def _line(scenario: Scenario, phase: Phase, organisation: str, random: Random) -> Line:
    texts = scenario.texts[phase.texts]
    tone = random.choices(list(phase.mix), list(phase.mix.values()))[0]
    language = random.choice(sorted(texts[tone]))
    text = random.choice(texts[tone][language]).format(organisation=organisation, number=random.randint(2, 90))
    return Line(timedelta(0), text, language, tone, random.randrange(PEOPLE), random.choice(FOLLOWERS))


def mention(line: Line, drill: str, number: int, at: datetime) -> Mention:
    """As it goes into the log: an id of its own, marked, of an author who is nobody."""
    author = Author(
        id=f"{SOURCE}:{drill}-{line.author}",
        handle=f"oefening-{line.author}",
        name=f"Oefening {line.author}",
        followers=line.followers,
        followers_at=at,
    )
    return Mention(
        id=f"{SOURCE}:{drill}-{number}",
        source=SOURCE,
        stream=SOURCE,
        author=author,
        text=line.text,
        language=line.language,
        created_at=at,
        seen_at=at,
        marks=(Mark.DRILL,),
    )


def name_for(node: AnyNode, scenario: Scenario, organisation: str, *, at: datetime) -> str | None:
    """What the texts have to call the organisation for the monitor to hear all of them: its own name, else a word of the query.

    None where it hears them by no word of it.
    """
    words = [term.strip("@#*").replace("*", "").replace("?", "") for term in terms(node)]
    return next((one for one in (organisation, *words) if one and _hears(node, scenario, one, at)), None)


def _hears(node: AnyNode, scenario: Scenario, organisation: str, at: datetime) -> bool:
    texts = [
        Line(timedelta(0), text.format(organisation=organisation, number=2), language, tone, 0, 0)
        for group in scenario.texts.values()
        for tone, by_language in group.items()
        for language, listed in by_language.items()
        for text in listed
    ]
    return all(evaluate(node, detected(mention(one, "trial", 0, at), one.language)) for one in texts)
