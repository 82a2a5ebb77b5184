"""Takes personal data out of a text and leaves the word for what it was, so that the text can still be read."""

import re
from collections.abc import Container, Iterator, Sequence

from core.redaction.addresses import MAIL_NAMES, addresses
from core.redaction.bank_accounts import bank_accounts
from core.redaction.cards import is_card
from core.redaction.citizens import is_citizen
from core.redaction.groups import LEAST, Run, runs
from core.redaction.kinds import Found, Kind
from core.redaction.phones import linked_phones, phone_start
from core.redaction.plain import plain
from core.redaction.surroundings import is_bsn, without_others

_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_NUMBER = re.compile(r"(?:[\d\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u24ea]\W{0,5}){7}")
"""As many digits as the shortest number has, with no letters between them: every number looked for holds that."""
_SIGN = re.compile(r"[@\uff20\ufe6b]")
_BEFORE_HANDLES = frozenset(" \t\n\r\"'([{/.,:;!?")
"""What stands before the sign where an account is named; "" where the text begins with it, or with another one."""
_APART = re.compile(rf"[@\uff20\ufe6b][ \t]{{1,2}}(?:{MAIL_NAMES})", re.IGNORECASE)
_SPELLED_SIGN = re.compile(
    r"[\[({<][ \t]?(?:at|@|apenstaartje)[ \t]?[\])}>]"
    r"|[ \t](?:at|apenstaartje)[ \t]{1,2}[\w-]{1,63}(?:\.|[ \t]{0,2}[\[({<]?[ \t]?(?:dot|punt)\b)",
    re.IGNORECASE,
)
_SPELLED = ("at)", "at]", "at}", "at>", "@)", "@]", "at )", "at ]", " at ", "apenstaartje")
"""What one of them has in small letters."""
_WIDE = re.compile(r"[\uff21-\uff5a]")
"""Full-width letters."""


class Redactor:
    """`kinds` are taken out; numbers without a country's code are telephone numbers where they are in one of `regions`.

    Pure and deterministic: the same text comes out the same, a redacted text as it is. Linear in the text's length.
    """

    def __init__(self, kinds: Sequence[Kind], regions: Sequence[str] = ("NL",)) -> None:
        self._kinds, self._regions = frozenset(kinds), tuple(regions)

    def redact(self, text: str, *, handles: Container[str] = (), regions: Sequence[str] = ()) -> str:
        """The text with "[phone]" and the like in place of personal data.

        handles  accounts named in the message, casefolded: "name@server" is one of them and no e-mail address
        regions  countries beside the redactor's own, where the message comes from
        """
        found = self.find(text, handles=handles, regions=regions)
        if not found:
            return text
        parts: list[str] = []
        end = 0
        for one in found:
            parts += [text[end : one.start], f"[{one.kind}]"]
            end = one.end
        return "".join([*parts, text[end:]])

    def find(self, text: str, *, handles: Container[str] = (), regions: Sequence[str] = ()) -> list[Found]:
        """What would be taken out, in order, never overlapping: characters of `text` as it is."""
        signs = Kind.EMAIL in self._kinds and _has_sign(text)
        numbers = self._kinds != {Kind.EMAIL} and _has_number(text)
        if not signs and not numbers:
            return []
        read = plain(text)
        found: list[Found] = []
        rest = read.text
        if signs or (numbers and "@" in rest):
            rest = _take(rest, addresses(rest, handles), found)
        if numbers:
            rest = _take(rest, bank_accounts(rest), found)
            wanted = (*(region for region in regions if region not in self._regions), *self._regions)
            rest = _take(rest, linked_phones(rest, wanted), found)
            found += _numbers(without_others(rest), wanted)
        kept = sorted(one for one in found if one.kind in self._kinds)
        return [Found(*read.original(one.start, one.end), one.kind) for one in kept]


def _has_sign(text: str) -> bool:
    """Whether an address may stand there: cheap, for most texts have none."""
    before = _SIGN.split(text)[:-1]
    if any(part and part[-1] not in _BEFORE_HANDLES for part in before) or (before and _APART.search(text)):
        return True
    if not text.isascii() and _WIDE.search(text):
        return True
    small = text.lower()
    return any(spelled in small for spelled in _SPELLED) and _SPELLED_SIGN.search(text) is not None


def _has_number(text: str) -> bool:
    """Whether a number may stand there, as cheap."""
    few = text.isascii() and len(text.encode().translate(None, _NO_DIGITS)) < LEAST
    return not few and _NUMBER.search(text) is not None


def _take(text: str, found: Iterator[Found], into: list[Found]) -> str:
    """The text with letters where something was found, so that nothing else is found there."""
    taken = list(found)
    into += taken
    parts: list[str] = []
    end = 0
    for one in taken:
        parts += [text[end : one.start], "x" * (one.end - one.start)]
        end = one.end
    return "".join([*parts, text[end:]]) if taken else text


def _numbers(text: str, regions: Sequence[str]) -> Iterator[Found]:
    """Cards, telephone numbers and citizens' numbers, each group of digits in one of them at the most."""
    end = 0
    for candidates in runs(text):
        if candidates[0].start < end:
            continue
        one = _first(candidates, regions)
        if one is not None:
            end = one.end
            yield one


def _first(candidates: Sequence[Run], regions: Sequence[str]) -> Found | None:
    """What begins here: the most certain kind first, and of one kind the longest."""
    for run in candidates:
        if is_card(run):
            return Found(run.start, run.end, Kind.CARD)
    citizen = next((run for run in candidates if is_citizen(run)), None)
    if citizen is None or not is_bsn(citizen.text, citizen.start):
        for run in candidates:
            start = phone_start(run, regions)
            if start is not None:
                return Found(start, run.end, Kind.PHONE)
    return Found(citizen.start, citizen.end, Kind.BSN) if citizen else None
