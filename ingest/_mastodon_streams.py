"""Mastodon's streams: their names as people configure them, where they are heard live, and the timeline behind each."""

import re
from urllib.parse import quote

_NAMES = re.compile(r"public(:local|:remote)?|user|(hashtag(:local)?:[^\s:/#]+)|list:[\w-]+")


def known(streams: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are. Raises ValueError where one is no stream."""
    for stream in streams:
        if not _NAMES.fullmatch(stream):
            raise ValueError(
                f'"{stream}" is no stream; valid are public, public:local, public:remote, hashtag:NAME, '
                "hashtag:local:NAME, list:NUMBER and user"
            )
    return streams


def live(stream: str) -> tuple[str, dict[str, str]]:
    """Path and parameters of the stream's server-sent events."""
    kind, _, rest = stream.partition(":")
    if kind == "hashtag":
        local, _, name = rest.rpartition(":")
        return f"/api/v1/streaming/hashtag{'/local' if local else ''}", {"tag": name}
    if kind == "list":
        return "/api/v1/streaming/list", {"list": rest}
    return f"/api/v1/streaming/{kind}{'/' + rest if rest else ''}", {}


def timeline(stream: str) -> tuple[str, list[tuple[str, str]]]:
    """Path and parameters of the timeline that holds what the stream tells."""
    kind, _, rest = stream.partition(":")
    if kind == "hashtag":
        local, _, name = rest.rpartition(":")
        return f"/api/v1/timelines/tag/{quote(name, safe='')}", [("local", "true")] if local else []
    if kind == "list":
        return f"/api/v1/timelines/list/{rest}", []
    if kind == "user":
        return "/api/v1/timelines/home", []
    return "/api/v1/timelines/public", [(rest, "true")] if rest else []
