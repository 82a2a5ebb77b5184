"""What stands around digits and says that they are something else: an order, a price, a date, an address on the web."""

import re

WINDOW = 40
"""Characters before a number that are looked at."""

_ELSEWHERE = re.compile(
    r"(?:https?://|www\.)\S+"  # an address on the web
    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,5}\.[a-z]{2,10}/\S+"  # the same without its scheme
    r"|[#@][\w-]+"  # a hashtag, a handle
    r"|(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d(?![-/.]?\d)"  # 28-11-2026
    r"|(?<![\d./-])(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])(?![-/.]?\d)"  # 2026-11-28
    r"|(?<![\d.:-])(?:[01]\d|2[0-3])\.[0-5]\d(?![\d.:-])",  # 06.10
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"\b(?:klant|customer|client|lid|member|polis|policy|contract|dossier|file|zaak|case|artikel|article|product|serie|"
    r"serial|pakket|parcel|zending|shipment|boeking|boekings|booking|reservering|reserverings|reservation|meter|"
    r"bestel|betalings?|payment|relatie|debiteur|rit|trip|chassis|melding|meldings|incident)"
    r"[ -]?(?:nummer|number|num|nr|no|code|id|#)\b[^\d\n]{0,12}$"
    r"|\b(?:order\w{0,8}|transacti\w{1,9}|bestelling|factuur\w{0,8}|invoice|ticket\w{0,8}|referentie\w{0,8}|reference|ref|kenmerk|track\w{0,5}"
    r"(?: ?& ?trace)?\w{0,8}|barcode|ean|gtin|isbn|issn|imei|kvk\w{0,8}|btw\w{0,8}|vat|rsin|ondernemingsnummer|sku|doi|id|"
    r"nummerplaat|postbus|oclc|pmid|be)\b[ .:=#-]{0,3}(?:(?:is|was|nr|no|nummer|number)\b)?[ .:=#-]{0,3}$",
    re.IGNORECASE,
)
_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?nummer|sofi-?(?:nummer)?|citizen service number)\b[^\d\n]{0,14}$", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?:\b(?:tel|telefoon\w{0,7}|telephone|phone|mob|mobiel\w{0,7}|mobile|cell|bel|bellen|gebeld|call|ring|sms|text|app|appen|"
    r"whats-?app|nummer|number)\b|[\u260e\u2706\U0001f4de\U0001f4f1\U0001f4f2])[^\d\n+(]{0,14}[+(]?$",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[\u20ac$\u00a3\u00a5]|\b(?:eur|euro|usd|gbp))[ .:]?-?$", re.IGNORECASE)
_COUNTED_AFTER = re.compile(
    r" ?(?:[\u20ac$\u00a3%]|(?:euro|eur|usd|dollars?|views?|weergaven|volgers|followers|likes|mensen|people|inwoners|stemmen|votes|"
    r"keer|times|stuks|gebruikers|users|bezoekers|visitors|streams|downloads|miljoen|miljard|million|km|kilometer|meter|bytes)\b)",
    re.IGNORECASE,
)


def without_others(text: str) -> str:
    """The text with letters in the place of all that holds digits and is no number: as long as it was."""
    return _ELSEWHERE.sub(lambda found: "x" * len(found[0]), text)


def _before(text: str, start: int) -> str:
    return text[max(0, start - WINDOW) : start]


def is_reference(text: str, start: int) -> bool:
    """Whether the words before say that the number is an order's, a parcel's, a book's or the like."""
    return _NUMBERED.search(_before(text, start)) is not None


def is_bsn(text: str, start: int) -> bool:
    """Whether the words before say that it is a citizen service number."""
    return _BSN.search(_before(text, start)) is not None


def is_phone(text: str, start: int) -> bool:
    """Whether the words before say that one can call it."""
    return _PHONE.search(_before(text, start)) is not None


def is_amount(text: str, start: int, end: int) -> bool:
    """Whether it is money, or how many of something."""
    return _MONEY_BEFORE.search(_before(text, start)) is not None or _COUNTED_AFTER.match(text, end) is not None
