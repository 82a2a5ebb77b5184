"""What a report is made of: an organisation whose names are as long as one wants, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.foundation.goals import Standing
from desk.maturity.departments import MEASURES, Department
from desk.maturity.moved import moved
from desk.maturity.report import Known
from desk.maturity.wording import Reader
from desk.ports import Organisation
from desk.store.maturity import Day
from desk.web import words
from desk.web.formats import Formats
from picture.goals import Reading, Verdict
from playbook.maturity import Answer, Evidence, assess, levels
from playbook.sections import Playbook

AT, ZONE = datetime(2026, 11, 27, 9, tzinfo=UTC), ZoneInfo("Europe/Amsterdam")
NAMES = [name for level in levels() for name in level.needs]


def made(*, met=NAMES, before=(), goals=3, departments=4, long=1, holders=("Ruben",)):
    """(what is known, the playbook) with those needs met, now and before."""
    rule = {"owner": "lead", "measure": "share", "query": "a", "at_most": 30}
    said = {"nl": "Minder klachten " * long, "en": "Fewer complaints " * long}
    playbook = Playbook.model_validate({"goals": {f"goal {n}": rule | {"says": said} for n in range(goals)}})
    found = assess({name: Evidence(answer=Answer.MET if name in met else Answer.UNMET) for name in NAMES})
    then = {name: Answer.MET if name in before else Answer.UNMET for name in NAMES}
    reading = Reading(
        since=AT - timedelta(days=40), until=AT - timedelta(days=10), value=34.25, verdict=Verdict.MISSED, count=1
    )
    shares = {name: Evidence(answer=Answer.UNMET, some=12_345, all=54_321) for name in MEASURES}
    known = Known(
        at=AT,
        found=found,
        moved=moved(found, [Day(day=date(2026, 11, 18), score=1.5, answers=then)], AT.date()) if before else None,
        goals=[Standing(name=name, goal=goal, readings=(reading, reading)) for name, goal in playbook.goals.items()],
        departments=[
            Department(name=f"{number} afdeling" * long, people=10_000, found=shares) for number in range(departments)
        ],
        holders=dict.fromkeys(playbook.all_roles(), holders),
    )
    return known, playbook


def reader(playbook, language="nl", *, name="Noorderlijn", names=True):
    catalogue = words.load(language)
    organisation = Organisation(name=name, zone=ZONE)
    form = Formats(catalogue, ZONE, AT)
    return Reader(words=catalogue, form=form, playbook=playbook, organisation=organisation, names=names)
