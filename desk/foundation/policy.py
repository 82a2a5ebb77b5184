"""The social media policy of the playbook, as it is published and shown."""

from collections.abc import Mapping

from desk.store.policies import Policy
from desk.web.words import LANGUAGES
from playbook.sections import Playbook


def of(playbook: Playbook, first_language: str) -> Policy | None:
    """The policy that the playbook has; words of no named language are in that one."""
    written = playbook.policy
    if written is None:
        return None
    title, text = (_by_language(said, first_language) for said in (written.title, written.text))
    return Policy(version=written.version, title=title, text=text)


def in_language(policy: Policy, language: str) -> tuple[str, str, str]:
    """Language, title and text: in that language, else in the first that it is written in."""
    chosen = next(one for one in (language, *LANGUAGES, *policy.text) if one in policy.text)
    return chosen, policy.title.get(chosen) or next(iter(policy.title.values())), policy.text[chosen]


def _by_language(said: str | Mapping[str, str], first_language: str) -> Mapping[str, str]:
    return {first_language: said} if isinstance(said, str) else said
