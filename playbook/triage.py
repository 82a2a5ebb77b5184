"""Triage: a flow of yes-or-no questions from a message to what is done about it.

The shipped flow (playbook/triage.yaml) follows the "Web Posting Response Assessment", version 2, of the Air Force Public Affairs
Agency (United States, public domain), in words that can stand on anybody's record, with exits before it that it lacks.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator

from core.settings import Settings, nearest
from playbook._values import RANK, Id, Name, Said, Severity
from playbook.conditions import AnyOf, Words

SHIPPED = Path(__file__).with_name("triage.yaml")


def _severity(value: Any) -> Any:  # Any: whatever stands in the YAML
    if value is not None and value not in RANK:
        raise ValueError(f"{value!r} is no severity; {nearest(str(value), list(RANK))}")
    return value


Severe = Annotated[Severity, BeforeValidator(_severity)]


class Step(Settings):
    """A question. `asks` says it to people; where `when` holds the answer is yes. `then` (yes) and `otherwise` (no) name a step or an outcome."""

    asks: Said
    when: AnyOf
    then: Id
    otherwise: Id


class Outcome(Settings):
    """What is done about a message that comes here.

    does      in words
    answer    whether somebody has to: it gets an owner, and a time by which it is due
    severity  how bad it is at least; none where nothing has to be done
    to        the unit that owns it whatever the organisation model: for what only lawyers or the press office may answer
    confirm   whether a person confirms it first
    tells     roles that are told, beside the owner
    """

    does: Said
    answer: bool = False
    severity: Severe | None = None
    to: Name | None = None
    confirm: bool = False
    tells: tuple[Id, ...] = ()


class Rise(Settings):
    """Where `when` holds, what is done about at all is at least this bad: how many are reached, and the like."""

    when: AnyOf
    severity: Severe


class Triage(Settings):
    """The flow. `version` is what people call it by; what stands here is put over the shipped flow (`merged`)."""

    version: str
    start: Id
    lists: dict[Id, Words] = {}
    steps: dict[Id, Step]
    outcomes: dict[Id, Outcome]
    rises: tuple[Rise, ...] = ()

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """(path, sentence) of what makes it no flow: names of nothing, and questions that lead back to themselves."""
        places = [*self.steps, *self.outcomes]
        yield from ((f"steps.{name}", "is an outcome as well") for name in self.steps if name in self.outcomes)
        leads = [("start", self.start)]
        leads += [
            (f"steps.{name}.{way}", getattr(step, way))
            for name, step in self.steps.items()
            for way in ("then", "otherwise")
        ]
        for path, target in leads:
            if target not in places:
                yield path, f'there is no step or outcome "{target}"; {nearest(target, places)}'
        yield from self._circles()

    def _circles(self) -> Iterator[tuple[str, str]]:
        for name in self.steps:
            waiting: list[tuple[str, ...]] = [(name,)]
            seen: set[str] = set()
            while waiting:
                path = waiting.pop()
                step = self.steps.get(path[-1])
                for target in (step.then, step.otherwise) if step else ():
                    if target == name:
                        yield f"steps.{name}", f"leads back to itself: {' -> '.join((*path, name))}"
                        waiting.clear()
                        break
                    if target not in seen:
                        seen.add(target)
                        waiting.append((*path, target))


@cache
def shipped() -> Mapping[str, Any]:  # Any: YAML
    """The shipped flow as it is written."""
    read = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert isinstance(read, dict)  # noqa: S101 - a file of ours
    return read


def merged(own: Any) -> Any:  # Any: whatever stands in the YAML
    """What a playbook's `triage` says, put over the shipped flow: names are added or changed key by key, words of a list are
    added, all else is replaced. With `base: none` it stands alone.
    """
    if own is None:
        return shipped()
    if not isinstance(own, dict):
        return own
    rest = {key: value for key, value in own.items() if key != "base"}
    match own.get("base", "shipped"):
        case "none":
            return rest
        case "shipped":
            return _over(shipped(), rest)
        case other:
            raise ValueError(f"base: {other!r} is no base; {nearest(str(other), ['shipped', 'none'])}")


def _over(below: Any, above: Any, *, adding: bool = False) -> Any:
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        both = {key: _over(below[key], above[key], adding=adding or key == "lists") for key in below if key in above}
        return {**below, **above, **both}
    if adding and isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return above
