"""What changed between two playbooks, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from playbook.sections import Playbook

WORD = 100
"""Longest value that is told whole."""


def differences(before: Playbook, after: Playbook) -> Iterator[str]:
    """A line a change: its path, and what stood and stands there. The order of names, where it counts, is a change too."""
    yield from _between("", before.model_dump(mode="json"), after.model_dump(mode="json"))


def _between(path: str, before: Any, after: Any) -> Iterator[str]:  # Any: JSON
    if before == after and _order(before) == _order(after):
        return
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield from _values(path, before, after)
        return
    for name in [*before, *(name for name in after if name not in before)]:
        at = f"{path}.{name}".lstrip(".")
        if name not in after:
            yield f"{at}: is gone"
        elif name not in before:
            yield f"{at}: is new: {_short(after[name])}"
        else:
            yield from _between(at, before[name], after[name])
    if set(before) == set(after) and list(before) != list(after):
        yield f"{path}: stands in another order: {', '.join(after)}"


def _values(path: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, list) and isinstance(after, list) and all(isinstance(one, str) for one in [*before, *after]):
        gone, new = [one for one in before if one not in after], [one for one in after if one not in before]
        said = [f"without {', '.join(gone)}"] * bool(gone) + [f"with {', '.join(new)}"] * bool(new)
        yield f"{path}: {'; '.join(said) or 'stands in another order'}"
    elif before is None or before == {}:
        yield f"{path}: is new: {_short(after)}"
    elif after is None or after == {}:
        yield f"{path}: is gone"
    else:
        yield f"{path}: {_short(before)} -> {_short(after)}"


def _order(value: Any) -> Any:
    return [(name, _order(inside)) for name, inside in value.items()] if isinstance(value, Mapping) else value


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        said = ", ".join(f"{name}: {_short(inside)}" for name, inside in value.items() if inside not in (None, [], {}))
    elif isinstance(value, list):
        said = ", ".join(map(_short, value))
    else:
        said = str(value)
    return said if len(said) <= WORD else f"{said[: WORD - 3]}..."
