"""What the two charts draw, what their titles say, and the same figures as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from core.document import Annotation
from desk.customers.weeks import Weeks
from desk.web.ahead import drawn
from desk.web.formats import Formats
from desk.web.pages.asked import Asked
from desk.web.words import Words, said
from picture.buckets import Width
from picture.collected import Gap
from picture.forecast import Outlook
from picture.overview import Overview
from picture.sentiment import LABELS
from picture.volume import Point, Volume

_MOST_ROWS = 240


def data(
    volume: Volume,
    asked: Asked,
    *,
    zone: ZoneInfo,
    words: Words,
    notes: Sequence[Annotation] = (),
    ahead: Outlook | None = None,
) -> dict[str, object]:
    """Columns for the script: seconds since 1970, counts, band, counts a sentiment; null is "not collected". Notes are
    numbered as they are listed beside the chart. What is expected after the last hour follows it.
    """
    points = volume.points
    return {
        "starts": [int(point.start.timestamp()) for point in points],
        "ends": [int(point.end.timestamp()) for point in points],
        "since": int(asked.since.timestamp()),
        "until": int(asked.until.timestamp()),
        "counts": [point.count for point in points],
        "partial": [point.partial for point in points],
        "low": [point.band.low if point.band else None for point in points],
        "middle": [point.band.middle if point.band else None for point in points],
        "high": [point.band.high if point.band else None for point in points],
        "sentiment": {label: [_label_count(point, label) for point in points] for label in LABELS},
        "gaps": _gaps(volume.gaps, words),
        "notes": _numbered(notes),
        "zone": zone.key,
        "days": volume.width is Width.DAY,
        "ahead": drawn(ahead, volume) if ahead else None,
    }


def _numbered(notes: Sequence[Annotation]) -> list[dict[str, object]]:
    return [
        {
            "number": number,
            "since": int(note.since.timestamp()),
            "until": int(note.until.timestamp()) if note.until else None,
            "text": note.text,
        }
        for number, note in enumerate(notes, 1)
    ]


def _label_count(point: Point, label: str) -> int | None:
    return None if point.sentiment is None else int(getattr(point.sentiment, label))


def titles(picture: Overview, *, words: Words, form: Formats) -> dict[str, str]:
    """Titles that say what is seen."""
    return {"volume": volume_title(picture.volume, words, form), "sentiment": _sentiment_title(picture, words, form)}


def volume_title(volume: Volume, words: Words, form: Formats) -> str:
    peak = max((point for point in volume.points if point.count), key=lambda point: point.count or 0, default=None)
    if peak is None or peak.count is None:
        return str(words("chart.volume.none"))
    unit = words(f"width.{volume.width.name.lower()}")
    when = form.day(peak.start) if volume.width is Width.DAY else form.moment_with_day(peak.start)
    values = {"count": form.number(peak.count), "unit": unit, "when": when}
    if peak.band and peak.band.middle >= 1 and peak.count > peak.band.high:
        return str(words("chart.volume.above", times=form.times(peak.count / peak.band.middle), **values))
    return str(words("chart.volume.peak", **values))


def _sentiment_title(picture: Overview, words: Words, form: Formats) -> str:
    share, change = picture.sentiment.share("negative"), picture.negative_change
    if share is None:
        return str(words("chart.sentiment.none"))
    if change is None:
        return str(words("chart.sentiment.share", share=form.percent(share)))
    kind = "same" if abs(change) < 0.02 else "more" if change > 0 else "less"
    return str(words(f"chart.sentiment.{kind}", share=form.percent(share), points=form.number(abs(change) * 100)))


def table(volume: Volume) -> Sequence[Point]:
    """The points a reader without the chart is shown: the newest first."""
    return volume.points[::-1][:_MOST_ROWS]


def weekly(found: Weeks, *, zone: ZoneInfo, words: Words, notes: Sequence[Annotation] = ()) -> dict[str, object]:
    """As `data`, of weeks of which nothing is expected."""
    unknown: list[None] = [None] * len(found.weeks)
    return {
        "starts": [int(week.start.timestamp()) for week in found.weeks],
        "ends": [int(week.end.timestamp()) for week in found.weeks],
        "counts": [week.count for week in found.weeks],
        "partial": [week.partial for week in found.weeks],
        "low": unknown,
        "middle": unknown,
        "high": unknown,
        "sentiment": {
            label: [None if week.count is None else getattr(week.sentiment, label) for week in found.weeks]
            for label in LABELS
        },
        "gaps": _gaps(found.gaps, words),
        "notes": _numbered(notes),
        "zone": zone.key,
        "days": False,
    }


def weekly_titles(found: Weeks, *, words: Words, form: Formats) -> dict[str, str]:
    """Titles that say what is seen in these weeks."""
    peak = max(found.weeks, key=lambda week: (week.count or 0, week.start))
    negative = found.whole.share("negative")
    if not peak.count or negative is None:
        return {"volume": str(words("chart.volume.none")), "sentiment": str(words("chart.sentiment.none"))}
    count, when = form.number(peak.count), form.day(peak.start)
    return {
        "volume": str(words("chart.weeks.peak", count=count, when=when)),
        "sentiment": str(words("chart.weeks.share", share=form.percent(negative), weeks=len(found.weeks))),
    }


def _gaps(gaps: Sequence[Gap], words: Words) -> list[dict[str, object]]:
    return [
        {
            "since": int(gap.since.timestamp()),
            "until": int(gap.until.timestamp()),
            "source": words.or_plain("source", gap.source),
            "reason": said.plain(gap.reason, words),
        }
        for gap in gaps
    ]
