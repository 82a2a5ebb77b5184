"""Record keys made from answers: whoever makes one twice makes the same one. Pure.

A TID (https://atproto.com/specs/tid) is 53 bits of microseconds since 1970 and 10 bits that tell clocks apart, as thirteen
letters that sort as the numbers do.
"""

from datetime import datetime

from core.time import milliseconds

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_BITS = 10
_SECOND = 1_000_000


def tid(at: datetime, key: str) -> str:
    """The record key of the answer with that key (hexadecimal), made ready at that time, right to the second.

    Two answers of one second share one in a thousand million times: all below the second is of the key.
    """
    own = int(key, 16) % (_SECOND << _CLOCK_BITS)
    number = (milliseconds(at) // 1000 * _SECOND << _CLOCK_BITS) + own
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
