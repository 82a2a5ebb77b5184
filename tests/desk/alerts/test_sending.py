"""What is sent: to whom, with what, once; and what becomes of it where it cannot be."""

import json
from datetime import timedelta

import pytest

from core.errors import Retry
from core.types import Deletion, Judgement, Scope, Visibility
from desk.alerts.mail import Mailer
from desk.alerts.mail_settings import MailSettings
from desk.store import letters
from tests.desk.alerts.mailbox import mailbox
from tests.desk.serving import fill

MINUTE = timedelta(minutes=1)
HOSTILE = "storing <script>alert(1)</script> & meer"


@pytest.fixture
async def box(scene):
    async with mailbox() as box:
        scene.mailer = Mailer(
            MailSettings(host="127.0.0.1", port=box.port, tls="none", sender="bord@klank.example", timeout=60)
        )
        yield box


async def fired(scene, text=HOSTILE, *, alert=None, **more):
    await scene.alert(**{"group": "0s"} | (alert or {}))
    scene.clock[0] += MINUTE
    await scene.hears(1, text, **more)
    assert await scene.look(later=MINUTE) == ["found"]


async def test_a_message_has_count_words_and_link_and_nothing_of_the_author(scene, box):
    await fired(scene)
    assert await scene.send() == 1
    (message,) = box.messages
    plain, rich = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert message["Subject"] == "Storing: 1 new message"
    assert HOSTILE in plain
    assert "&lt;script&gt;" in rich
    assert "<script>" not in rich
    assert "http://127.0.0.1:8420/mention?id=bluesky%3A1" in plain
    assert "anna" not in (plain + rich).lower()


async def test_a_message_says_what_it_is(scene, box):
    await fired(scene)
    await scene.send()
    (message,), (letter,) = box.messages, await scene.owed()
    assert message["Message-ID"] == f"<{letter.id}@klank.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].startswith("<mailto:bord@klank.example?")


async def test_what_came_from_outside_breaks_no_header(scene, box):
    await fired(scene, "storing\r\nBcc: elsewhere@example.org", alert={"name": "Storing é ü"})
    await scene.send()
    (message,) = box.messages
    assert (message["Bcc"], message["To"]) == (None, "ops@klank.example")
    assert message["Subject"] == "Storing é ü: 1 new message"


async def test_it_is_in_the_alerts_language(scene, box):
    await fired(scene, alert={"written_in": "nl"})
    await scene.send()
    assert box.messages[0]["Subject"] == "Storing: 1 nieuw bericht"


async def test_words_stay_inside_where_the_policy_says_so(scene, box):
    scene.quotes = False
    await fired(scene)
    await scene.send()
    assert "script" not in box.messages[0].as_string()


async def test_what_was_deleted_or_is_not_public_is_not_shown(scene, box):
    await fired(scene)
    gone = Deletion(target="bluesky:1", scope=Scope.MENTION, at=scene.clock[0], reason="deleted")
    await fill(scene.archive, [gone])
    await scene.hears(2, visibility=Visibility.FOLLOWERS)
    await scene.look(later=2 * timedelta(hours=1))
    await scene.send()
    assert all("mention?id=" not in message.as_string() for message in box.messages)


async def test_what_was_judged_irrelevant_before_it_was_sent_is_not_shown(scene, box):
    await fired(scene)
    judged = Judgement(mention="bluesky:1", name="irrelevant", labels=("yes",), by="ruth", at=scene.clock[0])
    await fill(scene.archive, [judged])
    await scene.send()
    assert "mention?id=" not in box.messages[0].as_string()


async def test_what_was_confirmed_is_not_sent_again(scene, box):
    await fired(scene)
    assert [await scene.send() for _ in range(3)] == [1, 0, 0]
    assert len(box.messages) == 1


async def test_sent_again_after_a_crash_it_has_the_same_id(scene, box):
    await fired(scene)
    await scene.send()
    (letter,) = await scene.owed()
    # The crash came between the server's answer and our note of it.
    await letters.settle(scene.desk, letter.id, tries=0, error=None, due_at=scene.clock[0], at=scene.clock[0])
    await scene.send()
    assert len({message["Message-ID"] for message in box.messages}) == 1
    assert len(box.messages) == 2


async def test_one_refused_address_keeps_nothing_from_the_others(scene, box):
    box.refuses["gone@klank.example"] = "550 no such user"
    await fired(scene, alert={"to": ("gone@klank.example", "ops@klank.example")})
    assert await scene.send() == 1
    (failed,) = await letters.undelivered(scene.desk)
    assert (failed.receiver, failed.due_at) == ("gone@klank.example", None)
    assert "answer 550" in failed.error


async def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(scene, box):
    box.answers = "451 later"
    await fired(scene)
    for _ in range(12):
        await scene.send()
        scene.clock[0] += timedelta(hours=25)
    (letter,) = await letters.undelivered(scene.desk)
    assert (letter.tries, letter.due_at) == (10, None)
    assert letter.error.startswith("given up: ")


async def test_without_a_mail_server_it_waits_and_says_so(scene):
    await fired(scene)
    assert await scene.send() == 0
    (letter,) = await letters.undelivered(scene.desk)
    assert "no mail server is configured" in letter.error
    assert letter.due_at == scene.clock[0] + MINUTE


async def test_a_receiver_may_ask_for_a_longer_wait(scene):
    scene.posting = Retry("busy", after=7200)
    await fired(scene, alert={"to": (), "webhook": "https://ops.example/hook"})
    assert await scene.send() == 0
    (letter,) = await letters.undelivered(scene.desk)
    assert letter.due_at == scene.clock[0] + timedelta(hours=2)


async def test_a_webhook_gets_the_same_as_json(scene):
    await fired(scene, alert={"to": (), "webhook": "https://ops.example/hook"})
    assert await scene.send() == 1
    ((address, message, body, secret),) = scene.posted
    told = json.loads(body)
    assert (address, secret) == ("https://ops.example/hook", "whsec_c2VjcmV0")
    assert message == (await scene.owed())[0].id
    assert (told["type"], told["data"]["count"]) == ("klankbord.alert", 1)
    assert told["data"]["examples"][0]["excerpt"] == HOSTILE
