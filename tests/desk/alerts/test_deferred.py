"""What becomes of a message where the mail server puts it off, refuses it, does not encrypt, or breaks off."""

from datetime import timedelta
from email import message_from_bytes

import pytest

from core.errors import Reject, Retry
from desk.alerts.decide import WAITS
from desk.alerts.mail import Mailer
from desk.alerts.mail_settings import MailSettings
from tests.desk.alerts.strict_mail import strict_mail
from tests.desk.alerts.test_mail import message

TO = "ops@klank.example"


def mailer(box, tls="none"):
    return Mailer(MailSettings(host="127.0.0.1", port=box.port, tls=tls, sender="bord@klank.example", timeout=60))


@pytest.fixture
async def owing(scene):
    """A scene that owes one message, and the strict server it goes to."""
    await scene.alert(group="0s")
    scene.clock[0] += timedelta(minutes=1)
    await scene.hears(1)
    await scene.look(later=timedelta(minutes=1))
    async with strict_mail() as box:
        scene.mailer = mailer(box)
        yield scene, box


@pytest.mark.parametrize("dialled", [{"EHLO": ["250 strict.example"] * 2}, {"STARTTLS": ["454 TLS not available"]}])
async def test_a_server_that_does_not_encrypt_gets_no_word_of_it(dialled):
    async with strict_mail() as box:
        box.answers = dialled
        with pytest.raises(Retry, match="does not encrypt"):
            await mailer(box, tls="starttls").send(message(), TO)
    assert not {"AUTH", "MAIL", "RCPT", "DATA"}.intersection(box.commands)


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("greeting", "421 busy", Retry),
        ("MAIL", "451 later", Retry),
        ("RCPT", "450 later", Retry),
        ("DATA", "452 no room", Retry),
        (".", "451 later", Retry),
        ("greeting", "554 no service", Retry),
        ("MAIL", "550 not your domain", Retry),
        ("MAIL", "552 too large", Reject),
        ("RCPT", "550 no such user", Reject),
        ("DATA", "554 no", Reject),
        (".", "554 spam", Reject),
    ],
)
async def test_each_answer_ends_a_message_or_puts_it_off(where, answer, error):
    async with strict_mail() as box:
        box.answers = {where: [answer]}
        with pytest.raises(error, match=r"the mail server 127\.0\.0\.1:"):
            await mailer(box).send(message(), TO)
    assert box.messages == []


async def test_a_message_of_dots_and_long_lines_arrives_as_it_was():
    text = "..\n.\nregel\n" + "woord " * 400
    async with strict_mail() as box:
        await mailer(box).send(message(text), TO)
    assert message_from_bytes(box.messages[0]).get_payload(decode=True).decode().split() == text.split()


async def test_what_is_put_off_is_sent_later_and_once(owing):
    scene, box = owing
    box.answers = {".": ["451 greylisted"]}
    assert await scene.send() == 0
    (letter,) = await scene.owed()
    assert (letter.due_at, letter.done_at) == (scene.clock[0] + WAITS[0], None)
    assert "answer 451" in letter.error
    scene.clock[0] += WAITS[0]
    assert [await scene.send() for _ in range(2)] == [1, 0]
    assert len(box.messages) == 1


async def test_what_is_refused_is_given_up_and_told(owing):
    scene, box = owing
    box.answers = {".": ["554 spam"]}
    assert await scene.send() == 0
    (letter,) = await scene.owed()
    assert (letter.due_at, letter.done_at) == (None, scene.clock[0])
    scene.clock[0] += timedelta(days=4)
    assert await scene.send() == 0
    assert box.messages == []


@pytest.mark.parametrize(("where", "taken"), [("body", 0), (".", 1)])
async def test_a_connection_that_is_cut_is_tried_again_under_the_same_id(owing, where, taken):
    scene, box = owing
    box.cuts = [where]
    assert await scene.send() == 0
    assert len(box.messages) == taken
    scene.clock[0] += WAITS[0]
    assert await scene.send() == 1
    ids = {message_from_bytes(one)["Message-ID"] for one in box.messages}
    assert ids == {f"<{(await scene.owed())[0].id}@klank.example>"}
