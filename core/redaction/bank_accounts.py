"""Bank account numbers: ISO 13616 IBAN, by the length of its country and the check digits of ISO 7064 (MOD 97-10)."""

import re
from collections.abc import Iterator

from core.redaction.kinds import Found, Kind

_REGISTRY = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
_LENGTHS = {part[:2]: int(part[2:]) for part in _REGISTRY.split()}
"""Characters of an IBAN by country: the SWIFT IBAN Registry."""

_BEGINNING = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ ]?\d{2}")
_SEPARATORS = frozenset(" .-\t")


def bank_accounts(text: str) -> Iterator[Found]:
    """In order; written together or in groups."""
    end = 0
    for begun in _BEGINNING.finditer(text):
        length = _LENGTHS.get(text[begun.start() : begun.start() + 2].upper())
        if length is None or begun.start() < end:
            continue
        stop = _end(text, begun.start(), length)
        if stop is not None and _checks(text[begun.start() : stop]):
            end = stop
            yield Found(begun.start(), end, Kind.IBAN)


def _end(text: str, start: int, length: int) -> int | None:
    """Behind its last character; None where it is shorter, or goes on."""
    place, number = start, 0
    while number < length and place < len(text):
        if text[place].isascii() and text[place].isalnum():
            number += 1
        elif text[place] not in _SEPARATORS or text[place - 1] in _SEPARATORS:
            return None
        place += 1
    goes_on = place < len(text) and text[place].isalnum()
    return None if number < length or goes_on else place


def _checks(written: str) -> bool:
    compact = "".join(character for character in written.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1
