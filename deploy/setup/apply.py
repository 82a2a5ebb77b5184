"""The second half of the set-up, once the engines answer: log topics, index templates, the desk's tables, a key for dashboards."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from deploy.setup.elasticsearch import READING_KEY
from deploy.setup.files import put
from deploy.setup.prepare import DASHBOARDS_KEY, Folders
from klankbord import configuration
from klankbord.configuration import Configuration, Part
from klankbord.stores import open_stores
from sinks._elastic_client import Connecting, reach
from sinks._elastic_troubles import Refused
from stream import kafka_topics

SETUP = "klankbord-setup"

Say = Callable[[str], None]


def apply(config: Path, folders: Folders, say: Say) -> None:
    """Make what is missing. Raises Stop where Kafka or Elasticsearch refuses."""
    read = configuration.read(config)
    for line in kafka_topics.apply(configuration.log_settings(read), sinks=read.sink_names):
        say(line)
    password, key = folders.setup / "elasticsearch.password", folders.grafana / DASHBOARDS_KEY
    privileged = _as_setup(read, password.read_text()) if password.exists() else read
    asyncio.run(_archive(privileged, say))
    if password.exists() and not key.exists():
        asyncio.run(_key(privileged.sinks[0], key, say))


async def _archive(read: Configuration, say: Say) -> None:
    async with open_stores(read, say):
        say("the archive has its templates and indices, the desk database its tables")


def _as_setup(read: Configuration, password: str) -> Configuration:
    """The same configuration, with the archive opened by the user that may put templates."""
    archive, *others = read.sinks
    named = archive.settings | {"user": SETUP, "password": password}
    return read.model_copy(update={"sinks": (archive.model_copy(update={"settings": named}), *others)})


async def _key(archive: Part, path: Path, say: Say) -> None:
    """An API key that only reads what dashboards may see, where the engine has such keys."""
    known = {name: archive.settings[name] for name in Connecting.model_fields if name in archive.settings}
    engine = await reach(Connecting.model_validate(known), report=say, random=Random())
    try:
        answer = await engine.ask("POST", "/_security/api_key", READING_KEY)
        put(path, _encoded(answer))
        say(f"made an API key for dashboards, which only reads: {path.name}")
    except Refused as error:
        say(
            f"no API key for dashboards: the engine does not give any ({error.status}); its user klankbord-read can read"
        )
    finally:
        await engine.close()


def _encoded(answer: bytes) -> str:
    made: dict[str, Any] = msgspec.json.decode(answer)  # Any: as JSON comes
    return str(made["encoded"])
