"""What people write: YAML files checked by pydantic, every mistake at once, each with its path and the nearest valid name."""

import difflib
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from core.errors import Misconfigured


class Settings(BaseModel):
    """Base of everything a person may configure: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Model = TypeVar("Model", bound=BaseModel)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _span(value: Any) -> Any:  # Any: whatever stands in the YAML, or a span that the program knows
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("give a number with a unit: 30s, 15m, 12h, 7d or 52w")
    try:
        return timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        raise ValueError(f"{value} is longer than can be reckoned with") from None


Span = Annotated[timedelta, BeforeValidator(_span)]
"""A stretch of time as people write it: 30s, 15m, 12h, 7d, 52w."""


def nearest(word: str, valid: Sequence[str]) -> str:
    """A clause that names the nearest valid name, or lists them all where none is near; it says so where there is none at all."""
    if not valid:
        return "there is none yet"
    near = difflib.get_close_matches(word, valid, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else f"valid are {', '.join(sorted(valid))}"


class _Loader(yaml.SafeLoader):
    """Says where a value stands that looks like a day or a number and is none."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # Any: whatever stands in the YAML
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=f"cannot be read: {error}", problem_mark=node.start_mark) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises Misconfigured with line and column where it cannot be read."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise Misconfigured([f"{path}: no such file"]) from None
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise Misconfigured([f"{path}: is not UTF-8 text (byte {error.start})"]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Misconfigured([f"{path}{where}: {error.problem or 'is not YAML'}"]) from None
    except RecursionError:
        raise Misconfigured([f"{path}: is nested deeper than can be read"]) from None
    except yaml.YAMLError as error:
        raise Misconfigured([f"{path}: is not YAML: {error}"]) from None
    if not isinstance(content, dict):
        raise Misconfigured([f"{path}: should hold keys and values, not {type(content).__name__}"])
    return content


def named_twice(path: Path) -> list[str]:
    """A sentence for each key that a readable YAML file has twice: YAML lets the last one win in silence."""
    found: list[str] = []
    seen: set[int] = set()
    waiting = [(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), "")]
    while waiting:
        node, at = waiting.pop()
        if id(node) in seen:  # an anchor that is used again
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(value, f"{at}[{index}]") for index, value in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                below = f"{at}.{key.value}".lstrip(".")
                if str(key.value) in names:
                    found.append(f"{path}: {below}: stands in the file twice, again in line {key.start_mark.line + 1}")
                names.add(str(key.value))
                waiting.append((value, below))
    return found


def check(model: type[Model], content: Mapping[str, Any], *, where: str) -> Model:
    """The content as that model. Raises Misconfigured with a sentence a mistake, each starting with `where`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise Misconfigured(list(_sentences(error, model, where))) from None


def _sentences(error: ValidationError, model: type[BaseModel], where: str) -> Iterator[str]:
    mistakes = error.errors(include_url=False, include_input=False)
    for mistake in mistakes:
        path = [part for part in mistake["loc"] if not str(part).startswith("function-")]
        at = _dotted(path)
        match mistake["type"]:
            case "extra_forbidden":
                yield f"{where}: {at}: unknown key; {nearest(str(path[-1]), _keys(model, path[:-1]))}"
            case "missing":
                yield f"{where}: {at}: is missing"
            case "too_short" if any(_below_it(other["loc"], mistake["loc"]) for other in mistakes):
                continue  # there is something, and it is wrong
            case "too_short":
                yield f"{where}: {at}: has too few; give at least {mistake['ctx']['min_length']}"
            case _:
                yield f"{where}: {at}: {mistake['msg'].removeprefix('Value error, ')}"


def _below_it(path: Sequence[int | str], above: Sequence[int | str]) -> bool:
    return len(path) > len(above) and path[: len(above)] == above


def _dotted(path: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "(top)"


def _keys(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """The keys valid at a path below a model, as far as its annotations tell."""
    here: Any = model
    for part in path:
        here = _below(here, part)
    return sorted(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _below(here: Any, part: int | str) -> Any:
    if isinstance(here, type) and issubclass(here, BaseModel):
        found = here.model_fields.get(str(part))
        return _bare(found.annotation) if found else None
    inside = [_bare(argument) for argument in typing.get_args(here) if argument not in (type(None), ...)]
    return inside[-1] if inside else None


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without `| None`."""
    if typing.get_origin(annotation) is Annotated:
        return _bare(typing.get_args(annotation)[0])
    options = [option for option in typing.get_args(annotation) if option is not type(None)]
    is_union = type(None) in typing.get_args(annotation)
    return _bare(options[0]) if is_union and len(options) == 1 else annotation
