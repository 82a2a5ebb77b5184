"""What a monitor is expected to hear: as many hours as are worth showing, and how good such forecasts were."""

from core.document import Filter
from core.query import open_alone
from desk.api import answers
from desk.api.asker import Asker
from desk.web.view import View
from picture.forecast import Forecast, Outlook
from picture.forecast.history import DAY, hour_start, rounded


async def ahead(asker: Asker, monitor: str) -> answers.ForecastAnswer | None:
    """None where there is no such monitor. What is not public counts for none."""
    if monitor not in asker.monitors.names():
        return None
    query = open_alone() if asker.leaving.admits_closed else None
    found = await asker.forecast(Filter(monitors=(monitor,), query=query))
    if found is None:
        return None
    return answers.ForecastAnswer(
        at=asker.clock(),
        time_zone=asker.organisation.zone.key,
        monitor=monitor,
        why=found.why.value if found.why else None,
        hours=_hours(found.forecast, found.shown) if found.forecast else (),
        days=_days(found),
        forecasts=found.score.origins,
        covered=rounded(found.score.covered, 4),
        page=asker.page + View(monitor=monitor).link("/"),
    )


def _hours(forecast: Forecast, shown: int) -> tuple[answers.Expected, ...]:
    return tuple(
        answers.Expected(
            since=hour_start(forecast.start + place),
            until=hour_start(forecast.start + place + 1),
            low=rounded(forecast.low[place], 2),
            middle=rounded(forecast.middle[place], 2),
            high=rounded(forecast.high[place], 2),
        )
        for place in range(shown)
    )


def _days(found: Outlook) -> tuple[answers.ExpectedDay, ...]:
    """Each of the three, its total where it is shown."""
    told = []
    for day, error in enumerate(found.score.mase):
        total = found.total(day * DAY, (day + 1) * DAY)
        told.append(
            answers.ExpectedDay(
                error=rounded(error, 4),
                compared=found.score.hours[day],
                low=round(total.low, 1) if total else None,
                middle=round(total.middle, 1) if total else None,
                high=round(total.high, 1) if total else None,
            )
        )
    return tuple(told)
