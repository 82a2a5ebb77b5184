"""Which files of a model are read, chosen from what a folder or a repository of the hub holds. Nothing pickled is."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from core.errors import Stop
from core.settings import nearest

CONFIGURATION = "config.json"
TOKENIZER = "tokenizer.json"
BESIDE = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
"""Read where they are there: how long a text may be, and which pieces are special."""

GRAPHS = ("onnx/model_quantized.onnx", "onnx/model.onnx", "model_quantized.onnx", "model.onnx")
"""Looked for in this order."""
GRAPH_DATA = ("_data", ".data")
"""What the name of a graph ends with further where its weights lie in a file beside it."""

WEIGHTS = "model.safetensors"


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """Names below the model's folder. One of `graph` and `weights` is there; `names` are all that are read."""

    graph: str | None
    weights: str | None
    names: tuple[str, ...]


def choose(names: Collection[str], where: str, graph: str | None = None) -> Files:
    """Of these files, those to read; `graph` is the one asked for. Raises Stop with a sentence that names what is missing."""
    for name in (CONFIGURATION, TOKENIZER):
        if name not in names:
            raise Stop(f"The model {where} has no {name}: a model needs {CONFIGURATION}, {TOKENIZER} and onnx/*.onnx.")
    there = sorted(name for name in names if name.endswith(".onnx"))
    if graph is not None and graph not in there:
        hint = nearest(graph, there) if there else "it has none at all"
        raise Stop(f"The model {where} has no ONNX graph {graph}; {hint}.")
    found = graph or next((name for name in GRAPHS if name in there), None)
    if found is None and there:
        raise Stop(
            f"The model {where} has several ONNX graphs and none of the usual names; set graph: {', '.join(there)}."
        )
    if found is None and WEIGHTS not in names:
        raise Stop(
            f"The model {where} has neither an ONNX graph (onnx/model.onnx) nor {WEIGHTS}; nothing else is read."
        )
    weights = None if found else WEIGHTS
    network = [name for name in names if name in {weights, found, *(f"{found}{end}" for end in GRAPH_DATA)}]
    beside = [name for name in BESIDE if name in names]
    return Files(graph=found, weights=weights, names=(CONFIGURATION, TOKENIZER, *beside, *sorted(network)))


def in_folder(folder: Path) -> list[str]:
    """Names of the files of a model in that folder: itself and the folder onnx/. Raises Stop where there is no such folder."""
    if not folder.is_dir():
        raise Stop(f"There is no folder {folder} for the model.")
    found = [*folder.iterdir(), *(folder / "onnx").glob("*")]
    return [path.relative_to(folder).as_posix() for path in found if path.is_file()]
