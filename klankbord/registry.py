"""Which connectors, enrichers, sinks and publishers there are: the folder listing, and what other packages add by entry points.

A plain module in ingest/, enrich/, sinks/ or publish/ is a component; an underscored one is machinery. A package adds its own
with an entry point in the group "klankbord.ingest", "klankbord.enrich", "klankbord.sinks", "klankbord.publish" or
"klankbord.trackers".
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from inspect import signature
from types import ModuleType

ROOMS = ("ingest", "enrich", "sinks", "publish")
TRACKERS = "sinks._trackers"
"""A room within a room: one of them at most is used, by the backlog."""


def components(room: str) -> Mapping[str, str]:
    """Component name to module name, for one of ROOMS, or TRACKERS. Nothing is imported but the room itself."""
    package = import_module(room)
    found = {module.name: f"{room}.{module.name}" for module in pkgutil.iter_modules(package.__path__)}
    added = {point.name: point.value for point in entry_points(group=f"klankbord.{room.rpartition('.')[2].strip('_')}")}
    return added | {name: path for name, path in found.items() if not name.startswith("_")}


def load(room: str, name: str) -> ModuleType:
    """The component's module. Raises KeyError where there is none of that name."""
    return import_module(components(room)[name])


def sends(name: str) -> bool:
    """Whether the sink of that name sends what is archived to other systems; else it is an archive."""
    return "outward" in signature(load("sinks", name).build).parameters


def summary(room: str, name: str) -> str:
    """The first line of a component's docstring."""
    return (load(room, name).__doc__ or "").strip().split("\n", 1)[0]
