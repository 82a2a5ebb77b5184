"""Payment cards: prefixes and lengths of the card schemes (ISO/IEC 7812), and the check digit of Luhn."""

import re

from core.redaction.groups import Run
from core.redaction.surroundings import is_amount, is_reference

_SCHEMES = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners Club
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12}"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|(?:50[0-9]\d|5[6-8]\d\d|6(?:304|7\d\d))\d{12,15}"  # Maestro
)
_SHAPES = frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (8, 8), (6, 13), (4, 4, 4, 1)})
"""How the schemes print their numbers."""
_LEAST, _MOST = 13, 19


def is_card(run: Run) -> bool:
    """Whether it is a card's number: what a word before calls an order's or a parcel's counts only as a card prints it."""
    if not _LEAST <= len(run.digits) <= _MOST:
        return False
    shape = run.shape
    if len(shape) > 1 and (shape not in _SHAPES or len(run.separators) > 1):
        return False
    digits = run.digits
    if not _SCHEMES.fullmatch(digits) or not _luhn(digits):
        return False
    called_otherwise = is_reference(run.text, run.start) or is_amount(run.text, run.start, run.end)
    return len(shape) > 1 or not called_otherwise


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0
