"""The social media policy, as it is written in a file: a version, and title and text by language."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from core.settings import Settings, check, read_yaml
from desk.store.policies import Policy
from desk.web.words import LANGUAGES


class Written(Settings):
    """A policy as people write it. `text` holds the words by language: nl, en, or both."""

    version: str = Field(min_length=1, max_length=40, pattern=r"^[\w.-]+$")
    title: dict[str, str] = Field(min_length=1)
    text: dict[str, str] = Field(min_length=1)


def read(path: Path) -> Policy:
    """The policy in that file. Raises Misconfigured with every mistake."""
    written = check(Written, read_yaml(path), where=str(path))
    return Policy(version=written.version, title=written.title, text=written.text)


def in_language(policy: Policy, language: str) -> tuple[str, str, str]:
    """Language, title and text: in that language, else in the first that it is written in."""
    chosen = next(one for one in (language, *LANGUAGES, *policy.text) if one in policy.text)
    title: Mapping[str, str] = policy.title
    return chosen, title.get(chosen) or next(iter(title.values())), policy.text[chosen]
