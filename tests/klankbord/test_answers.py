"""`klankbord answers`: what waits, what did not go out and why, and letting it out again; and that a demonstration answers nowhere."""

from datetime import timedelta

import pytest

from core.ports import Measured
from core.time import now
from desk.answering import acts
from desk.answering.acts import Written
from desk.cases.acting import Done
from desk.store import answer_writing, answers
from desk.store.answer_writing import Deed
from desk.store.answers import State
from klankbord import configuration
from klankbord.keeping.answering import Answers, allowing_of, open_publishers
from klankbord.options import hush
from klankbord.rulebook import FileRules
from tests.desk.answers.book import own
from tests.desk.cases.book import agent, hear, heard
from tests.desk.cases_filled import staff
from tests.klankbord.program import Program

MASTODON = {"use": "mastodon", "settings": {"instance": "http://127.0.0.1:9", "account": "noorderlijn", "token": "t"}}


@pytest.fixture
def made(tmp_path):
    return Program(tmp_path, publishers=[MASTODON])


def done(made, work):
    """What that does with the stores and the publishers of the configuration."""
    read = configuration.read(made.config)

    async def opened(stores):
        async with open_publishers(read, stores, hush, Measured()) as publishers:
            return await work(read, stores, publishers)

    return made.ask(opened)


async def let_out(read, stores, publishers):
    """An answer that was approved and let out; who did, and its case."""
    desk, at = stores.desk, now()
    anna, bert = ids = await staff(desk)
    await own(desk, publishers["mastodon"], *ids)
    allowing = allowing_of(read, FileRules(read.playbook), publishers)
    case = await hear(desk, heard(at=at, mention="mastodon:127.0.0.1:9/1"))
    written = Written(text="Sorry, \x1b[31mAnna", answers=case.first_message, publisher="mastodon", language="nl")
    told = {"allowing": allowing, "at": at}
    for one in (
        await acts.write(desk, agent(anna), case.id, written, saw=1, at=at),
        await acts.approve(desk, agent(bert), case.id, 1, saw=2, **told),
        await acts.send(desk, agent(anna), case.id, 1, topics=(), saw=3, **told),
    ):
        assert isinstance(one, Done), one
    return anna


async def refused(read, stores, publishers):
    """The same; what it answers is in no archive, and so it does not go out."""
    anna = await let_out(read, stores, publishers)
    await Answers(read, stores, publishers, Measured()).sender.once()
    return anna


def test_what_was_refused_is_listed_shown_with_its_reason_and_let_out_again(made):
    anna = done(made, refused)
    listed = made.command("answers list --state refused").output
    assert ("refused" in listed, "gone" in listed) == (True, True)
    shown = made.command("answers show", "1").output
    assert "approved by Bert Lead" in shown
    assert "\x1b" not in shown
    assert "1 answers did not go out: klankbord answers list" in made.command("status").output
    assert made.command("answers retry", "1").output == "answer 1 goes out again\n"
    answer = made.ask(lambda stores: answers.get(stores.desk, 1))
    assert (answer.state, answer.sends, answer.tries) == (State.QUEUED, anna, 0)
    assert made.command("answers retry", "1").output == "answer 1 is on its way already\n"


async def asked(read, stores, publishers):
    """What was asked of a message at its source, and the source refuses."""
    await let_out(read, stores, publishers)
    (one,) = await answers.listed(stores.desk)
    async with stores.desk.writing() as connection:
        await answer_writing.ask(connection, one.case, Deed.HIDE, one.answers, "mastodon", by="page", at=now())
    at = now() + timedelta(days=2)
    await Answers(read, stores, publishers, Measured(), clock=lambda: at).sender.once()


def test_what_was_asked_at_a_source_and_came_to_nothing_is_listed(made):
    done(made, asked)
    listed = made.command("answers list").output
    assert "to hide mastodon:127.0.0.1:9/1 of #1 came to nothing" in listed
    assert "no right" in listed


def test_a_number_that_is_none_is_said(made):
    assert "there is no answer 7" in made.command("answers show", "7").output
    assert "there is no answer 7" in made.command("answers retry", "7").output


def test_in_a_demonstration_nothing_answers(tmp_path):
    made = Program(
        tmp_path, publishers=[MASTODON], page={"port": 0, "stand_ins": {"agent": "anna@noorderlijn.example"}}
    )

    async def names(_read, _stores, publishers):
        return list(publishers)

    assert done(made, names) == []
