"""A unit, its people, a mail server of the test's own, and a digest over a real archive and desk."""

import pytest

from desk.alerts.mail import Mailer
from desk.alerts.mail_settings import MailSettings
from desk.alerts.sending import Sender
from desk.digest.gathering import Gatherer
from desk.digest.sending import Digester
from desk.digest.settings import DigestSettings
from desk.ports import Organisation
from desk.store import people
from desk.store.people import Details
from desk.web import words
from desk.web.kept import Written
from klankbord.serving.asking import Asking
from picture.forecast.asking import Forecasts
from tests.desk.alerts.mailbox import mailbox
from tests.desk.cases.book import NOW, PLAYBOOK
from tests.desk.corpus import ZONE
from tests.desk.faq.conftest import archive, desk, faq, full, opened
from tests.desk.serving import Leaving

__all__ = ["archive", "desk", "faq", "full", "house", "opened"]

PAGE = "https://klank.example"
CATALOGUES = {language: words.load(language) for language in words.LANGUAGES}


class Counting(Gatherer):
    """Knows how often it was asked."""

    asked = 0

    async def gather(self, unit, week):
        self.asked += 1
        return await super().gather(unit, week)


class House:
    """An organisation with a digest for webcare, at a clock that the test turns; `box` is what was mailed."""

    def __init__(self, desk, archive, faq, box):
        self.desk, self.archive, self.box, self.now = desk, archive, box, NOW
        organisation = Organisation(name="Noorderlijn", zone=ZONE)
        site = Asking(archive, lambda: self.now, organisation)
        forecasts = Forecasts(archive, ZONE, lambda: self.now)
        self.gatherer = Counting(desk, site, Leaving(), faq, forecasts)
        self.digester = Digester(
            desk,
            self.gatherer,
            DigestSettings(units=("webcare", "gone")),
            rules=Written(playbook=PLAYBOOK),
            organisation=organisation,
            catalogues=CATALOGUES,
            first_language="nl",
            page=PAGE,
            clock=lambda: self.now,
        )

    async def hire(self, name, unit="webcare", **more):
        details = Details(name=name, email=f"{name.lower()}@klank.example", unit=unit)
        made = await people.add(self.desk, Details(**{**_told(details), **more}), by="ruth", at=NOW)
        return made.id

    async def send(self):
        async def post(*_):
            raise AssertionError("no webhook is owed")

        settings = MailSettings(host="127.0.0.1", port=self.box.port, tls="none", sender="bord@klank.example")
        sender = Sender(
            self.desk,
            self.archive,
            mailer=Mailer(settings),
            post=post,
            secret=post,
            compose=self.digester.compose,
            erased=lambda _: False,
            texts=lambda _: True,
            catalogues=CATALOGUES,
            first_language="nl",
            name="Noorderlijn",
            zone=ZONE,
            page=PAGE,
        )
        return await sender.send(self.now, digests=True)


def _told(details):
    return {name: getattr(details, name) for name in details.__struct_fields__}


@pytest.fixture
async def house(desk, archive, faq):
    async with mailbox() as box:
        yield House(desk, archive, faq, box)
