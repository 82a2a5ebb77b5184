"""Which personal data can be taken out of a text, and where it was found."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What was there; in brackets, it stands in the text instead."""

    EMAIL = "e-mail"
    PHONE = "phone"
    IBAN = "IBAN"
    BSN = "BSN"
    CARD = "card"


class Found(NamedTuple):
    """Characters [start, end) that are personal data."""

    start: int
    end: int
    kind: Kind
