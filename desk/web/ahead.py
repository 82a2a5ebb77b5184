"""What is expected of a monitor, as the page says and draws it."""

from collections.abc import Sequence

from core.document import Filter
from desk.web.formats import Formats
from desk.web.pages.asked import Asked
from desk.web.words import Words
from picture.buckets import Width
from picture.forecast import Outlook
from picture.forecast.asking import Forecasts
from picture.forecast.history import DAY, HOUR, hour_start, rounded
from picture.volume import Volume


async def expected(forecasts: Forecasts, asked: Asked) -> Outlook | None:
    """None where the page is not about one monitor up to now, and nothing else."""
    where = asked.where
    alone = Filter(since=where.since, until=where.until, monitors=where.monitors)
    if not asked.view.monitor or where != alone or not asked.since < asked.now <= asked.until:
        return None
    return await forecasts.of(where)


def told(found: Outlook, words: Words, form: Formats) -> Sequence[str]:
    """What is expected of the next day and how good that was, or why nothing is shown."""
    if found.why is not None:
        return (str(words(f"ahead.none.{found.why}")),)
    better, count = form.percent(1 - found.score.mase[0]), form.number(found.score.origins)
    score = str(words("ahead.score", better=better, count=count))
    total = found.total(0, DAY)
    if total is None or found.stretch is None:
        return (score,)
    low, middle, high = (form.number(round(one)) for one in total)
    return str(words("ahead.day", since=form.clock(found.stretch[0]), count=middle, low=low, high=high)), score


def drawn(found: Outlook, volume: Volume) -> dict[str, Sequence[float | None]] | None:
    """Columns for the script, of the hours after the chart's last, without a figure where nothing is known; None where its buckets
    are no hours or no hour is shown.
    """
    forecast = found.forecast
    if forecast is None or volume.width is not Width.HOUR or not volume.points or not found.shown:
        return None
    first = max(0, -(-(volume.points[-1].end - hour_start(forecast.start)) // HOUR))
    places = range(first, found.shown)
    if not places:
        return None
    return {
        "starts": [int(hour_start(forecast.start + place).timestamp()) for place in places],
        "ends": [int(hour_start(forecast.start + place + 1).timestamp()) for place in places],
        "low": [rounded(forecast.low[place], 1) for place in places],
        "middle": [rounded(forecast.middle[place], 1) for place in places],
        "high": [rounded(forecast.high[place], 1) for place in places],
    }
