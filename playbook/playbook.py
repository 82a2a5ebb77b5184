"""playbook.yaml: what an organisation listens for, as people write it."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, BeforeValidator

from core.errors import Misconfigured
from core.query import AnyNode
from core.settings import Settings, check, named_twice, nearest, read_yaml
from core.time import now
from core.vocabulary import Kind, read_term
from playbook._edit import with_monitor, with_topic, without_topic
from playbook.errors import QueryError
from playbook.queries import parse

LONGEST_NAME = 80


def _query(text: str) -> str:
    try:
        parse(text)
    except QueryError as error:
        raise ValueError(str(error)) from None
    return text


def _name(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters on one line")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise ValueError(f"{text!r} is not a language; write its two letters, as in nl:")
    return text


def _description(value: Any) -> Any:  # Any: whatever stands in the YAML
    texts = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("give a text, or a text for each language, as in {nl: ..., en: ...}")
    return value


def _aspect_name(text: str) -> str:
    if ":" in text:
        raise ValueError("an aspect's name has no colon: what is said of it follows one, as in train:negative")
    return text


def _kind(value: Any) -> Any:  # Any: whatever stands in the YAML
    if value not in tuple(Kind):
        raise ValueError(f"{value!r} is not a kind; {nearest(str(value), tuple(Kind))}")
    return value


def _word(text: str) -> str:
    read_term(text)
    return text


def _nothing_is_none(value: Any) -> Any:  # Any: whatever stands in the YAML
    """A key whose lines are all commented out holds nothing, which is no mistake."""
    return {} if value is None else value


Name = Annotated[str, AfterValidator(_name)]
AspectName = Annotated[Name, AfterValidator(_aspect_name)]
Language = Annotated[str, AfterValidator(_language)]


class Monitor(Settings):
    """A saved query. `saved_at` is when it came to be, written by whoever saved it."""

    query: Annotated[str, AfterValidator(_query)]
    description: str = ""
    saved_at: datetime | None = None


class Topic(Settings):
    """What a message can be about: a text (one, or one a language) and words that point to it, by language."""

    description: Annotated[str | dict[Language, str], BeforeValidator(_description)]
    keywords: dict[Language, tuple[str, ...]] = {}


class Aspect(Settings):
    """A product, a place or a person that messages name: its words by language; where there are none, the name is the word."""

    kind: Annotated[Kind, BeforeValidator(_kind)] = Kind.OTHER
    words: dict[Language, tuple[Annotated[str, AfterValidator(_word)], ...]] = {}


class Playbook(Settings):
    """Everything in playbook.yaml; names keep the file's order."""

    monitors: Annotated[dict[Name, Monitor], BeforeValidator(_nothing_is_none)] = {}
    topics: Annotated[dict[Name, Topic], BeforeValidator(_nothing_is_none)] = {}
    aspects: Annotated[dict[AspectName, Aspect], BeforeValidator(_nothing_is_none)] = {}

    @cached_property
    def version(self) -> str:
        """The same for the same content, whatever its comments and layout."""
        return hashlib.sha256(msgspec.json.encode(self.model_dump(mode="json"))).hexdigest()[:12]

    def queries(self) -> dict[str, AnyNode]:
        """The monitors' parsed queries by name."""
        return {name: parse(monitor.query) for name, monitor in self.monitors.items()}


def load(path: Path) -> Playbook:
    """The playbook in that file. Raises Misconfigured with every mistake: file, path in it, a sentence."""
    content = read_yaml(path)
    mistakes = named_twice(path)
    try:
        read = check(Playbook, content, where=str(path))
    except Misconfigured as error:
        raise Misconfigured([*mistakes, *error.mistakes]) from None
    if mistakes:
        raise Misconfigured(mistakes)
    return read


def add_monitor(path: Path, name: str, query: str, *, saved_at: datetime | None = None) -> None:
    """Write a monitor into the file, or give the one of that name its new query; all else, comments too, stays as it is.

    A file that is not there is begun. Raises QueryError for the query, Misconfigured where the file or the name is wrong.
    """
    parse(query)

    def as_asked(before: Playbook, after: Playbook) -> bool:
        others = {other: monitor for other, monitor in after.monitors.items() if other != name}
        kept = {other: monitor for other, monitor in before.monitors.items() if other != name}
        return (
            others == kept
            and after.monitors[name].query == query
            and after == before.model_copy(update={"monitors": after.monitors})
        )

    wrong = f"monitors: is written in a way that cannot be added to; add {name} by hand"
    _write(path, lambda text: with_monitor(text, name, query, saved_at or now()), as_asked, wrong)


def add_topic(path: Path, name: str, description: Mapping[str, str], keywords: Mapping[str, Sequence[str]]) -> None:
    """Write a new topic into the file, told by language; all else, comments too, stays as it is.

    A file that is not there is begun. Raises Misconfigured where the file or the name is wrong, or the name is taken.
    """
    if path.exists() and name in load(path).topics:
        raise Misconfigured([f"topics: there is {name} already; give another name"])

    def as_asked(before: Playbook, after: Playbook) -> bool:
        new = Topic(description=dict(description), keywords={key: tuple(words) for key, words in keywords.items()})
        return after == before.model_copy(update={"topics": {**before.topics, name: new}})

    wrong = f"topics: is written in a way that cannot be added to; add {name} by hand"
    _write(path, lambda text: with_topic(text, name, description, keywords), as_asked, wrong)


def drop_topic(path: Path, name: str) -> None:
    """Take a topic out of the file; all else stays as it is. Raises Misconfigured where it stands in no lines of its own."""

    def as_asked(before: Playbook, after: Playbook) -> bool:
        left = {other: topic for other, topic in before.topics.items() if other != name}
        return after == before.model_copy(update={"topics": left})

    wrong = f"topics: is written in a way that {name} cannot be taken out; do it by hand"
    _write(path, lambda text: without_topic(text, name), as_asked, wrong)


def _write(
    path: Path, changed: Callable[[str], str], as_asked: Callable[[Playbook, Playbook], bool], wrong: str
) -> None:
    """Put the changed text in the file's place, once it was read again and is as asked."""
    path = path.resolve()
    before = load(path) if path.exists() else Playbook()
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(changed(text).encode("utf-8"))
    try:
        _confirm(as_asked(before, load(beside)), wrong)
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except Misconfigured as error:
        raise Misconfigured([mistake.replace(str(beside), str(path)) for mistake in error.mistakes]) from None
    finally:
        beside.unlink(missing_ok=True)


def _confirm(done: bool, wrong: str) -> None:
    if not done:
        raise Misconfigured([wrong])
