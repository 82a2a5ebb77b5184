"""How a text file is encoded, from its first bytes."""

import codecs

import msgspec

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Encoding(msgspec.Struct, frozen=True, kw_only=True):
    """name    a codec's name
    skip    bytes of a byte order mark
    certain  False while only ASCII was seen: the first other byte decides
    """

    name: str
    skip: int = 0
    certain: bool = True

    @property
    def width(self) -> int:
        """Bytes of the smallest character."""
        return 4 if self.name.startswith("utf-32") else 2 if self.name.startswith("utf-16") else 1

    @property
    def newline(self) -> bytes:
        return "\n".encode(self.name)


def detect(start: bytes, *, complete: bool) -> Encoding:
    """The encoding of text that starts with these bytes; `complete` says that there are no more.

    A byte order mark decides; then zero bytes in every other place (UTF-16); then UTF-8, unless more of the bytes above
    127 contradict it than agree, which makes it Windows-1252.
    """
    for mark, name in _BOMS:
        if start.startswith(mark):
            return Encoding(name=name, skip=len(mark))
    sample = start[:1000]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) * 0.3 and sample[0::2].count(0) == 0:
        return Encoding(name="utf-16-le")
    if len(sample) >= 4 and sample[0::2].count(0) > len(sample) * 0.3 and sample[1::2].count(0) == 0:
        return Encoding(name="utf-16-be")
    if start.isascii():
        return Encoding(name="utf-8", certain=False)
    return Encoding(name="utf-8" if _is_utf8(start, complete=complete) else "cp1252")


def _is_utf8(start: bytes, *, complete: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        decoder.decode(start, final=complete)
    except UnicodeDecodeError:
        text = start.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        right = sum(1 for letter in text if letter > "\x7f") - wrong
        return right > wrong
    return True
