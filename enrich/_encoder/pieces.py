"""Texts to token ids, as the encoder was trained: a prefix, pieces, start and end."""

from collections.abc import Sequence
from pathlib import Path

import sentencepiece

from enrich._encoder.reading import Places

MOST_TOKENS = 256
"""What of a text is read: about 1,000 characters, three times the longest post of most sources."""

MOST_CHARACTERS = 8192
"""Cut before tokenising: no piece is longer than 16 characters, so 256 tokens never reach further than half of this."""

PREFIX = "query: "
_START, _END = 0, 2


class Pieces:
    """The vocabulary in that file. Raises OSError or RuntimeError where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text with prefix, start and end, at most 256."""
        cut = [PREFIX + text[:MOST_CHARACTERS] for text in texts]
        found: list[list[int]] = self._pieces.encode(cut, num_threads=1)
        return [[_START, *ids[: MOST_TOKENS - 2], _END] for ids in found]

    def truncates(self, text: str) -> bool:
        """Whether some of that normalised text lies behind the tokens that are read."""
        if len(text) + len(PREFIX) < MOST_TOKENS:  # a token is a character at least
            return False
        return len(text) > MOST_CHARACTERS or len(self._pieces.encode(PREFIX + text)) > MOST_TOKENS - 2

    def places(self, text: str) -> Places:
        """Where each of those tokens stands in the text, in characters, without the space before it; prefix, start and end
        stand at (0, 0).
        """
        whole = PREFIX + text[:MOST_CHARACTERS]
        found: Places = self._pieces.encode_as_offset_mapping(whole)["offsets"]
        words = [(start + (whole[start : start + 1] == " "), end) for start, end in found[: MOST_TOKENS - 2]]
        own = [(max(start - len(PREFIX), 0), max(end - len(PREFIX), 0)) for start, end in words]
        return [(0, 0), *own, (0, 0)]
