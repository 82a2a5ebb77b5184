"""The e-mail that asks somebody to read and acknowledge the policy, by a link of their own."""

from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage

import msgspec

from core.errors import Reject
from core.time import Clock
from desk.alerts.message import envelope
from desk.foundation.policy import in_language
from desk.store import people, policies
from desk.store.database import Database
from desk.store.letters import Letter
from desk.web.access import Access
from desk.web.words import Words

PATH = "/policy/"
LINK_LIVES = timedelta(days=30)


class Ask(msgspec.Struct, frozen=True):
    """What the letter is about: which version, and how often somebody was asked by now."""

    version: str
    times: int


class Asker:
    """Writes those e-mails. `page` is the address that links begin with."""

    def __init__(
        self,
        desk: Database,
        access: Access,
        clock: Clock,
        *,
        catalogues: Mapping[str, Words],
        first_language: str,
        name: str,
        page: str,
    ) -> None:
        self._desk, self._access, self._clock = desk, access, clock
        self._catalogues, self._first, self._name, self._page = catalogues, first_language, name, page

    async def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """The message as it is true now. Raises Reject where nobody has to be asked any more."""
        ask = msgspec.json.decode(letter.body, type=Ask)
        person, policy = await people.get(self._desk, letter.subject), await policies.current(self._desk)
        if person is None or not person.active or policy is None or policy.version != ask.version:
            raise Reject("the person left, or there is a newer policy", reason="gone")
        if person.id in await policies.acknowledged(self._desk, policy.version):
            raise Reject("the policy was acknowledged meanwhile", reason="gone")
        language, title, _ = in_language(policy, person.language or self._first)
        words = self._catalogues[language if language in self._catalogues else self._first]
        key = self._access.policy_key(person.id, policy.version, self._clock() + LINK_LIVES)
        subject = str(words("policy.mail.subject" if ask.times == 1 else "policy.mail.again", title=title))
        message = envelope(subject, letter, sender=sender, name=self._name, made_at=letter.made_at)
        message.set_content(
            str(
                words(
                    "policy.mail.text",
                    name=person.name,
                    organisation=self._name,
                    title=title,
                    version=policy.version,
                    link=f"{self._page}{PATH}{key}",
                    days=LINK_LIVES.days,
                )
            )
        )
        return message
