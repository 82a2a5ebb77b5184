"""Sends what is owed: what is true when it is sent, as often as it takes, and says what became of it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import msgspec

from core.document import Stored
from core.errors import Reject, Retry, Stop
from core.ports import ArchiveReader, Erased
from core.types import OPEN
from desk.alerts.addresses import ADDRESS
from desk.alerts.decide import WAITS
from desk.alerts.looking import ALERT, EXAMPLES, Figures
from desk.alerts.mail import REPEAT, Mailer, Unsure
from desk.alerts.message import SHOWN, mail, payload, tell
from desk.store import alerts, letters
from desk.store.database import Database
from desk.store.digests import DIGEST
from desk.store.letters import Letter
from desk.web.formats import Formats
from desk.web.words import Words
from picture.mention import is_irrelevant

AT_ONCE = 50

NO_MAIL = "no mail server is configured: give klankbord.yaml a `mail:`"

Compose = Callable[[Letter, str], Awaitable[EmailMessage]]
"""(letter, sender): the message of a report. Raises Reject where there never will be one."""

Post = Callable[[str, str, bytes, str], Awaitable[None]]
"""(address, message id, body, secret): returns once the receiver confirmed it. Raises Reject where it never will, Retry
where it may later.
"""


class Sender:
    """Sends for one organisation.

    mailer  None where no mail server is configured
    post    sends signed JSON; `secret` finds what signs for an alert's id
    compose  makes the message of a report
    texts   whether a piece of a mention's text may leave the house
    page    the address that links begin with
    """

    def __init__(
        self,
        desk: Database,
        archive: ArchiveReader,
        *,
        mailer: Mailer | None,
        post: Post,
        compose: Compose,
        secret: Callable[[str], Awaitable[str]],
        erased: Erased,
        texts: Callable[[Stored], bool],
        catalogues: Mapping[str, Words],
        first_language: str,
        name: str,
        zone: ZoneInfo,
        page: str,
    ) -> None:
        self._desk, self._archive, self._mailer, self._post, self._secret = desk, archive, mailer, post, secret
        self._compose = compose
        self._erased, self._texts, self._catalogues, self._first = erased, texts, catalogues, first_language
        self._name, self._zone, self._page = name, zone, page

    async def send(self, at: datetime, *, digests: bool = False) -> int:
        """Try the digests that are due, or whatever else is: a digest takes long and holds up nothing. How many were confirmed."""
        done = 0
        for letter in await letters.due(self._desk, at, AT_ONCE, what=DIGEST, others=not digests):
            done += await self._try(letter, at)
        return done

    async def _try(self, letter: Letter, at: datetime) -> bool:
        tries = letter.tries + 1
        await letters.begin(self._desk, letter.id)
        try:
            await self._deliver(letter)
        except Reject as error:
            await letters.settle(self._desk, letter.id, tries=tries, error=str(error), due_at=None, at=at)
            return False
        except (Retry, Stop) as error:
            asked = timedelta(seconds=(error.after or 0) if isinstance(error, Retry) else 0)
            again = at + max(WAITS[tries - 1], asked) if tries <= len(WAITS) else None
            said = str(error) if again else f"given up: {error}"
            unsure = letter.unsure or isinstance(error, Unsure)
            await letters.settle(self._desk, letter.id, tries=tries, error=said, due_at=again, at=at, unsure=unsure)
            return False
        await letters.settle(self._desk, letter.id, tries=tries, error=None, due_at=None, at=at)
        return True

    async def _deliver(self, letter: Letter) -> None:
        if letter.what == ALERT:
            await self._alert(letter)
            return
        if self._mailer is None:
            raise Retry(NO_MAIL)
        message = await self._compose(letter, self._mailer.sender)
        await self._mailed(message, letter, self._mailer)

    async def _alert(self, letter: Letter) -> None:
        standing = await alerts.get(self._desk, letter.subject)
        if standing is None:
            raise Reject("the alert is not there any more", reason="gone")
        figures = msgspec.json.decode(letter.body, type=Figures)
        words = self._catalogues[standing.alert.written_in or self._first]
        form = Formats(words, self._zone, letter.made_at)
        found = await self._found(letter)
        told = tell(standing, figures, found, words=words, form=form, page=self._page, texts=self._texts)
        if not ADDRESS.fullmatch(letter.receiver):
            body = payload(standing, letter, figures, told)
            await self._post(letter.receiver, letter.id, body, await self._secret(standing.id))
            return
        if self._mailer is None:
            raise Retry(NO_MAIL)
        message = mail(
            told, letter, sender=self._mailer.sender, name=self._name, words=words, form=form, made_at=letter.made_at
        )
        await self._mailed(message, letter, self._mailer)

    async def _mailed(self, message: EmailMessage, letter: Letter, mailer: Mailer) -> None:
        """One that may have arrived before says so, and has the Message-ID of the one before too."""
        if letter.unsure:
            message[REPEAT] = "yes"
        await mailer.send(message, letter.receiver)

    async def _found(self, letter: Letter) -> list[Stored]:
        """What may still be shown of the message's mentions: not what was deleted, erased, judged irrelevant or is not public."""
        ids = await alerts.of_letter(self._desk, letter.letter, EXAMPLES)
        there = await self._archive.several(ids)
        found = [there[one] for one in ids if one in there]
        return [one for one in found if self._may_show(one)][:SHOWN]

    def _may_show(self, stored: Stored) -> bool:
        mention = stored.enriched.mention
        counts = mention.visibility in OPEN and not is_irrelevant(stored)
        return counts and not self._erased(mention.id) and not self._erased(mention.author.id)
