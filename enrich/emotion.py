"""The emotion a text shows, or that it is neutral: a head on the encoder, see docs/models.md."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel, ConfigDict, Field

from core.ports import Tools
from enrich._head import Classifier, load_reading_head

FINER = {
    "anger": "annoyance disapproval disgust",
    "joy": "amusement excitement gratitude love optimism pride relief admiration approval caring desire",
    "sadness": "disappointment embarrassment grief remorse",
    "surprise": "realization confusion curiosity",
}
"""Emotions of finer lists, like that of GoEmotions, and what they are part of here: as the head was taught."""


class Settings(BaseModel):
    """least  probability below which it says "uncertain"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: float = Field(default=0.25, ge=0, le=1)


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Classifier]:
    """The enricher; nothing is left to close. Raises Stop where the shipped model cannot be read."""
    del tools
    yield Classifier("emotion", load_reading_head("emotion"), least=settings.least)
