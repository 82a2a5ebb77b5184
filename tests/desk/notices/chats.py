"""Strict doubles of Slack's incoming webhooks and of a Workflow of Microsoft Teams: they refuse what the services refuse.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, limits of
https://docs.slack.dev/reference/block-kit/blocks, one message a second with 429 and Retry-After
(https://docs.slack.dev/apis/web-api/rate-limits). Teams: https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook, 28 KB a
message, Adaptive Cards alone, in the elements of schema 1.4 (https://adaptivecards.io/explorer/).
"""

import json
import re
from contextlib import asynccontextmanager

from aiohttp import web

ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
LINK = re.compile(r"<(https?://[^|<>\s]+)\|([^<>|]+)>")


class Refused(Exception):  # noqa: N818 - what the service answers
    """Status and text."""


class Chat:
    """What came in. `answers` are given in place of the usual, taken once each: (status, headers)."""

    def __init__(self, check, usual):
        self._check, self._usual = check, usual
        self.answers, self.taken, self.refused, self.headers, self.bodies = [], [], [], [], []
        self.url = ""

    async def post(self, request):
        self.headers.append(request.headers)
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.Response(status=status, headers=headers, text="dialled")
        try:
            self.bodies.append(body := await request.read())
            said = json.loads(body) if request.content_type == "application/json" else None
            self._check(said, len(body))
        except (Refused, ValueError, KeyError, TypeError, AttributeError) as error:
            status, text = error.args if isinstance(error, Refused) else (400, f"invalid_payload {error!r}")
            self.refused.append(text)
            return web.Response(status=status, text=text)
        self.taken.append(said)
        return web.Response(status=self._usual[0], text=self._usual[1])


@asynccontextmanager
async def serving(chat):
    application = web.Application()
    application.router.add_post("/services/T0/B0/quasimodo", chat.post)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    chat.url = f"http://127.0.0.1:{runner.addresses[0][1]}/services/T0/B0/quasimodo"
    yield chat
    await runner.cleanup()


def slack():
    return Chat(check_slack, (200, "ok"))


def teams():
    return Chat(check_teams, (202, ""))


def receiver():
    """One of an organisation's own, which takes whatever is JSON."""
    return Chat(lambda said, size: None, (204, ""))


def check_slack(said, size):
    _only(said, {"text", "blocks", "unfurl_links", "unfurl_media"})
    if not said.get("text") and not said.get("blocks"):
        raise Refused(400, "no_text")
    _escaped(said.get("text", ""))
    if len(said["blocks"]) > 50:
        raise Refused(400, "invalid_blocks")
    for block in said["blocks"]:
        _block(block)


def _block(block):
    match block["type"]:
        case "header":
            _only(block, {"type", "text", "block_id"})
            _text(block["text"], {"plain_text"}, 150)
        case "section":
            _only(block, {"type", "text", "fields", "accessory", "block_id", "expand"})
            _text(block["text"], {"plain_text", "mrkdwn"}, 3000)
        case "context":
            _only(block, {"type", "elements", "block_id"})
            if not 1 <= len(block["elements"]) <= 10:
                raise Refused(400, "invalid_blocks")
            for one in block["elements"]:
                _text(one, {"plain_text", "mrkdwn"}, 3000)
        case other:
            raise Refused(400, f"invalid_blocks {other}")


def _text(text, kinds, most):
    _only(text, {"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"})
    if text["type"] not in kinds or not 1 <= len(text["text"]) <= most:
        raise Refused(400, "invalid_blocks")
    _escaped(LINK.sub("", text["text"]) if text["type"] == "mrkdwn" else text["text"])


def _escaped(text):
    """Slack takes what is not escaped, and then calls people or loses words: here it is refused."""
    if "<" in text or ">" in text or ENTITY.search(text):
        raise Refused(400, "not escaped")


def check_teams(said, size):
    if size > 28 * 1024:
        raise Refused(413, "RequestEntityTooLarge")
    _only(said, {"type", "attachments"})
    if said["type"] != "message" or not said["attachments"]:
        raise Refused(400, "TriggerInputSchemaMismatch")
    for one in said["attachments"]:
        _only(one, {"contentType", "contentUrl", "content"})
        if one["contentType"] != "application/vnd.microsoft.card.adaptive" or one.get("contentUrl") is not None:
            raise Refused(400, "TriggerInputSchemaMismatch")
        _card(one["content"])


def _card(card):
    _only(card, {"$schema", "type", "version", "lang", "fallbackText", "body", "actions", "msteams"})
    if card["type"] != "AdaptiveCard" or card["version"] not in ("1.2", "1.3", "1.4", "1.5"):
        raise Refused(400, "no card that Teams shows")
    for element in card["body"]:
        if element["type"] != "RichTextBlock":
            raise Refused(400, "a text that Markdown is read in")
        _only(element, {"type", "inlines", "horizontalAlignment", "spacing", "separator"})
        for run in element["inlines"]:
            _run(run)
    if len(card["actions"]) > 6:
        raise Refused(400, "too many actions")
    for action in card["actions"]:
        _action(action, {"type", "title", "url"})


def _run(run):
    _only(run, {"type", "text", "weight", "size", "italic", "underline", "selectAction", "color", "isSubtle"})
    if run["type"] != "TextRun" or not run["text"] or run.get("size", "default") not in ("default", "large", "medium"):
        raise Refused(400, "no TextRun")
    if "selectAction" in run:
        _action(run["selectAction"], {"type", "url"})


def _action(action, keys):
    _only(action, keys)
    if action["type"] != "Action.OpenUrl" or not action["url"].startswith(("http://", "https://")):
        raise Refused(400, "no address to open")


def _only(thing, keys):
    if unknown := set(thing) - keys:
        raise Refused(400, f"unknown {sorted(unknown)}")
