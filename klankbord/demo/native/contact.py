"""The call centre's export of the demo: CSV with ";", Dutch dates in local time, and a row that cannot be read."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from klankbord.demo.messages import Said, Source, Timeline
from klankbord.demo.rhythm import ZONE

COLUMNS = ("Dossier", "Datum", "Kanaal", "Klant", "Onderwerp", "Notitie")
_SUBJECTS = {
    "delay": "Vertraging", "disruption": "Storing", "crowding": "Drukte", "fares": "Tarieven", "app": "App", "staff": "Personeel",
    "comfort": "Comfort", "station": "Station", "service": "Klantenservice", "safety": "Veiligheid", "plans": "Dienstregeling",
}  # fmt: skip


def case_id(said: Said) -> str:
    return f"KC-{said.at:%Y}-{said.number:06}"


def export(timeline: Timeline) -> bytes:
    """The whole file up to the end of the timeline, UTF-8 with a byte order mark."""
    own = [message for message in timeline.messages if message.source is Source.CONTACT]
    lines = rows(own).splitlines(keepends=True)
    lines.insert(len(lines) // 2, broken())
    return ("\ufeff" + ";".join(COLUMNS) + "\r\n" + "".join(lines)).encode()


def rows(messages: Iterable[Said]) -> str:
    """The lines of these notes, without a heading."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for message in messages:
        writer.writerow((
            case_id(message),
            local(message.at),
            "Telefoon" if message.number % 3 else "Chat",
            f"K{message.author.number:05}",
            _SUBJECTS.get(message.wording.topic, "Overig"),
            message.wording.text,
        ))  # fmt: skip
    return written.getvalue()


def local(moment: datetime) -> str:
    """The date as Dutch offices write it, to the minute, in local time."""
    return moment.astimezone(ZONE).strftime("%d-%m-%Y %H:%M")


def broken() -> str:
    """A row whose date is a word."""
    return "KC-0000-999999;volgende week;Telefoon;K00000;Overig;Klant vraagt wanneer de trein weer rijdt\r\n"
