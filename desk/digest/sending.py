"""Digests as e-mails: owed once a unit and week, and made when they are sent, so that they hold what is true then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import msgspec

from core.errors import Reject
from core.time import Clock
from desk.alerts.message import TEMPLATES, envelope
from desk.digest.gathering import Digest, Gatherer
from desk.digest.settings import DigestSettings
from desk.digest.telling import Teller, Told
from desk.digest.week import Week, last_whole, week
from desk.ports import Organisation, Rulebook
from desk.store import digests, people
from desk.store.database import Database
from desk.store.digests import About
from desk.store.letters import Letter
from desk.web.formats import Formats
from desk.web.words import Words
from playbook.explaining import unit_name

FRESH = timedelta(minutes=1)
"""How long a digest that was gathered is sent on: what was deleted meanwhile may still be in it."""


class Digester:
    """Owes and writes the digests of one organisation. `page` is the address that links begin with."""

    def __init__(
        self,
        desk: Database,
        gatherer: Gatherer,
        settings: DigestSettings,
        *,
        rules: Rulebook,
        organisation: Organisation,
        catalogues: Mapping[str, Words],
        first_language: str,
        page: str,
        clock: Clock,
    ) -> None:
        self._desk, self._gatherer, self._settings, self._rules = desk, gatherer, settings, rules
        self._organisation, self._catalogues, self._first = organisation, catalogues, first_language
        self._page, self._clock = page, clock
        self._gathered: dict[About, tuple[datetime, Digest]] = {}

    async def owe_due(self, at: datetime) -> int:
        """Owe each unit the week before this one, once its Monday morning has come; how many letters."""
        before = last_whole(at, self._organisation.zone)
        if not self._settings.units or at < before.due_at(self._organisation.zone):
            return 0
        done = await digests.owed(self._desk, before.name)
        units = [unit for unit in self._units() if unit not in done]
        return sum([await digests.owe(self._desk, About(unit, before.name), at=at) for unit in units])

    async def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """The message to that person. Raises Reject where the person left, wants none, or works elsewhere by now."""
        about = msgspec.json.decode(letter.body, type=About)
        person = await people.get(self._desk, letter.subject)
        if person is None or not person.active or person.unit != about.unit or about.unit not in self._units():
            raise Reject("the person left that unit, or it gets no digest any more", reason="gone")
        if await digests.refused(self._desk, person.id):
            raise Reject("the person wants no digest", reason="gone")
        told = await self.told(about.unit, week(about.week), person.language or self._first)
        made = envelope(told.subject, letter, sender=sender, name=self._organisation.name, made_at=letter.made_at)
        made.set_content(self.text(told, repeat=letter.unsure))
        made.add_alternative(self.html(told, repeat=letter.unsure), subtype="html")
        return made

    async def told(self, unit: str, of: Week, language: str) -> Told:
        """The digest in that language, else the organisation's first."""
        words = self._catalogues.get(language, self._catalogues[self._first])
        form = Formats(words, self._organisation.zone, self._clock())
        name = unit_name(self._rules.playbook, unit, words.language)
        teller = Teller(words, form, organisation=self._organisation.name, unit=name, page=self._page)
        return teller.tell(await self._digest(About(unit, of.name), of))

    async def _digest(self, about: About, of: Week) -> Digest:
        """Gathered once for all who read it within a minute."""
        now = self._clock()
        self._gathered = {one: kept for one, kept in self._gathered.items() if timedelta(0) <= now - kept[0] < FRESH}
        if about not in self._gathered:
            self._gathered[about] = (now, await self._gatherer.gather(about.unit, of))
        return self._gathered[about][1]

    def text(self, told: Told, *, repeat: bool = False) -> str:
        return self._filled("digest.txt", told, repeat=repeat)

    def html(self, told: Told, *, repeat: bool = False) -> str:
        return self._filled("digest.html", told, repeat=repeat)

    def _filled(self, template: str, told: Told, *, repeat: bool) -> str:
        words = self._catalogues[told.language]
        return TEMPLATES.get_template(template).render({"told": told, "t": words, "repeat": repeat})

    def _units(self) -> Sequence[str]:
        """Those that get one and are in the playbook."""
        organisation = self._rules.playbook.organisation
        return [unit for unit in self._settings.units if organisation and unit in organisation.units]
