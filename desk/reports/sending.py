"""A scheduled report as an e-mail with the file attached: made when it is sent, so that it holds what is true then."""

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage

from core.errors import KlankbordError, Reject, Retry
from desk.alerts.message import envelope
from desk.ports import Leaving
from desk.reports.pdf import pdf
from desk.reports.report import Report, make
from desk.reports.shown import shown
from desk.reports.table import table
from desk.store import reports
from desk.store.database import Database
from desk.store.letters import Letter
from desk.web.pages.asked import Askable
from desk.web.words import Words

TYPES = {"pdf": ("application", "pdf"), "csv": ("text", "csv")}


class Reporter:
    """Makes the e-mails of reports."""

    def __init__(
        self, desk: Database, site: Askable, leaving: Leaving, *, catalogues: Mapping[str, Words], first_language: str
    ) -> None:
        self._desk, self._site, self._leaving = desk, site, leaving
        self._catalogues, self._first = catalogues, first_language

    async def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """The message to that receiver. Raises Reject where the report is gone or its view cannot be read any more."""
        scheduled = await reports.get(self._desk, letter.subject)
        if scheduled is None:
            raise Reject("the report is not there any more", reason="gone")
        schedule = scheduled.schedule
        words = self._catalogues[schedule.written_in or self._first]
        try:
            view = shown(schedule.view, self._site)
            report = await make(self._site, self._leaving, view, title=schedule.name, words=words)
        except Retry:
            raise
        except KlankbordError as error:
            raise Reject(f"the view of the report cannot be shown: {error}", reason="view") from None
        message = envelope(
            f"{schedule.name}: {report.form.stretch(report.asked.since, report.asked.until)}",
            letter,
            sender=sender,
            name=report.organisation,
            made_at=letter.made_at,
        )
        gaps = "".join(f"\n{gap}" for gap in report.gaps)
        message.set_content(f"{report.sentence}{gaps}\n\n-- \n{words('report.mail.why')}\n")
        kind, subkind = TYPES[schedule.form]
        content = await asyncio.to_thread(file_of, report, schedule.form)
        name = f"klankbord-{report.at.astimezone(self._site.organisation.zone):%Y-%m-%d}.{schedule.form}"
        message.add_attachment(content, maintype=kind, subtype=subkind, filename=name)
        return message


def file_of(report: Report, form: str) -> bytes:
    """The report as pdf or csv."""
    return pdf(report) if form == "pdf" else table(report)
