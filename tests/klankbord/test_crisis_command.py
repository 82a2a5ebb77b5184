"""`klankbord crisis`: what the page can do in a crisis can be done at the terminal, and a refusal says why."""

import asyncio

import pytest
import yaml

from core.time import now
from desk.cases import keeping
from desk.crisis import acts, saying
from desk.crisis.acting import Done
from desk.crisis.planned import Plan
from desk.crisis.ringing import alarmed
from desk.store import case_drafts, crises, people, roles
from desk.store.crises import Happened
from desk.store.people import Details
from klankbord import configuration
from klankbord.stores import open_desk_alone
from playbook.playbook import load
from tests.desk.cases.book import PROMISED, agent, heard
from tests.desk.crisis.book import rings
from tests.desk.store.filled import not_erased
from tests.klankbord.program import Program

PLAYBOOK = {
    "monitors": {"trein": {"query": "trein"}},
    "triage": None,
    "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}, "press": {}}},
    "roles": {"coach": {"name": "Coach"}},
    "crisis": {"statements": {"en": "{organisation} knows since {since}."}},
}
ANNA, COACH = "anna@example.org", "cees@example.org"
LENA = agent("lena", role="lead")
SAW = ("--saw", "1")


class House:
    """A desk with a crisis, a case and staff, and its command line."""

    def __init__(self, folder):
        sign_in = {"rights": {"coach": ["cases"]}}
        self.program = Program(folder, sign_in=sign_in)
        (folder / "playbook.yaml").write_text(yaml.safe_dump(PLAYBOOK))
        self.read = configuration.read(self.program.config)
        self.plan = Plan(load(self.read.playbook))

    def ask(self, question):
        async def asked():
            async with open_desk_alone(self.read, lambda _: None) as desk:
                return await question(desk)

        return asyncio.run(asked())

    def said(self, command, *arguments, code=0):
        """What the command answers, in one line; it ends with that code."""
        answer = self.program.command(f"crisis {command}", *arguments)
        assert answer.exit_code == code, answer.output
        return answer.output

    def saw(self):
        """The option that names the version which is shown now."""
        first = self.said("show", "1").partition("\n")[0]
        return ("--saw", first.rpartition("version ")[2])

    def kinds(self):
        async def found(desk):
            one = await crises.get(desk, 1)
            return [event.kind for event in await crises.events(desk, one.id)]

        return self.ask(found)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)

    async def filled(desk):
        await alarmed(desk, [rings(at=now())], made.plan, now())
        await keeping.hear(desk, heard(1, now(), monitors=("bus",)), PROMISED, at=now(), erased=not_erased)
        for email, role, unit in ((ANNA, "agent", "press"), (COACH, "coach", "webcare")):
            one = await people.add(
                desk, Details(name=email.partition("@")[0].title(), email=email), by="page", at=now()
            )
            await roles.give(desk, one.id, role, unit, by="page", at=now())

    made.ask(filled)
    return made


def drafted(house, words):
    """Somebody of the staff drafts it."""

    async def draft(desk):
        one, who = await crises.get(desk, 1), agent((await people.named(desk, COACH)).id)
        return await saying.draft(desk, who, one.id, "nl", words, approves="lead", saw=one.version, at=now())

    house.ask(draft)


async def raised(desk, who, crisis, *, saw, at):
    return await acts.severity(desk, who, crisis, 3, "the mayor asks", saw=saw, at=at)


async def written(desk, who, crisis, *, saw, at):
    return await saying.draft(desk, who, crisis, "nl", "Sorry", approves="lead", saw=saw, at=at)


async def applied(desk, who, crisis, *, saw, at):
    await written(desk, agent("otto"), crisis, saw=saw, at=at)
    await saying.approve(desk, who, crisis, "nl", 1, approves="lead", saw=99, at=at)
    return await saying.apply(desk, who, crisis, a_minute=2, saw=99, at=at)


async def ended(desk, who, crisis, *, saw, at):
    return await acts.stand_down(desk, who, crisis, "it is quiet", saw=saw, at=at)


def approved(house, number):
    """Somebody else approves it."""

    async def approve(desk):
        one = await crises.get(desk, 1)
        return await saying.approve(desk, LENA, one.id, "nl", number, approves="lead", saw=one.version, at=now())

    assert isinstance(house.ask(approve), Done)


def test_a_statement_is_drafted_and_shown_and_nobody_approves_it_at_the_terminal(house):
    assert "nothing was drafted" in house.said("statement show", "1")
    house.said("statement draft", "1", "en", *house.saw())
    house.said("statement draft", "1", "nl", "We weten het.", *house.saw())
    shown = house.said("statement show", "1")
    assert ("Klank knows since" in shown, "nl 1, drafted by" in shown) == (True, True)
    assert "one of the staff has to draft it again" in shown
    assert 'there is no command "approve"' in house.said("statement approve", "1", "nl", "1", code=2)
    drafted(house, "We zoeken het uit.")
    assert "nl 2, drafted by Cees, waits for approval" in house.said("statement show", "1")
    approved(house, 2)
    assert "nl 2, drafted by Cees, approved by lena" in house.said("statement show", "1")


