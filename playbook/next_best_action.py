"""The next best action: rules from what is known of a customer to what is best done now; the first that holds wins, and says why.

The rules that ship are next_best_action.yaml; those of a playbook stand in their place.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import BeforeValidator

from core.settings import Settings, nearest
from playbook._customer_rules import CONDITIONS, holds, reason
from playbook._values import Id, Said, told
from playbook.customer_conditions import AnyOfCustomer, CustomerWhen
from playbook.customer_facts import Known

SHIPPED = Path(__file__).with_name("next_best_action.yaml")


class Leads(StrEnum):
    """What an action leads to on the page."""

    CASE = "case"  # the open one whose promise is due first
    CRISIS = "crisis"  # the one that it belongs to
    MESSAGE = "message"  # their latest
    MESSAGES = "messages"  # all of theirs
    TIMELINE = "timeline"


def _link(value: Any) -> Any:  # Any: whatever stands in the YAML
    valid = [one.value for one in Leads]
    if value not in valid:
        raise ValueError(f"{str(value)!r} is no place to lead to; {nearest(str(value), valid)}")
    return value


class Action(Settings):
    """One rule: where `when` holds of a customer, `say` is what is best done. `link` is where it leads to."""

    name: Id
    when: AnyOfCustomer
    say: Said
    link: Annotated[Leads, BeforeValidator(_link)] = Leads.TIMELINE


class Decided(NamedTuple):
    """What is best done, and why: a sentence for each condition that holds, never none."""

    name: str
    say: str
    because: tuple[str, ...]
    link: Leads


class Passed(NamedTuple):
    """A rule that was asked and does not hold, with the conditions of each of its alternatives that do not."""

    name: str
    say: str
    against: tuple[tuple[str, ...], ...]


def decide(actions: Sequence[Action], known: Known, language: str) -> Decided | None:
    """The first rule that holds; None where none does. Pure: of the same facts it is the same."""
    for action in actions:
        for when in action.when:
            if not _against(when, known):
                because = tuple(reason(name, asked, known, language) for name, asked in when.given())
                return Decided(action.name, told(action.say, language), because, action.link)
    return None


def passed(actions: Sequence[Action], known: Known, language: str) -> Iterator[Passed]:
    """The rules that were asked before the one that holds, or all where none does."""
    for action in actions:
        against = tuple(_against(when, known) for when in action.when)
        if not all(against):
            return
        yield Passed(action.name, told(action.say, language), against)


def explained(actions: Sequence[Action], known: Known, language: str) -> Iterator[str]:
    """The lines: what is best done and why, then the rules that were asked before it and what they lacked."""
    words = _WORDS[language]
    decided = decide(actions, known, language)
    if decided is None:
        yield words["none"]
    else:
        yield f"{decided.say}  [{decided.name}]"
        yield from (f"  {words['because']} {sentence}" for sentence in decided.because)
    for one in passed(actions, known, language):
        lacks = (
            ", ".join(f"{name} ({words['unknown']})" if unknown(name, known) else name for name in some)
            for some in one.against
        )
        yield f"{words['passed']} {one.say}  [{one.name}]: {'; '.join(lacks)}"


_WORDS = {
    "nl": {"none": "Geen regel gaat op.", "because": "want", "passed": "Niet:", "unknown": "niet bekend"},
    "en": {"none": "No rule holds.", "because": "because", "passed": "Not:", "unknown": "not known"},
}


def unknown(name: str, known: Known) -> bool:
    """Whether a condition does not hold because what it asks for is not known."""
    return getattr(known, CONDITIONS[name].fact) is None


def twice(actions: Sequence[Action]) -> Iterator[tuple[str, str]]:
    """(path, sentence) of names that stand there twice."""
    seen: set[str] = set()
    for place, action in enumerate(actions):
        if action.name in seen:
            yield f"[{place}].name", f'there is a rule "{action.name}" already; give another name'
        seen.add(action.name)


@cache
def shipped() -> tuple[Action, ...]:
    """The rules that ship."""
    read = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return tuple(Action.model_validate(one) for one in read)


def _against(when: CustomerWhen, known: Known) -> tuple[str, ...]:
    """Names of the conditions that do not hold."""
    return tuple(name for name, asked in when.given() if not holds(name, asked, known))
