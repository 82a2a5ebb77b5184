"""Grafana's models as plain JSON, the same bytes for the same code."""

import json
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder


def plain(model: object) -> Any:
    """The model as dicts and lists. Any: as JSON comes."""
    return json.loads(JSONEncoder(sort_keys=True).encode(model))


def text(model: object) -> str:
    """The model as a file's content."""
    return json.dumps(plain(model), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
