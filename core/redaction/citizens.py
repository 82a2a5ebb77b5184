"""The Dutch citizen service number (BSN): nine digits that pass the eleven test (Besluit burgerservicenummer, bijlage)."""

from core.redaction.groups import Run
from core.redaction.surroundings import is_amount, is_bsn, is_reference

_SHAPES = frozenset({(9,), (3, 3, 3), (4, 2, 3)})
"""As it is printed on a passport, and as people write it; in other groups, or without its leading zero, where a word before
calls it a BSN.
"""
_DIGITS = frozenset({8, 9})
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_citizen(run: Run) -> bool:
    """One in eleven numbers of nine digits passes the test: where a word before says what else it is, it is that."""
    if len(run.digits) not in _DIGITS or not _passes(run.digits.zfill(9)) or len(run.separators) > 1:
        return False
    if is_bsn(run.text, run.start):
        return True
    if run.shape not in _SHAPES or run.text[max(0, run.start - 1) : run.start] in {"+", "#", "/", "="}:
        return False
    return not (is_reference(run.text, run.start) or is_amount(run.text, run.start, run.end))


def _passes(digits: str) -> bool:
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return weighed % 11 == 0 and len(set(digits)) > 1
