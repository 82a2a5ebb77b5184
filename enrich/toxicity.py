"""Whether a text offends somebody: a head on the encoder, see docs/models.md."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import BaseModel, ConfigDict, Field

from core.ports import Tools
from enrich._head import Classifier, load_reading_head


class Settings(BaseModel):
    """least  probability below which it says "uncertain"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: float = Field(default=0.6, ge=0, le=1)


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Classifier]:
    """The enricher; nothing is left to close. Raises Stop where the shipped model cannot be read."""
    del tools
    yield Classifier("toxicity", load_reading_head("toxicity"), least=settings.least)
