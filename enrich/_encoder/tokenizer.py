"""Turns the vocabulary as tokenizer.json holds it into a sentencepiece model, which keeps it in a fifth of the memory.

The model is a protocol buffer of three messages (sentencepiece_model.proto): pieces (1), trainer_spec (2),
normalizer_spec (3). Only the fields needed to tokenise are written.
"""

import base64
import struct
from typing import Any

import msgspec

NORMAL, UNKNOWN, CONTROL = 1, 2, 3
_VARINT, _BYTES, _FLOAT = 0, 2, 5  # wire types
_UNIGRAM = 1


def sentencepiece_model(tokenizer_json: bytes) -> bytes:
    """The serialised model; a piece's id is its place in tokenizer.json."""
    tokenizer: dict[str, Any] = msgspec.json.decode(tokenizer_json)  # a foreign document: only what is used is named
    special = {token["id"] for token in tokenizer["added_tokens"] if token["special"]}
    unknown = tokenizer["model"]["unk_id"]
    pieces = [
        _piece(text, score, UNKNOWN if place == unknown else CONTROL if place in special else NORMAL)
        for place, (text, score) in enumerate(tokenizer["model"]["vocab"])
    ]
    charsmap = base64.b64decode(tokenizer["normalizer"]["normalizers"][0]["precompiled_charsmap"])
    return b"".join(pieces) + _message(2, _trainer(unknown)) + _message(3, _normalizer(charsmap))


def _piece(text: str, score: float, kind: int) -> bytes:
    body = _message(1, text.encode()) + _key(2, _FLOAT) + struct.pack("<f", score)
    return _message(1, body if kind == NORMAL else body + _number(3, kind))


def _trainer(unknown: int) -> bytes:
    """model_type, then unk_id, bos_id, eos_id, pad_id: the places XLM-RoBERTa gives them."""
    ids = {40: unknown, 41: 0, 42: 2, 43: 1}
    return _number(3, _UNIGRAM) + b"".join(_number(field, value) for field, value in ids.items())


def _normalizer(charsmap: bytes) -> bytes:
    """Named after the map; adds a dummy prefix, removes extra white space, writes a space as U+2581."""
    return _message(1, b"nmt_nfkc") + _message(2, charsmap) + _number(3, 1) + _number(4, 1) + _number(5, 1)


def _message(field: int, body: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(body)) + body


def _number(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _varint(value)


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _varint(value: int) -> bytes:
    """Base-128, least significant group first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
