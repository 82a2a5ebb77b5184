"""What the terminal says of the demo's climb: what is to be seen, and where."""

from collections.abc import Sequence

from desk.store import maturity, practices
from desk.store.cases import Case
from klankbord.demo.climbing import Climb
from klankbord.demo.staff import CLIMBER


async def told(climb: Climb) -> Sequence[str]:
    """A line for each part of it, the last one on how mature the organisation came to be."""
    days = await maturity.history(climb.cast.desk)
    counted = (await practices.tallies(climb.cast.desk, [climb.shared.id]))[climb.shared.id]
    numbers = {name: case.number for name, case in climb.cases.items()}
    who = CLIMBER.name
    answered = f"answered with approval (case {numbers['holiday']}), then without (case {numbers['together']})"
    used = f"used in {counted.uses} later cases (the first is case {numbers['again']})"
    return [
        f"in four weeks {who} of ticket sales was refused (case {numbers['dog']}), learned, {answered}",
        f"what worked is best practice {climb.shared.number}, {used}",
        f"the pyramid went from {days[-1].score:.1f} to {days[0].score:.1f}: /maturity; look as ticket seller at /may",
    ]


def going_on(case: Case) -> str:
    """What comes of the next case."""
    return f"case {case.number} is like one before: {CLIMBER.name} answers it by herself; the demo publishes nothing"
