"""Writes the network for CTranslate2: every matrix in int8 with one scale a row.

CTranslate2 quantises each token's activations on their own, so a text's vector does not depend on its batch mates;
docs/decisions/0005-encoder.md compares engines.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from enrich._encoder.weights import Floats, Weights

ROWS_AT_ONCE = 16384
_LARGEST = 127


def write_network(weights: Weights, folder: Path, progress: Callable[[float], None]) -> None:
    """model.bin, config.json and vocabulary.json of CTranslate2 in `folder`; `progress` gets the share done, 0-1."""
    from ctranslate2 import specs  # noqa: PLC0415 - needed once a machine, costs a tenth of a second

    shape = weights.shape
    encoder = specs.TransformerEncoderSpec(
        shape.layers,
        shape.heads,
        pre_norm=False,
        activation=specs.Activation.GELU,
        layernorm_embedding=True,
    )
    model = specs.TransformerEncoderModelSpec(encoder)
    encoder.scale_embeddings = False
    _words(encoder.embeddings[0], weights, lambda share: progress(share * 0.7))
    # One token type only: its row is added to every position instead of being looked up.
    positions = weights.row("emb.pos").reshape(-1, shape.width) + weights.row("emb.type")[: shape.width]
    encoder.position_encodings.encodings = positions
    _norm(encoder.layernorm_embedding, weights, "emb.ln")
    for place, layer in enumerate(encoder.layer):
        _layer(layer, weights, f"l{place}")
        progress(0.7 + 0.2 * (place + 1) / shape.layers)
    model.register_vocabulary([str(place) for place in range(shape.pieces)])
    model.config.unk_token = "0"  # noqa: S105 - a piece of text, no password
    model.config.layer_norm_epsilon = shape.epsilon
    model.validate()
    model.save(str(folder))
    _shorten_vocabulary(folder)
    progress(1.0)


def _words(spec: Any, weights: Weights, progress: Callable[[float], None]) -> None:  # specs carry no types
    """The word table, in stretches: as float32 it would take 384 MB."""
    shape = weights.shape
    table = np.empty((shape.pieces, shape.width), dtype=np.int8)
    scales = np.empty(shape.pieces, dtype=np.float32)
    for start in range(0, shape.pieces, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, shape.pieces)
        table[start:stop], scales[start:stop] = _int8(weights.matrix("emb.word", shape.width, start=start, stop=stop))
        progress(stop / shape.pieces)
    spec.weight, spec.weight_scale = table, scales


def _layer(spec: Any, weights: Weights, prefix: str) -> None:
    shape = weights.shape
    attention, forward = spec.self_attention, spec.ffn
    _linear(attention.linear[0], weights, [f"{prefix}.q", f"{prefix}.k", f"{prefix}.v"], shape.width)
    _linear(attention.linear[1], weights, [f"{prefix}.ao"], shape.width)
    _norm(attention.layer_norm, weights, f"{prefix}.aln")
    _linear(forward.linear_0, weights, [f"{prefix}.fi"], shape.width)
    _linear(forward.linear_1, weights, [f"{prefix}.fo"], shape.inner)
    _norm(forward.layer_norm, weights, f"{prefix}.oln")


def _linear(spec: Any, weights: Weights, names: list[str], columns: int) -> None:
    matrix = np.concatenate([weights.matrix(f"{name}.w", columns) for name in names])
    spec.weight, spec.weight_scale = _int8(matrix)
    spec.bias = np.concatenate([weights.row(f"{name}.b") for name in names])


def _norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights.row(f"{name}.w"), weights.row(f"{name}.b")


def _int8(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """(values, scales) with value = original * scale of its row, as CTranslate2 wants it."""
    largest = np.abs(matrix).max(axis=1)
    scales = (_LARGEST / np.where(largest > 0, largest, _LARGEST)).astype(np.float32)
    return np.rint(matrix * scales[:, None]).astype(np.int8), scales


def _shorten_vocabulary(folder: Path) -> None:
    """The encoder is fed ids and never looks a piece up; a full list of pieces would be held in memory for nothing."""
    (folder / "vocabulary.json").write_text(json.dumps(["0"]), encoding="utf-8")
