"""playbook.yaml: read, and added to without touching the rest."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from core.errors import Misconfigured
from core.settings import check, named_twice, read_yaml
from core.time import now
from playbook._edit import with_monitor, with_topic, without_topic
from playbook.crossing import crossed
from playbook.queries import parse
from playbook.sections import Playbook, Topic
from playbook.sound import beside_triage, unsound


def load(path: Path, *, sound: bool = False) -> Playbook:
    """The playbook in that file; one that is sound, where that is asked. Raises Misconfigured with every mistake: file, path in it, a
    sentence.
    """
    content = read_yaml(path)
    mistakes = named_twice(path)
    try:
        read = check(Playbook, content, where=str(path))
    except Misconfigured as error:
        raise Misconfigured([*mistakes, *error.mistakes]) from None
    found = list(crossed(read))
    if sound:
        found += beside_triage(read) if found else unsound(read)
    mistakes += [f"{path}: {at}: {sentence}" for at, sentence in found]
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
