"""Reads the demo's sentences: text files in sections, each line one sentence."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("data")


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of data/<name>.txt by their heading; "[about]" is for people and left out."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif line:
            current.append(line)
    found.pop("about", None)
    return {heading: tuple(lines) for heading, lines in found.items()}


@cache
def parts(name: str) -> dict[str, Any]:  # Any: plain YAML, lists and mappings of strings
    """The content of data/<name>.yaml."""
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content
