"""The small models that come with klankbord: a file of arrays each in enrich/models/."""

import hashlib
import io
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from core.errors import Stop

MODELS = Path(__file__).parents[1] / "models"


def shipped(name: str, *parts: str) -> tuple[dict[str, Any], str]:  # labels are text, the rest numbers
    """These arrays of the file of that name, and eight hex digits of its content. Raises Stop where it cannot be read."""
    path = MODELS / f"{name}.npz"
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content)) as stored:
            return {part: stored[part] for part in parts}, hashlib.sha256(content).hexdigest()[:8]
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise Stop(f"The model {name} cannot be read from {path.name}: {error}; install klankbord again.") from error
