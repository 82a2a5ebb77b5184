"""What any text classifier of the Hugging Face hub, or of a folder of that form, says of a text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from core.errors import Stop
from core.findings import BY_FIELD, ROUTED
from core.ports import Tools
from core.settings import Settings as Written

EXTRA = ("transformers", "onnxruntime", "huggingface_hub")
"""What the extra `transformers` brings."""

JUDGED = ("irrelevant", "tags")
"""What people say of a mention under these names; no finding may have one."""

SETTLED = frozenset(BY_FIELD[field].name for field in ROUTED)
"""What triage says of a mention under these names; a finding would take its place."""


class Settings(Written):
    """model      a folder, from the configuration's on, or an id of the hub
    finding    what the finding is called, like sentiment
    labels     the model's labels and what they are called here: LABEL_0: negative; those left out keep their names
    revision   the commit of the hub that is fetched, 40 hex digits; a branch or a tag may be another one tomorrow
    graph      the ONNX file below the folder; by default onnx/model_quantized.onnx, else onnx/model.onnx
    least      probability from which a label is given: by default any for the most probable of several that exclude one
               another, .5 where each stands for itself
    most_tokens  what of a text is read; by default 512, or as much as the model takes
    folder     where a relative `model` begins
    """

    model: str = Field(min_length=1)
    finding: str = Field(pattern="^[a-z][a-z0-9_]{0,40}$")
    labels: dict[str, str] = {}
    revision: str | None = None
    graph: str | None = None
    least: float | None = Field(default=None, ge=0, le=1)
    most_tokens: int | None = Field(default=None, ge=8, le=65536)
    folder: Path = Path()

    @field_validator("finding")
    @classmethod
    def _free(cls, value: str) -> str:
        if value in JUDGED:
            raise ValueError(f'"{value}" is what people say of a mention; give the finding another name')
        if value in SETTLED:
            raise ValueError(f'"{value}" is what triage says of a mention; give the finding another name')
        return value


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Any]:  # Any: a class beside libraries of an extra
    """The enricher, its files fetched and read and one text tried.

    Raises Stop where the extra, a file or the hub is missing, and Misconfigured where labels are mapped wrongly.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise Stop(f"`use: transformers` needs {', '.join(missing)}: pip install klankbord[transformers]")
    from enrich._transformers.opening import open_classifier  # noqa: PLC0415 - needs the extra

    found = await asyncio.to_thread(open_classifier, settings, tools.report)
    try:
        yield found
    finally:
        await asyncio.to_thread(found.close)
