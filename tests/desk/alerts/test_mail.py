"""E-mail through a real server: TLS, refusals, silence, and what a message may never hold."""

from email.message import EmailMessage

import pytest
from pydantic import ValidationError

from core.errors import Reject, Retry
from deploy.engines.certificates import certificates
from desk.alerts.mail import Mailer
from desk.alerts.mail_settings import MailSettings
from tests.desk.alerts.mailbox import mailbox


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("certificates"))


def mailer(box, **more):
    settings = {"host": "127.0.0.1", "port": box.port, "tls": "none", "sender": "bord@klank.example", "timeout": 60}
    return Mailer(MailSettings(**settings | more))


def message(text="hallo"):
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "storing", "bord@klank.example", "ops@klank.example"
    made.set_content(text)
    return made


async def test_starttls_and_a_user(made):
    async with mailbox(made, asks_user=True) as box:
        sending = mailer(box, host="localhost", tls="starttls", ca=made.ca, user="klank", password="geheim")
        await sending.send(message(), "ops@klank.example")
    assert box.messages[0].get_content().strip() == "hallo"


async def test_tls_from_the_first_byte(made):
    async with mailbox(made, implicit=True) as box:
        await mailer(box, tls="implicit", ca=made.ca).send(message(), "ops@klank.example")
    assert len(box.messages) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(made):
    async with mailbox(made) as box:
        with pytest.raises(Retry, match="cannot be used"):
            await mailer(box, tls="starttls").send(message(), "ops@klank.example")
    assert box.messages == []


async def test_a_wrong_password_waits_and_is_not_told(made):
    async with mailbox(made, asks_user=True) as box:
        sending = mailer(box, host="localhost", tls="starttls", ca=made.ca, user="klank", password="quasimodo")
        with pytest.raises(Retry, match="refuses the user or password") as error:
            await sending.send(message(), "ops@klank.example")
    assert "quasimodo" not in str(error.value) + repr(sending._settings)


@pytest.mark.parametrize(("answer", "error"), [("550 no such user", Reject), ("451 later", Retry)])
async def test_a_refused_address_fails_for_good_or_for_now(answer, error):
    async with mailbox() as box:
        box.refuses["gone@klank.example"] = answer
        with pytest.raises(error, match=f"answer {answer[:3]}"):
            await mailer(box).send(message(), "gone@klank.example")


async def test_a_server_that_is_silent_or_away_is_waited_for():
    async with mailbox() as box:
        box.pause = 5
        with pytest.raises(Retry, match="Timeout"):
            await mailer(box, timeout=0.3).send(message(), "ops@klank.example")
    with pytest.raises(Retry, match="cannot be used"):
        await mailer(box).send(message(), "ops@klank.example")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"host": "mail.example", "sender": "a@b.nl", "tls": "none"}, "by TLS alone"),
        ({"host": "mail.example"}, "sender: is missing"),
        ({"host": "mail.example", "sender": "a@b.nl\r\nBcc: c@d.nl"}, "is no e-mail address"),
        ({"host": "mail.example", "sender": "a@b.nl", "user": "x"}, "give both or neither"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong, sentence):
    with pytest.raises(ValidationError, match=sentence):
        MailSettings(**wrong)
