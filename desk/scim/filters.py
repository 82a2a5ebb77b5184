"""The filters that sign-on systems ask with: comparisons by `eq`, joined by `and` (RFC 7644, 3.4.2.2).

Microsoft Entra ID uses these two operators alone, Okta `eq`. Attributes and operators are read whatever their case.
"""

import re

import msgspec

from desk.scim.errors import invalid

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
_TERM = re.compile(
    r"""\s*(?P<path>[\w$:.-]+(?:\[[^\]]*\](?:\.[\w$]+)?)?)\s+eq\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false|-?\d+)\s*""",
    re.IGNORECASE,
)
_AND = re.compile(r"and\s", re.IGNORECASE)
MOST = 2_000


class Term(msgspec.Struct, frozen=True):
    """One comparison. `path` in lower case, without the schema of a core attribute before it."""

    path: str
    value: str | bool | int


def terms(text: str) -> list[Term]:
    """The comparisons of a filter, which all hold. Raises ScimError (invalidFilter) for any other."""
    found, place = [], 0
    while len(text) <= MOST:
        read = _TERM.match(text, place)
        if read is None:
            break
        found.append(Term(bare(read["path"]), _value(read["value"])))
        place = read.end()
        if place == len(text):
            return found
        joined = _AND.match(text, place)
        if joined is None:
            break
        place = joined.end()
    raise invalid(
        'this filter is not read here; write comparisons by eq, joined by and: userName eq "anna"', "invalidFilter"
    )


def bare(path: str) -> str:
    """A path in lower case, without the schema of a core attribute before it (RFC 7644, 3.10)."""
    low = path.lower()
    return re.sub(rf"^{re.escape(CORE)}(?:user|group):", "", low)


def _value(text: str) -> str | bool | int:
    low = text.lower()
    try:
        value = msgspec.json.decode((low if low in ("true", "false") else text).encode(), type=str | bool | int)
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise invalid("a value of the filter cannot be read", "invalidFilter") from None
    return value