def test_whoever_was_erased_has_left(house):
    drafted(house, "We zoeken het uit.")

    async def erase(desk):
        cees = await people.named(desk, COACH)
        await people.erase(desk, [cees.id], key=b"k" * 32, at=now())

    house.ask(erase)
    assert "nl 1, drafted by somebody who has left" in house.said("statement show", "1")
    assert "somebody who has left  nl 1" in house.said("show", "1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("statement draft", "1", "fr", *SAW), 'says nothing first in "fr" (it does in: en); give the text'),
        (("statement draft", "1", "nl", " ", *SAW), "a statement has 1 to 5,000 characters"),
        (("statement draft", "1", "Nederlands", "x", *SAW), "its language is a code like nl"),
        (("statement show", "9"), "there is no crisis 9"),
        (("apply", "1", *SAW), "no statement is approved that could be applied"),
        (("attach", "1", "7"), "there is no case 7"),
        (("detach", "1", "7"), "there is no case 7"),
        (("hand-over", "1", "ana@example.org", *SAW), 'did you mean "anna@example.org"?'),
        (("hand-over", "1", ANNA, *SAW), "anna@example.org may not work on cases of its unit"),
        (("reopen", "1", "not over", *SAW), "it has not ended"),
        (("step", "1", "verifi"), 'crisis 1 has no step "verifi"; did you mean "verify"?'),
        (("note", "1", ""), "a note has 1 to 4,000 characters"),
        (("note", "1", "\udcff"), "a note has 1 to 4,000 characters"),
        (("hand-over", "1", "\udcff", *SAW), 'there is no "?"'),
        (("statement draft", "1", "日本", "x", *SAW), "its language is a code like nl"),
        (("severity", "1", "2", "x" * 4001, *SAW), "a reason has 1 to 4,000 characters"),
        (("report", "1", "--to", "."), ".: cannot be written: Is a directory"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(house, arguments, sentence):
    before = house.kinds()
    assert sentence in house.said(*arguments, code=1)
    assert house.kinds() == before


MEANWHILE = {
    "take": (("take", "1"), acts.take, "lena took the lead"),
    "hand-over": (("hand-over", "1", COACH), acts.take, "lena took the lead"),
    "severity": (("severity", "1", "1", "calmer"), raised, "lena raised the severity: 3: the mayor asks"),
    "stand-down": (("stand-down", "1", "over"), raised, "lena raised the severity: 3: the mayor asks"),
    "draft": (("statement draft", "1", "nl", "x"), written, "lena drafted the statement: nl 1"),
    "apply": (("apply", "1"), applied, "lena sent the answer to the cases as drafts"),
    "reopen": (("reopen", "1", "not over"), ended, "lena stood it down: it is quiet"),
}


@pytest.mark.parametrize("which", MEANWHILE)
def test_what_could_undo_the_decision_of_another_is_refused_with_what_happened_since(house, which):
    arguments, meanwhile, sentence = MEANWHILE[which]

    async def act(desk):
        one = await crises.get(desk, 1)
        assert isinstance(await meanwhile(desk, LENA, one.id, saw=one.version, at=now()), Done)

    house.ask(act)
    before = house.kinds()
    assert "Missing option '--saw'" in house.said(*arguments, code=2)
    refused = house.said(*arguments, *SAW, code=1)
    assert (f"since version 1: {sentence}" in refused, "klankbord crisis show 1" in refused) == (True, True), refused
    assert house.kinds() == before


def test_a_version_that_there_is_not_yet_is_refused(house):
    assert "it is at version 1, and not yet at 9" in house.said("stand-down", "1", "over", "--saw", "9", code=1)
    assert house.kinds() == [Happened.OPENED]


@pytest.mark.parametrize("number", ["0", "NaN", "1.5", "99999999999999999999", ""])
def test_a_number_that_is_none_is_told_as_wrong_use(house, number):
    assert "Invalid value for 'NUMBER'" in house.said("show", number, code=2)


def test_a_playbook_that_cannot_be_read_is_told_with_its_place(house):
    (house.program.folder / "playbook.yaml").write_text("crisis:\n\tlull: 6h\n")
    assert "playbook.yaml, line 2, column 1" in house.said("apply", "1", *SAW, code=2)
    assert "playbook.yaml, line 2, column 1" in house.said("statement draft", "1", "nl", *SAW, code=2)
    assert house.said("acknowledge", "1").startswith("crisis 1: open")


def test_a_case_is_attached_answered_and_detached(house):
    house.said("attach", "1", "1")
    assert "#1" in house.program.command("cases list", "--crisis", "1").output
    drafted(house, "We zoeken het uit.")
    approved(house, 1)
    house.said("apply", "1", *house.saw())

    async def going(desk):
        return [answer.statements for _, answer in await case_drafts.going_round(desk)]

    assert house.ask(going) == [{"nl": 1}]
    house.said("detach", "1", "1")
    assert house.program.command("cases list", "--crisis", "1").output.strip().endswith("0 of 0")


def test_a_crisis_is_handed_to_who_may_work_there_by_a_role_of_our_own(house):
    house.said("hand-over", "1", COACH, *house.saw())

    async def offered(desk):
        return (await crises.get(desk, 1)).offered_to == (await people.named(desk, COACH)).id

    assert house.ask(offered)


def test_one_that_was_stood_down_is_opened_again(house):
    house.said("stand-down", "1", "solved", *house.saw())
    assert "it has ended" in house.said("attach", "1", "1", code=1)
    house.said("note", "1", "it rings on")
    assert house.said("reopen", "1", "not over", *house.saw()).startswith("crisis 1: open")
    assert house.kinds()[-3:] == [Happened.STOOD_DOWN, Happened.NOTED, Happened.REOPENED]
