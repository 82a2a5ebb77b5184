"""Whether the files of a folder are those that the code writes, and whether what they ask for exists: in sentences."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from core.settings import nearest
from core.telemetry import Count, Duration, Gauge
from core.types import Enriched
from deploy.dashboards.fields import askable
from deploy.dashboards.queries import BACKLOG, CASES, CUSTOMERS, HAPPENED
from sinks._elastic_schema import ANNOTATION, CASE, CUSTOMER

_LUCENE = re.compile(r"(?:_exists_:(\w+)|(?<![\w\\$\"])(?!_exists_)(\w+):)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_MEASURE = re.compile(r"\bklankbord_\w+")

Json = Any  # as it stands in a file


def differences(folder: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each file that is missing, another, or left over."""
    for path, content in wanted.items():
        place = folder / path
        if not place.is_file():
            yield f"{place} is missing: klankbord dashboards build {folder}"
        elif place.read_text(encoding="utf-8") != content:
            yield f"{place} is another than the code writes: klankbord dashboards build {folder}"
    for place in sorted(folder.glob("dashboards/*.json")):
        if str(place.relative_to(folder)) not in wanted:
            yield f"{place} is not written by the code: remove it, or keep your own dashboards in another folder"


def unknown(folder: Path) -> Iterator[str]:
    """A sentence for each field and measure that a dashboard in the folder asks for and nobody has."""
    for place in sorted(folder.glob("dashboards/*.json")):
        try:
            board = json.loads(place.read_text(encoding="utf-8"))
        except ValueError as error:
            yield f"{place} is no JSON: {error}"
            continue
        for panel in board.get("panels", []):
            yield from (f'{place}: panel "{panel.get("title")}": {said}' for said in _of_panel(panel))


def _of_panel(panel: Json) -> Iterator[str]:
    for target in panel.get("targets", []):
        known, where = _known(target)
        for name in sorted(_fields(target)):
            if name not in known:
                yield f'{where} has no field "{name}" that can be asked; {nearest(name, known)}'
        for name in sorted(set(_MEASURE.findall(target.get("expr", "")))):
            if name not in measures():
                yield f'nobody measures "{name}"; {nearest(name, measures())}'
    for transformation in panel.get("transformations") or ():
        for name in transformation["options"].get("include", {}).get("names", ()):
            if name.startswith("body.") and not _read(name.split(".")[1:], Enriched):
                yield f'a stored mention has no "{name}"'


def _known(target: Json) -> tuple[list[str], str]:
    """The fields of the documents that a query is about, and what those are called."""
    source = target.get("datasource", {}).get("uid")
    if source == CUSTOMERS.uid:
        return askable(CUSTOMER), "a customer"
    if source in (CASES.uid, BACKLOG.uid):
        return askable(CASE), "a case"
    if source == HAPPENED.uid:
        return askable(ANNOTATION), "a note"
    return askable(), "the archive"


def _fields(target: Json) -> set[str]:
    """Fields that a query of the archive's data source names."""
    parts = [*(target.get("bucketAggs") or ()), *(target.get("metrics") or ())]
    found = {part["field"] for part in parts if "field" in part}
    texts = [target.get("query") or ""]
    for part in parts:
        texts += [one["query"] for one in (part.get("settings") or {}).get("filters", ())]
    for text in texts if "bucketAggs" in target else ():
        found |= {exists or name for exists, name in _LUCENE.findall(_QUOTED.sub("", text))}
    return found | ({target["timeField"]} if "timeField" in target else set())


def measures() -> list[str]:
    """Every name under which Prometheus may be asked."""
    found = [one.value for kind in (Count, Gauge) for one in kind]
    return found + [f"{one.value}_{part}" for one in Duration for part in ("bucket", "sum", "count")]


def _read(path: list[str], kind: Any) -> bool:
    """Whether a struct has that path; Any: a type as it stands in an annotation."""
    structs = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    if not path or not structs:
        return not path
    hints = get_type_hints(structs[0])
    return path[0] in hints and _read(path[1:], hints[path[0]])
