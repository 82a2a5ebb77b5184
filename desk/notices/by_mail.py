"""Notices by e-mail, to each person's own address."""

from email.message import EmailMessage

from core.errors import Reject, Retry
from desk.alerts.mail import REPEAT, Mailer, Unsure
from desk.alerts.message import TEMPLATES, envelope
from desk.notices.channel import Outcome
from desk.notices.told import Told
from desk.store.letters import Letter
from desk.store.notice_messages import Message
from desk.store.people import Person
from desk.web.words import Words


class ByMail:
    """desk.notices.channel.Channel."""

    language = None

    def __init__(self, mailer: Mailer, *, name: str, catalogues: dict[str, Words]) -> None:
        self._mailer, self._name, self._catalogues = mailer, name, catalogues

    async def send(self, message: Message, told: Told, to: Person | None) -> Outcome:
        if to is None or not to.email:
            return Outcome(error="nobody with an e-mail address is there to be written to", for_good=True)
        try:
            await self._mailer.send(self._written(message, told, to.email), to.email)
        except Reject as error:
            return Outcome(error=str(error), for_good=True)
        except Retry as error:
            return Outcome(error=str(error), after=error.after, unsure=isinstance(error, Unsure))
        return Outcome()

    def _written(self, message: Message, told: Told, address: str) -> EmailMessage:
        letter = Letter(
            id=message.id, letter=message.id, what="notice", subject="notices", receiver=address, body="",
            made_at=message.made_at, due_at=None,
        )  # fmt: skip
        made = envelope(told.subject, letter, sender=self._mailer.sender, name=self._name, made_at=message.made_at)
        if told.repeat:
            made[REPEAT] = "yes"
        values = {"told": told, "t": self._catalogues[told.language]}
        made.set_content(TEMPLATES.get_template("notice.txt").render(values))
        made.add_alternative(TEMPLATES.get_template("notice.html").render(values), subtype="html")
        return made
