"""The e-mail that asks an owner whether a best practice still holds."""

from collections.abc import Mapping
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import msgspec

from core.errors import Reject
from core.time import Clock
from desk.alerts.message import envelope
from desk.store import people, practices
from desk.store.database import Database
from desk.store.letters import Letter
from desk.store.practices import State
from desk.web.formats import Formats
from desk.web.words import Words


class About(msgspec.Struct, frozen=True):
    """What the letter is about: the id of a practice."""

    practice: str


class Reminder:
    """Writes those e-mails. `page` is the address that links begin with."""

    def __init__(
        self,
        desk: Database,
        clock: Clock,
        *,
        catalogues: Mapping[str, Words],
        first_language: str,
        name: str,
        zone: ZoneInfo,
        page: str,
    ) -> None:
        self._desk, self._clock, self._zone = desk, clock, zone
        self._catalogues, self._first, self._name, self._page = catalogues, first_language, name, page

    async def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """The message as it is true now. Raises Reject where nobody has to be asked any more."""
        about = msgspec.json.decode(letter.body, type=About)
        person, practice = await people.get(self._desk, letter.subject), await practices.get(self._desk, about.practice)
        if person is None or not person.active or practice is None or practice.owner != person.id:
            raise Reject("the person left, or owns it no more", reason="gone")
        if practice.state is not State.APPROVED or practice.expires_at is None:
            raise Reject("the practice is not shown any more", reason="gone")
        words = self._catalogues.get(person.language or "", self._catalogues[self._first])
        day = Formats(words, self._zone, self._clock()).day(practice.expires_at)
        subject = str(words("practice.mail.subject", title=practice.title))
        message = envelope(subject, letter, sender=sender, name=self._name, made_at=letter.made_at)
        link = f"{self._page}/practice?number={practice.number}"
        message.set_content(
            str(words("practice.mail.text", name=person.name, title=practice.title, day=day, link=link))
        )
        return message
