"""A message as Slack's incoming webhooks take it: Block Kit, within its limits, nothing of it taken for markup. Pure.

Text: & < > are escaped (https://docs.slack.dev/messaging/formatting-message-text#escaping), so that nobody is called by
`<!channel>`; what people wrote stands in plain_text, which knows no bold and no links. Limits:
https://docs.slack.dev/reference/block-kit/blocks, 50 blocks a message, 150 characters a header, 3,000 a section.
"""

from itertools import accumulate

import msgspec

from desk.notices.told import Line, Told

HEADER, SECTION = 150, 3000
"""Characters, as they are sent: what was escaped counts as it is written."""
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def body(told: Told) -> bytes:
    """The request's body. `text` is what a notification on a telephone shows."""
    blocks = [
        {"type": "header", "text": _plain(told.subject, HEADER)},
        _section("\n".join(map(_escaped, told.sentences))),
    ]
    for line in told.lines:
        blocks += _line(line)
    if told.more:
        blocks.append({"type": "context", "elements": [_plain(told.more, SECTION)]})
    blocks.append(_section(_link(told.link, told.all)))
    return msgspec.json.encode({"text": _cut(told.subject, SECTION), "blocks": blocks, "unfurl_links": False})


def _line(line: Line) -> list[dict[str, object]]:
    found = [_section(_link(line.link, line.says))]
    if line.excerpt:
        found.append({"type": "section", "text": _plain(line.excerpt, SECTION)})
    return found


def _section(markdown: str) -> dict[str, object]:
    """`verbatim`: no name and no address in it becomes a link by itself."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": markdown, "verbatim": True}}


def _plain(text: str, most: int) -> dict[str, object]:
    return {"type": "plain_text", "text": _cut(text, most), "emoji": False}


def _link(address: str, says: str) -> str:
    return f"<{_escaped(address).replace('|', '%7C')}|{_escaped(says)}>"


def _cut(text: str, most: int) -> str:
    """Escaped, and no longer than that: no escape is cut through."""
    if len(whole := _escaped(text)) <= most:
        return whole
    ends = accumulate(len(_escaped(sign)) for sign in text)
    return f"{_escaped(text[: sum(end < most for end in ends)])}…"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
