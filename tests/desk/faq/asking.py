"""Questions that people ask, and what we answer, as the archive holds them."""

from datetime import timedelta

import numpy as np

from core.document import Filter
from core.types import Coverage
from desk.faq.faq import Frequently
from desk.web.kept import Written
from picture.similar import WIDTH, Ordinary
from tests.desk.cases.book import NOW, PLAYBOOK
from tests.desk.practices.book import message
from tests.desk.serving import Leaving

MIDDLE = np.zeros(WIDTH, dtype=np.float32)
MIDDLE[0] = 0.85

WEEK = timedelta(weeks=1)
SPAN = Filter(since=NOW - WEEK, until=NOW)
NAMES = ("sanne", "kim", "olaf", "jet")


def question(name, text="Hoe krijg ik mijn geld terug?", at=NOW - timedelta(days=1), **more):
    return message(name, text, at, intent=("question",), **more)


def money():
    """Four about money, one of them in English."""
    english = question("kim", "How do I get my refund?", language="en")
    return [question("sanne"), english, question("olaf"), question("jet", "Krijg ik mijn geld nog terug?")]


def others():
    """One about a lift, and one that asks nothing."""
    return [question("wim", "Is de lift stuk?", subject="lift"), message("bea", "Mijn geld is terug", NOW - WEEK / 2)]


def answer(to, text="Vraag het terug in de app. ^Femke", at=NOW - timedelta(hours=3)):
    return message("us", text, at, own=True, reply_to=to.mention.id, thread=to.mention.id)


def collected(since, until, **more):
    return Coverage(source="bluesky", stream="all", cursor_to=f"{until}", since=since, until=until, **more)


WHOLE = collected(NOW - 5 * WEEK, NOW)


def frequently(desk, archive):
    """Of a playbook that knows one own account, Noorderlijn."""
    return Frequently(
        desk,
        archive,
        ordinary=lambda: Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)),
        rules=Written(playbook=PLAYBOOK),
        leaving=Leaving(),
        organisation="Noorderlijn",
        languages=("nl", "en"),
    )
