"""Practices, cases that ended and where their texts lie, as tests make them."""

from datetime import timedelta

import numpy as np

from core.types import Author, Enriched, Finding, Mention, Visibility
from desk.cases.acts import Reason
from desk.entry.who import Held, Who
from desk.practices import acts
from desk.practices.acts import Said
from desk.store import case_writing, people
from desk.store.case_writing import Happening, Opening, add_message, happen, locked
from desk.store.cases import Happened, Message, State
from desk.store.people import Details
from desk.store.practices import Text
from enrich._encoder.vector import pack
from picture.similar import WIDTH
from tests.desk.cases.book import NOW

DAY = timedelta(days=1)
AGO = NOW - 30 * DAY
SUBJECTS = {"refund": 3, "lift": 5, "bike": 7}
TONGUES = {"nl": 11, "en": 13}
QUESTION, ANSWER = "Hoe krijg ik mijn geld terug?", "Vraag het terug via de app, binnen drie maanden."


def vector(subject, language="nl", chance=0):
    """A text about that subject; `chance` makes it another one."""
    made = np.zeros(WIDTH, dtype=np.float32)
    made[0], made[SUBJECTS[subject]], made[TONGUES[language]] = 2.0, 1.0, 0.5
    made[20 + chance % 300] += 0.3
    return pack(made)


async def place(texts):
    """desk.ports.Place: what a text is about stands in it."""
    words = {"geld": "refund", "refund": "refund", "lift": "lift", "fiets": "bike", "bike": "bike"}
    about = [next((words[word] for word in words if word in text.casefold()), "lift") for text in texts]
    return [vector(one, chance=number) for number, one in enumerate(about)]


def who(person="anna", unit="webcare", role="agent"):
    return Who(person=person, name=person, roles=frozenset({Held(role, unit)}))


LEAD, OTHER = who("bert", role="lead"), who("carla", "press")


def said(title="Geld terug", question=QUESTION, answer=ANSWER, **more):
    texts = (Text(language="nl", question=question, answer=answer),)
    return Said(**{"title": title, "texts": texts, "unit": "webcare", "topics": ("fares",)} | more)


async def approved(desk, *, by=None, at=NOW, **more):
    """One that is shown."""
    made = await acts.propose(desk, by or who(), said(**more), place, at=at)
    return await acts.approve(desk, LEAD, made.number, title=made.title, members=(), saw=made.version, at=at)


async def person(desk, name="Anna de Vries", **more):
    return (await people.add(desk, Details(name=name, **more), by="ruth", at=AGO)).id


def message(name, text, at, *, own=False, subject="refund", language="nl", labels=("neutral",), intent=(), **more):
    author = Author(id=f"bluesky:{name}", handle=name, name=f"{name.title()} Jansen")
    if own:
        author = Author(id="bluesky:noorderlijn", handle="noorderlijn", name="Noorderlijn")
    found = [
        Finding(name="language", model="t", labels=(language,)),
        Finding(name="sentiment", model="t", labels=labels),
    ]
    found += [Finding(name="intent", model="t", labels=intent)] if intent else []
    identifier = f"bluesky:{name}-{text[:24]}"
    told = {"author": author, "text": text, "created_at": at, "seen_at": at} | more
    mention = Mention(id=identifier, source="bluesky", **told)
    chance = sum(map(ord, name + text))
    return Enriched(mention=mention, findings=tuple(found), vector=vector(subject, language, chance))


async def ended(
    desk, archive, name, text, answer="We storten het terug.", *, then=None, closed=AGO, reopened=None,
    answered_to=Visibility.PUBLIC, **more,
):  # fmt: skip
    """A case that was answered and closed; `then` what its author said next, `reopened` when it was opened again."""
    asked = message(name, text, closed - 3 * DAY, **more)
    ours = message(name, answer, closed - 2 * DAY, own=True, visibility=answered_to)
    after = [then(name, closed - DAY)] if then else []
    assert not await archive.write([asked, ours, *after])
    opening = Opening(
        author=asked.mention.author.id, thread=asked.mention.id, source="bluesky", severity="minor", outcome="restore",
        since=closed - 3 * DAY, unit="webcare",
    )  # fmt: skip
    first = Message(mention=asked.mention.id, at=asked.mention.created_at, own=False, order=1)
    async with desk.writing() as connection:
        case = await case_writing.open_case(connection, opening, first, at=closed - 3 * DAY)
        for each, own in ((ours, True), *((one, False) for one in after)):
            more_said = Message(mention=each.mention.id, at=each.mention.created_at, own=own, order=1)
            await add_message(connection, case, more_said)
        answered = Happening(kind=Happened.ANSWERED, detail=ours.mention.id)
        case = await happen(
            connection, case, answered, by="klankbord", at=closed - 2 * DAY, answered_at=closed - 2 * DAY
        )
        over = {"state": State.CLOSED, "closed_at": closed, "reason": Reason.SOLVED.value}
        case = await happen(
            connection, case, Happening(kind=Happened.CLOSED, detail="solved"), by="anna", at=closed, **over
        )
        if reopened:
            again = {"state": State.OPEN, "closed_at": None}
            opened = Happening(kind=Happened.REOPENED)
            case = await happen(connection, case, opened, by="klankbord", at=reopened, **again)
    return case


async def closed_again(desk, case, at):
    async with desk.writing() as connection:
        now = await locked(connection, case.id)
        over = {"state": State.CLOSED, "closed_at": at, "reason": Reason.SOLVED.value}
        return await happen(connection, now, Happening(kind=Happened.CLOSED), by="anna", at=at, **over)


def praised(name, at):
    return message(name, "Super, dank jullie wel!", at, labels=("positive",), intent=("praise",))


def angry(name, at):
    return message(name, "Nog steeds niets gekregen", at, labels=("negative",))
