"""Business events as they are told: plain JSON, CloudEvents (v1.0.2, JSON format, structured mode), or a CSV file. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from core.errors import Reject
from core.settings import nearest
from desk.people.importing import Bad, rows
from desk.store.happenings import Happening, Kind

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing happened before the one, and nothing is planned from the other on: such a time is a slip."""
LONGEST = 280
MOST_AT_ONCE = 1_000
GRADES = (0, 10)
TYPE = "klankbord.happening."
"""What the type of a CloudEvent ends with, before its kind; whatever stands before it."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "id", "sleutel", "nummer"),
    "kind": ("kind", "type", "soort"),
    "since": ("since", "from", "start", "van", "begin", "tijd", "time", "datum", "date"),
    "until": ("until", "to", "end", "tot", "einde"),
    "title": ("title", "titel", "omschrijving", "description"),
    "amount": ("amount", "bedrag", "aantal", "cijfer", "score"),
    "unit": ("unit", "eenheid", "valuta", "currency"),
    "source": ("source", "bron", "systeem"),
}
"""What a column may be called, in whatever case, by what it holds."""

Form = TypeVar("Form")
Line = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event as it is sent. `key` is the sender's own id of it: sent again, it is the same event as it stands then."""

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: Kind
    since: Annotated[datetime, Meta(tz=True)]
    title: Line
    source: Annotated[str, Meta(min_length=1, max_length=80)]
    until: Annotated[datetime, Meta(tz=True)] | None = None
    amount: float | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in `data` of a CloudEvent: the rest is said by its own attributes."""

    title: Line
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    amount: float | None = None
    unit: Annotated[str, Meta(max_length=20)] = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A CloudEvent; attributes that it has beside these are passed over, as its specification says."""

    specversion: str
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Annotated[str, Meta(min_length=1, max_length=80)]
    type: str
    data: Data
    time: Annotated[datetime, Meta(tz=True)] | None = None


def plain(body: bytes) -> Sequence[Happening]:
    """One event, or a list of them. Raises Reject."""
    told = _decoded(body, Told | list[Told])
    return _some(told if isinstance(told, list) else [told], _checked)


def cloud_events(body: bytes) -> Sequence[Happening]:
    """One CloudEvent, or a batch of them. Raises Reject."""
    told = _decoded(body, Event | list[Event])
    return _some(told if isinstance(told, list) else [told], _of_event)


def from_file(content: bytes, zone: ZoneInfo, name: str) -> tuple[Sequence[Happening], Sequence[Bad]]:
    """The events of a CSV file, and the lines that are wrong, each with why. Without a column `source` the file's `name` is it;
    a time without an offset is on the clock of `zone`. Raises Reject where the file, or its header, cannot be read.
    """
    found: list[Happening] = []
    bad: list[Bad] = []
    for row in rows(content, {}, COLUMNS, names_people=False):
        try:
            found.append(_of_row(row.told, zone, name))
        except Reject as error:
            bad.append(Bad(row.line, str(error)))
    return found, bad


def _of_row(told: Mapping[str, str | None], zone: ZoneInfo, name: str) -> Happening:
    given = {key: value for key, value in told.items() if value}
    for needed in ("key", "kind", "since", "title"):
        if needed not in given:
            raise Reject(f"{needed} is missing", reason="happening")
    kinds = [str(one) for one in Kind]
    if given["kind"].lower() not in kinds:
        raise Reject(f'there is no kind "{given["kind"][:40]}"; {nearest(given["kind"], kinds)}', reason="happening")
    values: dict[str, Any] = given | {"kind": given["kind"].lower(), "source": given.get("source", name)}
    for moment in ("since", "until"):
        if moment in given:
            values[moment] = _moment(given[moment], moment, zone)
    if "amount" in given:
        values["amount"] = _number(given["amount"])
    try:
        return _checked(msgspec.convert(values, Told))
    except msgspec.ValidationError as error:
        raise Reject(_sentence(error), reason="happening") from None


def _moment(written: str, name: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Reject(f'{name}: "{written[:40]}" is no time; write 2026-11-23T09:00', reason="happening") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _number(written: str) -> float:
    try:
        return float(written.replace(",", ".") if written.count(",") == 1 and "." not in written else written)
    except ValueError:
        raise Reject(f'amount: "{written[:40]}" is no number', reason="happening") from None


def _checked(told: Told) -> Happening:
    """Raises Reject where what is said does not go together, or is of no year that can be meant."""
    for name in ("since", "until"):
        moment = getattr(told, name)
        if moment is not None and not EARLIEST <= moment < LATEST:
            years = f"{EARLIEST.year} to {LATEST.year - 1}"
            raise Reject(f"{name}: {moment.date()} is none of the years {years}", reason="happening")
    if told.until is not None and told.until < told.since:
        raise Reject("until: it ends before it begins", reason="happening")
    if told.amount is not None and not abs(told.amount) < 1e15:
        raise Reject("amount: is no number that can be added up", reason="happening")
    if told.kind is Kind.NPS and not (told.amount is not None and GRADES[0] <= told.amount <= GRADES[1]):
        raise Reject("amount: an NPS answer is a grade from 0 to 10", reason="happening")
    for name in ("title", "key", "source", "unit"):
        if not str(getattr(told, name)).isprintable():
            raise Reject(f"{name}: should be one line of printable characters", reason="happening")
    return Happening(
        source=told.source,
        key=told.key,
        kind=told.kind,
        since=told.since.astimezone(UTC),
        title=told.title,
        until=told.until.astimezone(UTC) if told.until else None,
        amount=told.amount,
        unit=told.unit,
    )


def _of_event(event: Event) -> Happening:
    if event.specversion != "1.0":
        raise Reject("specversion: 1.0 is understood", reason="happening")
    kinds, kind = [str(one) for one in Kind], event.type.rpartition(".")[2]
    if kind not in kinds:
        raise Reject(f'type: should end in a kind, as in "{TYPE}outage"; {nearest(kind, kinds)}', reason="happening")
    since = event.data.since or event.time
    if since is None:
        raise Reject("time: give the event one, or data a since", reason="happening")
    data = {name: getattr(event.data, name) for name in ("title", "until", "amount", "unit")}
    return _checked(Told(key=event.id, kind=Kind(kind), since=since, source=event.source, **data))


def _some(told: Sequence[Form], made: Callable[[Form], Happening]) -> Sequence[Happening]:
    if len(told) > MOST_AT_ONCE:
        raise Reject(f"at most {MOST_AT_ONCE} at once", reason="happening")
    found = []
    for place, one in enumerate(told):
        try:
            found.append(made(one))
        except Reject as error:
            where = f"[{place}]." if len(told) > 1 else ""
            raise Reject(f"{where}{error}", reason="happening") from None
    return found


def _decoded(body: bytes, form: Any) -> Any:  # Any: what msgspec takes for a type
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError as error:
        raise Reject(_sentence(error), reason="happening") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Reject("the body is no JSON", reason="happening") from None


def _sentence(error: msgspec.ValidationError) -> str:
    message, _, place = str(error).partition(" - at `$")
    return f"{place.strip('`.') or 'the event'}: {message}"
