"""What a model calls its labels, and what they are called here."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.findings import KNOWN
from core.settings import nearest

CLOSED: Mapping[str, tuple[str, ...]] = {known.name: known.labels for known in KNOWN if known.labels}
"""Findings whose labels the charts and the query language know by name; any other finding's are free."""


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """`names` are the labels here; the model's logit at each place counts for the one at the same place of `of`."""

    names: tuple[str, ...]
    of: tuple[int, ...]


def stated(configuration: Any) -> tuple[str, ...]:
    """The model's own labels in the order of its logits. Any: what stands in a config.json.

    Raises ValueError where its id2label does not number them from 0 on.
    """
    given = getattr(configuration, "id2label", None)
    if not isinstance(given, Mapping) or not given:
        raise ValueError("it has no id2label")
    found = {int(number): str(name) for number, name in given.items()}
    if set(found) != set(range(len(found))):
        raise ValueError(f"its id2label should number the labels from 0 to {len(found) - 1}")
    return tuple(found[number] for number in range(len(found)))


def mapped(finding: str, model: Sequence[str], mapping: Mapping[str, str]) -> tuple[Labels, list[str]]:
    """The labels here, and a sentence for each mistake in the mapping. A label it does not name keeps its own name."""
    known = set(model)
    wrong = [
        f"labels.{name}: the model has no such label; {nearest(name, model)}" for name in mapping if name not in known
    ]
    here = [mapping.get(name, name) for name in model]
    valid = CLOSED.get(finding)
    for name, label in zip(model, here, strict=True):
        if valid and label not in valid:
            wrong.append(f'labels.{name}: "{label}" is no {finding}; {nearest(label, valid)}')
    names = tuple(dict.fromkeys(here))
    return Labels(names=names, of=tuple(names.index(label) for label in here)), wrong
