"""A best practice of the demo: made of a case that ended well, approved by another, and used in the next cases that are like it."""

from datetime import date, timedelta

from desk.practices import acts
from desk.practices.cleaning import Cleaner
from desk.practices.harvest import Harvest, harvested
from desk.store.practices import Text
from klankbord.demo.cast import Halted
from klankbord.demo.climbing import Climb
from klankbord.demo.dialogues import moment
from klankbord.demo.handled import Before, Opened
from klankbord.demo.material import parts
from klankbord.demo.staff import CLIMBER, COLLEAGUE, LEAD

MEMBER = "Iris"
"""Who of yet another unit comments on it."""
FOUND = timedelta(minutes=3)
"""How long after the question it is found."""


async def proposes(climb: Climb, day: date) -> None:
    """She makes one of her first case, and writes it in English too."""
    cast, at, told = climb.cast, moment(day, "11:20"), parts("climb")["practice"]
    cleaner = Cleaner(cast.looked.organisation.languages)
    found = await harvested(cast.desk, cast.stores.archive, cleaner, climb.cases["holiday"], at)
    if not isinstance(found, Harvest):
        raise Halted(f"no best practice can be made of the case: {found.why}")
    said = acts.Said(
        title=told["title"],
        texts=(
            Text(language=found.language, question=found.question, answer=found.answer),
            Text(language="en", question=told["question"], answer=told["answer"]),
        ),
        topics=found.topics,
        unit=CLIMBER.unit,
        owner=cast.ids[CLIMBER.name],
        from_case=found.case,
    )
    climb.practice = await acts.propose(cast.desk, await cast.who(CLIMBER.name), said, climb.place, at=at)


async def approves(climb: Climb, day: date) -> None:
    """Another approves what she wrote, and a third says what helps with it."""
    cast, one, told = climb.cast, climb.shared, parts("climb")["practice"]
    lead, member, at = await cast.who(LEAD.name), await cast.who(MEMBER), moment(day, "09:50")
    climb.practice = await acts.approve(
        cast.desk, lead, one.number, title=one.title, members=(), saw=one.version, at=at
    )
    await acts.comment(cast.desk, member, one.number, told["says"], at=moment(day, "14:05"))


def uses(climb: Climb, name: str) -> Before:
    """Whoever answers finds it beside the case, and uses it."""

    async def before(opened: Opened) -> None:
        who = await opened.who(name)
        await acts.use(opened.desk, who, climb.shared.number, opened.number, at=opened.at + FOUND)

    return before


async def thanks(climb: Climb, day: date) -> None:
    """Another says thanks for it."""
    who = await climb.cast.who(COLLEAGUE.name)
    await acts.thank(climb.cast.desk, who, climb.shared.number, at=moment(day, "16:20"))
