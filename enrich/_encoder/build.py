"""Builds the encoder's folder once a machine: whole or not at all, and checked before it is believed."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from core.errors import Stop
from enrich._encoder import sources
from enrich._encoder.delta import DELTA, read_delta
from enrich._encoder.encoder import PIECES, Encoder
from enrich._encoder.network import write_network
from enrich._encoder.tokenizer import sentencepiece_model
from enrich._encoder.weights import Weights, read_weights

RECIPE = 2
"""Grows when the same sources are built into something else, so that caches of older releases are left alone."""

MANIFEST = "manifest.json"

Progress = Callable[[float, str], None]


def _quiet(_share: float, _what: str) -> None:
    """Nobody is watching."""


def model_key() -> str:
    """Eight hex digits that stand for sources and recipe: part of the folder's name and of every finding's model."""
    parts = [str(RECIPE), sources.WEIGHTS.sha256, sources.TOKENIZER.sha256, _digest(DELTA)]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:8]


def build_model(folder: Path, *, progress: Progress = _quiet) -> Path:
    """The model's folder below `folder`, built if it is missing or damaged. Takes seconds; about 125 MB of disk.

    `progress` is called with the share done (0-1) and what is going on. Raises Stop where a package that carries a
    part is missing or another than expected, or where the disk refuses.
    """
    target = folder / f"multilingual-e5-small-int8-{model_key()}"
    if is_whole(target):
        progress(1.0, "encoder is ready")
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as name:
            _build(Path(name), progress)
            _put(Path(name), target)
    except OSError as error:
        raise Stop(f"The encoder cannot be built in {folder}: {error.strerror or error}.") from error
    progress(1.0, "encoder is ready")
    return target


def is_whole(model: Path) -> bool:
    """Whether every file listed in the manifest is there with the content it was written with."""
    try:
        files: dict[str, str] = json.loads((model / MANIFEST).read_bytes())
        return bool(files) and all(_digest(model / name) == digest for name, digest in files.items())
    except (OSError, ValueError, AttributeError):
        return False


def _build(model: Path, progress: Progress) -> None:
    progress(0.0, "reading the encoder's weights")
    weights = tuned_weights()
    progress(0.1, "building the encoder")
    write_network(weights, model, lambda share: progress(0.1 + 0.6 * share, "building the encoder"))
    del weights
    progress(0.7, "building the tokenizer")
    (model / PIECES).write_bytes(sentencepiece_model(sources.read(sources.TOKENIZER)))
    progress(0.95, "checking the encoder")
    Encoder(model, threads=1).close()
    files = {path.name: _digest(path) for path in sorted(model.iterdir())}
    (model / MANIFEST).write_text(json.dumps(files, indent=1), encoding="utf-8")


def tuned_weights() -> Weights:
    """The base weights with what tuning changed. Raises Stop where either cannot be read."""
    return replace(read_weights(sources.read(sources.WEIGHTS)), delta=read_delta())


def _put(built: Path, target: Path) -> None:
    """Rename into place. A damaged model there is moved away first; a whole one, built meanwhile, is kept."""
    if is_whole(target):
        return
    if target.exists():
        shutil.rmtree(target)
    built.chmod(0o755)
    built.rename(target)
    built.mkdir()  # what TemporaryDirectory expects to remove


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
