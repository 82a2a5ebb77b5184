"""Where a text turns: the connectors and signs of Dutch and English between which one thing is spoken of."""

import re
from enum import IntEnum
from typing import NamedTuple


class Strength(IntEnum):
    """How much speaks for cutting at a border."""

    JOINING = 1
    COMMA = 2
    SENTENCE = 3
    CONTRAST = 4


class Border(NamedTuple):
    """Where a text may be cut: before a connector, behind a sign."""

    at: int
    strength: Strength


_BORDER = re.compile(
    r"""
      (?P<CONTRAST>
          (?<!\w)(?:maar|behalve|terwijl|hoewel|ofschoon|ook[ ]al|
                    but|except|apart[ ]from|while|whereas|although|though|even[ ]though)(?!\w)
        | (?<=,[ ])(?:alleen|echter|daarentegen|toch|helaas|gelukkig|jammer|
                      only|however|yet|still|sadly|luckily|shame|pity)(?!\w))
    | (?P<SENTENCE>[.!?…]+(?=\s)|[\n;:](?=\s)|\s[-–—]+(?=\s))
    | (?P<COMMA>,(?!\d))
    | (?P<JOINING>(?<!\w)(?:en|of|and|or)(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONNECTORS = {Strength.CONTRAST, Strength.JOINING}


def borders(text: str) -> list[Border]:
    """All of them, in order."""
    found = []
    for sign in _BORDER.finditer(text):
        strength = Strength[str(sign.lastgroup)]
        found.append(Border(sign.start() if strength in _CONNECTORS else sign.end(), strength))
    return found
