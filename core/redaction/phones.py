"""Telephone numbers, by the numbering plans that the library phonenumbers carries (ITU-T E.164 and each country's own)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberDesc, PhoneNumberType

from core.redaction.groups import Run
from core.redaction.kinds import Found, Kind
from core.redaction.surroundings import is_amount, is_phone, is_reference

NOBODYS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UNKNOWN,
    }
)
"""No number at all, and numbers of services (0800, 0900): no person has one, and what is said of an organisation needs them."""

_MOST = 16
_FEW = 2
_LINKED = re.compile(r"(?:\btel:|\bsms:|wa\.me/|whatsapp\.com/send/?\?phone=)\+?(\d{8,15})(?!\d)", re.IGNORECASE)
_GROUP_BEFORE, _GROUP_AFTER = re.compile(r"\d?\d[ .-]"), re.compile(r"[ .-]\d\D?|[ .-]\d\d")
_IN_AMERICA = frozenset({(3, 3, 4), (1, 3, 3, 4)})


def linked_phones(text: str, regions: Sequence[str]) -> Iterator[Found]:
    """Those in links that call them."""
    for link in _LINKED.finditer(text):
        digits = link[1]
        if _of_somebody("+" + digits.removeprefix("00")) or any(_of_somebody(digits, region) for region in regions):
            yield Found(link.start(1), link.end(1), Kind.PHONE)


def phone_start(run: Run, regions: Sequence[str]) -> int | None:
    """Where the number of this run begins, with its "+" and "("; None where it is none.

    regions  countries whose numbers may stand without their code, as ISO 3166-1 codes
    """
    if len(run.digits) > _MOST:
        return None
    text, start = run.text, run.start
    plus = _plus(text, start)
    if plus is not None or text.startswith("00", start):
        abroad = run.digits if plus is not None else run.digits[2:]
        if abroad.startswith("0") or not _of_somebody("+" + abroad):
            return None
        start = start if plus is None else plus
    elif _in_a_row(run) or not any(_national(run, region) for region in regions) or _otherwise(run):
        return None
    return start - 1 if text[start - 1 : start] == "(" and ")" in text[start : run.end] else start


def _otherwise(run: Run) -> bool:
    return is_reference(run.text, run.start) or is_amount(run.text, run.start, run.end)


def _plus(text: str, start: int) -> int | None:
    """Where the sign of an international number stands before these digits."""
    for before in (start - 1, start - 2):
        if before >= 0 and text[before] == "+" and text[before + 1 : start].strip(" (") == "":
            return before if before == 0 or not text[before - 1].isalnum() else None
    return None


def _national(run: Run, region: str) -> bool:
    """Whether the run is a number of that country, written as it is dialled there or with the country's code and no sign."""
    plan, digits = _plan(region), run.digits
    called = partial(is_phone, run.text, run.start)  # whether the words before say that one can call it
    if plan.prefix != "0":
        sure = plan.code == "1" and run.shape in _IN_AMERICA
        return plan.anybodys(digits.removeprefix(plan.prefix)) is not None and (sure or called())
    if digits.startswith("0"):
        sure = plan.strict or len(run.groups) > 1
        return plan.anybodys(digits[1:]) is not None and not _odd(run) and (sure or called())
    national = digits.removeprefix(plan.code)
    if national == digits or not plan.anybodys(national):
        return False
    return plan.mobile(national) is not None or called()


def _odd(run: Run) -> bool:
    """Whether nobody writes a number in these groups: a lone digit among longer ones, or with many kinds of gaps."""
    shape = run.shape
    return len(run.separators) > 2 or (len(shape) > 1 and set(shape) != {1} and 1 in shape)


def _in_a_row(run: Run) -> bool:
    """Whether it is a part of a longer row of small numbers."""
    if len(run.groups) == 1 or max(run.shape) > 2:
        return False
    before, after = run.text[max(0, run.start - 3) : run.start], run.text[run.end : run.end + 3]
    return _GROUP_BEFORE.fullmatch(before) is not None or _GROUP_AFTER.fullmatch(after) is not None


class _Plan(NamedTuple):
    """Of a country: its code, what is dialled before a number, and what its numbers look like without either.

    strict  whether its numbers have so few lengths that digits written together can be told from an order's
    """

    code: str
    prefix: str
    anybodys: Callable[[str], re.Match[str] | None]
    mobile: Callable[[str], re.Match[str] | None]
    strict: bool


@cache
def _plan(region: str) -> _Plan:
    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if known is None or known.country_code is None or known.fixed_line is None:
        raise ValueError(f"{region} is no country that has telephone numbers")
    # Countries that share a code (Jersey and the United Kingdom, those of North America) share what is dialled as well.
    sharing = phonenumbers.region_codes_for_country_code(known.country_code)
    plans = [plan for plan in map(phonenumbers.PhoneMetadata.metadata_for_region, sharing) if plan is not None]
    mobile = [plan.mobile for plan in plans]
    others = [kind for one in plans for kind in (one.fixed_line, one.voip, one.uan, one.personal_number, one.pager)]
    return _Plan(
        code=str(known.country_code),
        prefix=known.national_prefix or "",
        anybodys=_any_of([*mobile, *others]),
        mobile=_any_of(mobile),
        strict=len(known.fixed_line.possible_length) <= _FEW,
    )


def _any_of(kinds: Iterable[PhoneNumberDesc | None]) -> Callable[[str], re.Match[str] | None]:
    patterns = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)).fullmatch


def _of_somebody(written: str, region: str | None = None) -> bool:
    try:
        return phonenumbers.number_type(phonenumbers.parse(written, region)) not in NOBODYS
    except phonenumbers.NumberParseException:
        return False
