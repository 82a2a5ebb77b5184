"""Configuration and tokenizer of a model, read by transformers; no code that came with a model is ever run."""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from core.errors import Stop
from enrich._transformers.files import CONFIGURATION, TOKENIZER

USUAL_MOST = 512
"""Tokens read of a text where nothing else is set: what most classifiers were trained on."""
_UNLIMITED = 1_000_000
_RESERVED = 2
"""Positions that RoBERTa and its kin number but never use."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """One text's token ids, by the name of the network's input; `truncated` where some of the text was left out."""

    inputs: Mapping[str, Sequence[int]]
    truncated: bool


def _library() -> Any:  # Any: the module, whose names are looked up when they are asked for
    """The library transformers, without a word that torch is missing, which is meant so here."""
    name = "TRANSFORMERS_NO_ADVISORY_WARNINGS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        library: Any = import_module("transformers")
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before
    library.logging.set_verbosity_error()
    library.logging.disable_progress_bar()
    return library


def read_configuration(folder: Path) -> Any:  # Any: a class for each kind of network
    """The model's config.json. Raises Stop where it cannot be read."""
    try:
        return _library().AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # whatever a file of anyone's makes of the library
        raise Stop(f"{folder / CONFIGURATION} cannot be read: {sentence(error)}.") from error


class Tokenizer:
    """Texts to tokens, at most `most` a text; by default USUAL_MOST or fewer, where the model takes fewer.

    Raises Stop where the files cannot be read, or where `most` is more than the model takes. Not thread-safe.
    """

    def __init__(self, folder: Path, configuration: Any, most: int | None) -> None:
        try:
            self._tokenizer = _library().AutoTokenizer.from_pretrained(
                folder, config=configuration, trust_remote_code=False, local_files_only=True
            )
        except Exception as error:  # whatever a file of anyone's makes of the library
            raise Stop(f"{folder / TOKENIZER} cannot be read: {sentence(error)}.") from error
        longest = _longest(self._tokenizer, configuration)
        if most is not None and longest is not None and most > longest:
            raise Stop(f"The model in {folder} reads {longest} tokens of a text at the most; most_tokens says {most}.")
        self.most = most or min(longest or USUAL_MOST, USUAL_MOST)

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        found = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self.most,
            return_overflowing_tokens=True,
            return_token_type_ids=True,
        )
        # A text that is too long comes as several stretches, one after the other, of which the first is read.
        stretches = found.pop("overflow_to_sample_mapping")
        first = [stretches.index(place) for place in range(len(texts))]
        counts = [stretches.count(place) for place in range(len(texts))]
        return [
            Tokens(inputs={name: rows[start] for name, rows in found.items()}, truncated=count > 1)
            for start, count in zip(first, counts, strict=True)
        ]


def _longest(tokenizer: Any, configuration: Any) -> int | None:
    """The most tokens the model takes, as far as its files say."""
    positions = getattr(configuration, "max_position_embeddings", None)
    stated = [positions - _RESERVED] if isinstance(positions, int) and positions > _RESERVED else []
    if tokenizer.model_max_length < _UNLIMITED:
        stated = [int(tokenizer.model_max_length)]
    return min(stated, default=None)


def sentence(error: Exception) -> str:
    """The first line of a library's error, short enough for one line of ours."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:300]
