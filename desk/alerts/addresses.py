"""E-mail addresses that a person wrote down."""

import re

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
"""An e-mail address as HTML's input type takes it, with at least one dot after the @.
https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address"""


def addresses(value: tuple[str, ...]) -> tuple[str, ...]:
    """Each once. Raises ValueError with a sentence where one is no e-mail address."""
    for address in value:
        if not ADDRESS.fullmatch(address):
            raise ValueError(f'"{address[:80]}" is no e-mail address')
    return tuple(dict.fromkeys(value))
