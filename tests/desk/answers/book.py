"""A house with a case, people who answer it, a local source, and the worker that sends."""

from datetime import timedelta
from random import Random

from core.ports import Measured
from core.time import now
from desk.answering import acts
from desk.answering.acts import Written
from desk.answering.allowing import ByChain
from desk.answering.barred import Answered
from desk.answering.sending import Sender
from desk.cases.acting import Done
from desk.entry.rights import RIGHTS
from desk.store import account_rights, accounts, answers, cases
from desk.store.account_rights import Given
from desk.store.accounts import Account
from playbook.sections import Playbook
from tests.desk.cases.book import agent, hear, heard
from tests.desk.cases_filled import staff

TEXT = "Wat vervelend! We zoeken het uit."


async def own(desk, publisher, *people):
    """The id of the account as which that publisher answers; these may answer on it."""
    official = Account(id="", source=publisher.source, handle=publisher.account, official=True)
    made = await accounts.add(desk, official, by="page", at=now())
    for person in people:
        await account_rights.give(desk, Given(account=made, person=person), by="page", at=now())
    return made


class House:
    """`ahead` is how far its clock is from ours; `marks` and `gone` are of what is answered, `erased` who was."""

    def __init__(self, desk, stage, publisher):
        self.desk, self.stage, self.publisher = desk, stage, publisher
        self.ahead, self.marks, self.gone, self.erased = timedelta(), (), False, set()
        self.four_eyes, self.topics, self.measured = {}, (), Measured()
        self.name = publisher.source
        self.allowing = ByChain({self.name: publisher}, self.playbook, RIGHTS)
        self.sender = self.worker()

    def worker(self, publisher=None):
        """One that sends here; several may at once."""
        return Sender(
            self.desk,
            {self.name: publisher or self.publisher},
            looks=self.looks,
            allowing=self.allowing,
            erased=lambda identifier: identifier in self.erased,
            clock=lambda: now() + self.ahead,
            random=Random(1),
            measured=self.measured,
        )

    def playbook(self):
        return Playbook.model_validate({"answers": {"four_eyes": self.four_eyes}})

    async def begin(self):
        """Anna and Bert may answer here, and somebody wrote what has to be answered."""
        self.anna, self.bert = (agent(one) for one in await staff(self.desk))
        self.account = await own(self.desk, self.publisher, self.anna.by, self.bert.by)
        self.parent = self.stage.parent()
        self.case = await self.opened(self.parent)
        return self

    async def opened(self, parent):
        at = max(parent.created_at, now() - timedelta(minutes=1))
        told = {"mention": parent.id, "author": parent.author, "thread": parent.id, "source": self.name, "at": at}
        return await hear(self.desk, heard(**told))

    async def looks(self, mention):
        assert mention == self.parent.id
        return None if self.gone else Answered(parent=self.parent, topics=self.topics, marks=self.marks)

    @property
    def at(self):
        return now() + self.ahead

    @property
    def told(self):
        """What is told of anything done at the source."""
        return {
            "publisher": self.name,
            "publishers": {self.name: self.publisher},
            "allowing": self.allowing,
            "at": self.at,
        }

    async def saw(self):
        return (await cases.get(self.desk, self.case.id)).version

    async def write(self, text=TEXT, *, who=None, version=0, saw=None):
        written = Written(text=text, answers=self.parent.id, publisher=self.name, language="nl", version=version)
        saw = await self.saw() if saw is None else saw
        return await acts.write(self.desk, who or self.anna, self.case.id, written, saw=saw, at=self.at)

    async def approve(self, *, who=None, version=1, saw=None):
        told = {"allowing": self.allowing, "saw": await self.saw() if saw is None else saw, "at": self.at}
        return await acts.approve(self.desk, who or self.bert, self.case.id, version, **told)

    async def send(self, *, who=None, version=1, saw=None):
        told = {"allowing": self.allowing, "saw": await self.saw() if saw is None else saw, "at": self.at}
        told |= {"topics": self.topics}
        return await acts.send(self.desk, who or self.anna, self.case.id, version, **told)

    async def withdraw(self, *, who=None):
        return await acts.withdraw(self.desk, who or self.anna, self.case.id, saw=await self.saw(), at=self.at)

    async def let_out(self, text=TEXT):
        for done in (await self.write(text), await self.approve(), await self.send()):
            assert isinstance(done, Done), done

    async def looked(self, *, later=timedelta()):
        """The worker looks once, that much later; the answer as it is then."""
        self.ahead += later
        await self.sender.once()
        await self.stage.settled()
        return await self.answer()

    async def answer(self):
        return (await answers.of_case(self.desk, self.case.id))[0]

    async def kinds(self):
        return [event.kind.value for event in await cases.events(self.desk, self.case.id)]
