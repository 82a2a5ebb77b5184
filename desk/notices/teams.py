"""A message as the Workflows of Microsoft Teams take it: an Adaptive Card in a message, nothing of it taken for markup. Pure.

Office 365 connectors and their MessageCard are gone; the trigger "When a Teams webhook request is received" posts each card in
`attachments` (https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook). A TextBlock reads Markdown and a TextRun
does not (https://adaptivecards.io/explorer/TextRun.html), so that every text stands in TextRuns.
"""

import msgspec

from desk.notices.told import Line, Told

VERSION = "1.4"
"""Of Adaptive Cards; what Teams shows on every device goes up to 1.5."""
MOST_BYTES = 28 * 1024
"""Of a message: https://learn.microsoft.com/microsoftteams/limits-specifications-teams"""


def body(told: Told) -> bytes:
    """The request's body, without excerpts where it would be too large with them."""
    whole = _body(told)
    if len(whole) <= MOST_BYTES:
        return whole
    return _body(
        msgspec.structs.replace(told, lines=tuple(msgspec.structs.replace(one, excerpt=None) for one in told.lines))
    )


def _body(told: Told) -> bytes:
    shown = [_run(told.subject, weight="bolder", size="large"), *(_run(one) for one in told.sentences)]
    for line in told.lines:
        shown += _line(line)
    shown += [_run(told.more)] if told.more else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": told.language,
        "fallbackText": told.subject,
        "body": shown,
        "actions": [{"type": "Action.OpenUrl", "title": told.all, "url": told.link}],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return msgspec.json.encode({"type": "message", "attachments": [attachment]})


def _line(line: Line) -> list[dict[str, object]]:
    opens = {"type": "Action.OpenUrl", "url": line.link}
    found = [_run(line.says, selectAction=opens, underline=True)]
    return [*found, _run(line.excerpt, italic=True)] if line.excerpt else found


def _run(text: str, **how: object) -> dict[str, object]:
    """A paragraph."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **how}]}
