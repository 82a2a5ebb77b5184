"""The team's chat of the demo takes what Slack takes, and shows it."""

import aiohttp
import pytest

from klankbord.demo.chat import HOOK, Chat

TOLD = {
    "text": "1 new case",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "1 new case", "emoji": False}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "#7 Where is my train?\nThe second line", "verbatim": True},
        },
        {"type": "divider"},
    ],
}


async def test_what_is_told_can_be_read_newest_first():
    chat = Chat()
    async with chat.serve() as url, aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert await answer.text() == "Nothing was told yet."
        for text in ({"text": "first"}, TOLD):
            async with session.post(url + HOOK, json=text) as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
        async with session.get(url) as answer:
            shown = await answer.text()
    assert shown == "1 new case\n#7 Where is my train?\nThe second line\n\nfirst"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "invalid_payload"),
        (b"[]", "invalid_payload"),
        (b"{}", "no_text"),
        (b'{"text": ""}', "no_text"),
        (b'{"text": "x", "blocks": [{"type": "section", "text": "not an object"}]}', "invalid_blocks"),
        (b'{"text": "x", "blocks": [{"type": "section", "text": {"text": 1}}]}', "invalid_blocks"),
        (b'{"text": "x", "blocks": ["divider"]}', "invalid_blocks"),
        (b'{"text": "x", "blocks": 1}', "invalid_blocks"),
        (b'{"text": 1}', "invalid_payload"),
    ],
)
async def test_what_slack_refuses_is_refused(body, says):
    chat = Chat()
    async with chat.serve() as url, aiohttp.ClientSession() as session, session.post(url + HOOK, data=body) as answer:
        assert (answer.status, await answer.text()) == (400, says)
    assert not chat.told
