"""Texts without the accounts they name."""

import re

_HANDLE = re.compile(r"(?<![\w@])@[\w.-]+(?:@[\w.-]+)?")


def without_handles(text: str) -> str:
    """The text with a mark in place of each account that it addresses."""
    return _HANDLE.sub("@…", text)
