"""Writes the demo's configuration: the real connectors, pointed at the local servers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from klankbord.demo.chat import HOOK
from klankbord.demo.material import FOLDER, parts
from klankbord.demo.native import feeds
from klankbord.demo.rhythm import ZONE
from klankbord.demo.staff import WEBCARE, stand_ins
from klankbord.demo.stage import TOKEN, Addresses
from klankbord.demo.tracker import PROJECT

RIBBON = {
    "nl": "Noorderlijn is een verzonnen organisatie; elke tekst hier is voor deze demo geschreven",
    "en": "Noorderlijn is an invented organisation; every text here was written for this demo",
}
HOUSE = ("data", "log_format", "log", "stream", "sinks", "page", "desk", "metrics")
"""What another configuration can say of where things are kept. Of its sinks the archive alone: nothing invented is sent."""
RINGING = ("questions", "utrecht", "noorderlijn")
"""Monitors that ring."""
CHAT, NEAR = "chat", ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
FASTER, SHOWN = 100, timedelta(days=60)
"""So many times as often people speak once the demo is live, on that many days."""
COLUMNS = {"id": "Dossier", "created_at": "Datum", "text": "Notitie", "title": "Onderwerp", "author_id": "Klant"}


def write(
    folder: Path, addresses: Addresses, *, port: int, since: datetime, house: Mapping[str, Any] | None = None
) -> Path:
    """klankbord.yaml and playbook.yaml in the folder; returns the first. `port` is where reviews are pushed to.

    since  what was said before opens no case
    house  where things are kept in an installation of several machines: keys of another klankbord.yaml, taken as they are; nobody
           climbs there
    """
    playbook = folder / "playbook.yaml"
    if not playbook.exists():
        begins = yaml.safe_dump({"cases": {"since": since}, "crisis": plan(since)}, sort_keys=False, allow_unicode=True)
        playbook.write_text(f"{(FOLDER / 'playbook.yaml').read_text(encoding='utf-8')}\n{begins}", encoding="utf-8")
    path = folder / "klankbord.yaml"
    heading = "# The demo's configuration: the real connectors, pointed at servers on this machine.\n"
    content = yaml.safe_dump(_content(addresses, port, house or {}), sort_keys=False, allow_unicode=True)
    path.write_text(heading + content, encoding="utf-8")
    return path


def plan(since: datetime) -> dict[str, Any]:  # Any: what YAML holds
    """The crisis plan that ships, for the demo's people. From `since` on people speak far more often than in the 28 days before."""
    first = since.astimezone(ZONE).date()
    faster = {
        "says": {"nl": "De demo vertelt sneller", "en": "The demo tells faster"},
        "from": first.isoformat(),
        "until": (first + SHOWN).isoformat(),
        "times": FASTER,
    }
    return {
        "monitors": list(RINGING),
        "unit": WEBCARE,
        "ladder": WEBCARE,
        "calendar": [faster],
        "drill": {"every": "13w", "scenario": "ns-outage"},
    }


def _content(addresses: Addresses, port: int, house: Mapping[str, Any]) -> dict[str, Any]:  # Any: what YAML holds
    kept = {key: house[key] for key in HOUSE if key in house}
    if "sinks" in kept:
        kept["sinks"] = kept["sinks"][:1]
    return {
        "organisation": {"name": "Noorderlijn", "time_zone": "Europe/Amsterdam", "languages": ["nl", "en", "de", "fr"]},
        "sources": [_leaving(source) for source in _sources(addresses, port, open_to_others=bool(house))],
        **kept,
        "page": {**kept.get("page", {}), **_page(climbs=not house)},
        "notices": _notices(addresses),
        "sign_in": {"rights": {"duty_manager": ["look", "cases", "lead"]}},
        **({} if house else {"backlog": _backlog(addresses)}),
    }


def _page(*, climbs: bool) -> dict[str, Any]:  # Any: what YAML holds
    """What is special of it in the demo; the tour is of who climbs, whose cases are the first that there are."""
    numbers = {name: number for number, name in enumerate(parts("climb")["dialogues"], start=1)}
    tour = [one | {"opens": one["opens"].format_map(numbers)} for one in parts("climb")["tour"]]
    page = {"ribbon": RIBBON, "opens": "/?range=28d", "stand_ins": stand_ins()}
    return page | ({"tour": tour} if climbs else {})


def _notices(addresses: Addresses) -> dict[str, Any]:  # Any: what YAML holds
    """All is told in the team's chat, which is on this machine or in a container beside this one."""
    chat = {"name": CHAT, "use": "slack", "url": addresses.chat + HOOK, "language": "nl", "allow_private": NEAR}
    return {"channels": [chat], "send": [{"channels": [CHAT]}]}


def _backlog(addresses: Addresses) -> dict[str, Any]:  # Any: what YAML holds
    """Where nothing but this machine is between: a token goes unencrypted nowhere else."""
    settings = {"url": addresses.tracker, "project": PROJECT, "token": TOKEN}
    return {"use": "github", "excerpts": True, "every": "1m", "settings": settings}


def _leaving(source: dict[str, Any]) -> dict[str, Any]:
    """The source with its policy: what was said in public may leave over the API and to assistants, what customers told us not."""
    return source if source["use"] == "file" else source | {"excerpts": True, "authors": True}


def _sources(addresses: Addresses, port: int, *, open_to_others: bool) -> list[dict[str, Any]]:
    """Any: what YAML holds. `open_to_others` lets reviews come from another container, who needs a token then."""
    door = {"host": "0.0.0.0", "token": TOKEN} if open_to_others else {}  # noqa: S104 - of its container
    socket = addresses.bluesky.replace("http://", "ws://")
    return [
        {"use": "bluesky", "settings": {"hosts": [socket], "appview": addresses.bluesky, "backfill": "29d"}},
        {
            "use": "mastodon",
            "settings": {"instance": addresses.mastodon, "token": TOKEN, "streams": ["user"], "backfill": "29d"},
        },
        {
            "use": "rss",
            "settings": {
                "every": "20s",
                "feeds": [
                    {"url": addresses.feeds + feeds.DUTCH, "name": "noorderblad"},
                    {"url": addresses.feeds + feeds.ENGLISH, "name": "northern-post"},
                ],
            },
        },
        {"use": "hackernews", "settings": {"url": addresses.hackernews, "backfill": addresses.items, "every": "5s"}},
        {"use": "webhook", "settings": {"port": port, "kind": "review", **door}},
        {
            "use": "file",
            "settings": {
                "paths": [addresses.contact.name],
                "folder": str(addresses.contact.parent),
                "follow": True,
                "columns": COLUMNS,
                "kind": "message",
                "namespace": "klantcontact",
            },
        },
    ]
