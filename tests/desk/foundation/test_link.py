"""The personal link: it shows the policy, and only the button acknowledges it."""

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.errors import Reject
from desk.alerts.mail import Mailer
from desk.alerts.mail_settings import MailSettings
from desk.foundation.asking import LINK_LIVES, Asker
from desk.store import audit, letters, people, policies
from desk.store.people import Details
from desk.store.policies import Policy, Way
from desk.web import words
from desk.web.access import Access
from desk.web.pages.shared import OPENINGS
from desk.web.site import SITE
from tests.desk.alerts.mailbox import mailbox
from tests.desk.serving import ADDRESS, application, kept, opened
from tests.desk.store.made import opened_desk
from tests.desk.store.test_people import NOW, leave

POLICY = Policy(
    version="2",
    title={"nl": "Beleid", "en": "Policy"},
    text={"nl": "Wees aardig.\n\n<script>alert(1)</script>", "en": "Be kind."},
)
ELSEWHERE = {"Host": "kijk.noorderlijn.example"}


@pytest.fixture
async def client(tmp_path):
    clock = [NOW]
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as desk,
    ):
        app = application(archive, now=lambda: clock[0], kept=kept(desk))
        async with TestClient(TestServer(app)) as one:
            one.desk, one.now, one.access = desk, clock, app[SITE].access
            await policies.publish(desk, POLICY, by="ruth", at=NOW)
            one.anna = await people.add(
                desk, Details(name="Anna", email="anna@klank.example", language="nl"), by="ruth", at=NOW
            )
            yield one


def link(client, person=None, version="2", until=LINK_LIVES):
    return f"/policy/{client.access.policy_key((person or client.anna).id, version, NOW + until)}"


async def done(client):
    return client.anna.id in await policies.acknowledged(client.desk, "2")


async def press(client, path, **form):
    return await client.post(path, data={"acknowledge": "yes"} | form, headers=ELSEWHERE)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_looking_acknowledges_nothing_however_often(client, method):
    for _ in range(3):
        await client.request(method, link(client), headers=ELSEWHERE)
    assert not await done(client)


async def test_the_button_does_once_and_the_page_says_when(client):
    answer = await press(client, link(client))
    assert "2 nov" in (await answer.text()).lower() or "2 Nov" in await answer.text()
    first = await policies.acknowledged(client.desk, "2")
    client.now[0] += timedelta(hours=1)
    await press(client, link(client))
    assert await policies.acknowledged(client.desk, "2") == first
    assert first[client.anna.id].way is Way.LINK
    noted = await audit.latest(client.desk)
    assert [one for one in noted if client.anna.id in one.by] == []  # an erasure hides whom an entry is about


async def test_a_form_without_the_buttons_word_does_not(client):
    await client.post(link(client), data={"other": "yes"}, headers=ELSEWHERE)
    assert not await done(client)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_words_are_the_readers_and_only_words(client, language):
    answer = await client.get(link(client), headers={**ELSEWHERE, "Accept-Language": language})
    text = await answer.text()
    assert POLICY.title[language] in text
    assert "<script>alert" not in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_link_opens_until_its_time_is_over(client):
    client.now[0] = NOW + LINK_LIVES
    assert (await press(client, link(client))).status == 404
    assert not await done(client)


async def test_a_link_of_another_key_an_older_version_or_one_who_left_opens_nothing(client):
    forged = Access(b"another secret", lambda: NOW).policy_key(client.anna.id, "2", NOW + LINK_LIVES)
    others = [f"/policy/{forged}", link(client, version="1"), "/policy/x", f"{link(client)}x"]
    assert [(await press(client, one)).status for one in others] == [404] * 4
    await leave(client.desk, client.anna)
    assert (await press(client, link(client))).status == 404


async def test_a_link_opens_nothing_else(client):
    key = link(client).removeprefix("/policy/")
    assert (await client.get(f"/shared/{key}", headers=ELSEWHERE)).status == 404
    assert (await client.get("/search", headers=ELSEWHERE)).status == 421


async def test_a_link_is_asked_so_often_and_no_more(client):
    seen = [(await client.get(link(client), headers=ELSEWHERE)).status for _ in range(OPENINGS + 1)]
    assert seen == [200] * OPENINGS + [429]


def asker(client):
    catalogues = {language: words.load(language) for language in words.LANGUAGES}
    named = {"first_language": "en", "name": "Noorderlijn", "page": ADDRESS}
    return Asker(client.desk, client.access, lambda: client.now[0], catalogues=catalogues, **named)


async def test_the_letter_brings_the_link_to_a_real_mail_server(client):
    await policies.remind(client.desk, NOW)
    (letter,) = await letters.latest(client.desk)
    async with mailbox() as box:
        settings = MailSettings(host="127.0.0.1", port=box.port, tls="none", sender="bord@klank.example")
        await Mailer(settings).send(await asker(client).compose(letter, "bord@klank.example"), letter.receiver)
    (message,) = box.messages
    assert message["Subject"] == "Graag lezen: Beleid"
    sent = next(line for line in message.get_content().splitlines() if line.startswith(ADDRESS))
    assert (await press(client, sent.removeprefix(ADDRESS))).status == 200
    assert await done(client)


async def test_a_letter_that_waited_too_long_is_not_sent(client):
    await policies.remind(client.desk, NOW)
    (letter,) = await letters.latest(client.desk)
    await press(client, link(client))
    with pytest.raises(Reject, match="acknowledged meanwhile"):
        await asker(client).compose(letter, "bord@klank.example")
