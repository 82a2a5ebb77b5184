"""How two configurations of one klankbord differ, as sentences for who moves from one to the other."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from klankbord.configuration import Configuration, Part, Source, log_settings, settings_of
from klankbord.folder import Folder

LOG_PLACE = ("servers", "prefix")
ARCHIVE_PLACE = ("url", "prefix", "path")
"""Settings that say where an engine keeps its things; the others say how it is reached."""


def same_log(here: Configuration, there: Configuration) -> bool:
    """Whether both have one log."""
    if here.log.use != there.log.use:
        return False
    if here.log.use == "sqlite":
        return here.data == there.data
    return _same(log_settings(here), log_settings(there), LOG_PLACE)


def same_archive(here: Configuration, there: Configuration) -> bool:
    """Whether both have one archive: the first of their sinks."""
    one, other = [settings_of("sinks", of.sinks[0], path=Folder(of.data).archive) for of in (here, there)]
    return here.sinks[0].use == there.sinks[0].use and _same(one, other, ARCHIVE_PLACE)


def same_desk(here: Configuration, there: Configuration) -> bool:
    """Whether both have one desk database."""
    if here.desk.url or there.desk.url:
        return here.desk.place == there.desk.place
    return here.data == there.data


def differences(here: Configuration, there: Configuration) -> list[str]:
    """A sentence for each difference that changes what is heard, kept or shown after the move."""
    return [*_sources(_named(here.sources), _named(there.sources)), *_parts(here, there)]


def _sources(here: Mapping[str, Source], there: Mapping[str, Source]) -> Iterator[str]:
    for name in sorted(here.keys() - there.keys()):
        yield f'source "{name}" is not heard there: its cursors go along, and its mentions stay without end'
    for name in sorted(there.keys() - here.keys()):
        yield f'source "{name}" is new there: it starts as a new source does'
    for name in sorted(here.keys() & there.keys()):
        one, other = here[name], there[name]
        if one.use != other.use:
            yield f'source "{name}" is {one.use} here and {other.use} there: its cursors may mean nothing there'
        elif one.settings != other.settings:
            yield f'source "{name}" has other settings there'
        if one.keep != other.keep:
            yield f'mentions of source "{name}" are kept {one.keep.days} days here and {other.keep.days} there'
        if one.visibility != other.visibility:
            yield f'source "{name}" admits other visibilities there'


def _parts(here: Configuration, there: Configuration) -> Iterator[str]:
    if here.organisation != there.organisation:
        yield "the organisation differs (name, time zone, week or languages)"
    if _rules(here.playbook) != _rules(there.playbook):
        yield f"the rules differ: {here.playbook} here, {there.playbook} there"
    if _uses(here.enrich) != _uses(there.enrich):
        yield f"messages are understood by {', '.join(_uses(here.enrich))} here and {', '.join(_uses(there.enrich))} there"
    if _uses(here.sinks[1:]) != _uses(there.sinks[1:]):
        yield "the sinks after the archive differ"


def _rules(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _named(sources: Sequence[Source]) -> dict[str, Source]:
    return {source.name: source for source in sources}


def _uses(parts: Sequence[Part]) -> list[str]:
    return [part.use for part in parts]


def _same(one: object, other: object, keys: Sequence[str]) -> bool:
    return all(getattr(one, key, None) == getattr(other, key, None) for key in keys)
