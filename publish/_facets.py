"""What in a text is a link and who is mentioned, by UTF-8 bytes, as a Bluesky post says it. Pure.

Rules by docs.bsky.app/docs/advanced-guides/post-richtext: the lexicon app.bsky.richtext.facet.
"""

import re
from collections.abc import Mapping
from typing import Any

from publish._words import links

_HANDLE = re.compile(
    r"(?<![\w@/.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)"
)


def handles(text: str) -> list[str]:
    """Whom the text mentions, without "@", each once."""
    return list(dict.fromkeys(match[1].lower() for match in _HANDLE.finditer(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The text's facets; `dids` has the account behind a handle, where there is one."""
    linked = [(start, end, {"$type": f"{_FACET}#link", "uri": text[start:end]}) for start, end in links(text)]
    named = [
        (match.start(), match.end(), {"$type": f"{_FACET}#mention", "did": did})
        for match in _HANDLE.finditer(text)
        if (did := dids.get(match[1].lower())) and not any(start <= match.start() < end for start, end, _ in linked)
    ]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(linked + named, key=lambda one: one[0])
    ]


_FACET = "app.bsky.richtext.facet"


def _bytes(text: str) -> int:
    return len(text.encode())
