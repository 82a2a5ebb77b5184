"""The encoder beside the usual way to run such a model: its plain ONNX graph, quantised by ONNX Runtime's own tool.

Both get the same tokens in the same batches on the same cores, in turns, and their vectors are compared.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import quantize_dynamic

from bench.encoder import BATCH, CACHE, TEXTS, sample
from enrich._encoder import DIMENSIONS, Encoder, build_model
from enrich._encoder.build import tuned_weights
from enrich._encoder.forward import batches
from enrich._encoder.weights import Floats, Weights
from enrich._normalise import normalise

NAMES = ("encoder_over_onnx_plain",)
LEAST_LIKENESS = 0.99
"""Mean cosine between the two: with less they would not compute the same."""
BOUND = 1.1
MASKED = -10_000.0


class Plain:
    """The network as an exporter writes it, node by node: states (texts, tokens, 384) of ids and mask."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self._shape = weights, weights.shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        states = self._embedded()
        mask = self._masked()
        for place in range(self._shape.layers):
            states = self._layer(states, mask, f"l{place}")
        self._node("Identity", [states], "states")
        numbers = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("ids", "mask")
        ]
        given = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", self._shape.width])
        graph = helper.make_graph(self._nodes, "encoder", numbers, [given], self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def _embedded(self) -> str:
        width = self._shape.width
        words = self._node("Gather", [self._constant("words", self._weights.matrix("emb.word", width)), "ids"])
        positions = self._weights.row("emb.pos").reshape(-1, width) + self._weights.row("emb.type")[:width]
        tokens = self._node("Gather", [self._node("Shape", ["ids"]), self._whole("second", 1)], axis=0)
        steps = self._node("Range", [self._whole("none", 0), tokens, self._whole("one", 1)])
        placed = self._node("Gather", [self._constant("positions", positions), steps])
        return self._norm(self._node("Add", [words, placed]), "emb.ln")

    def _masked(self) -> str:
        """Added to each score: nothing where there is a token, much less than nothing where there is padding."""
        seen = self._node("Cast", ["mask"], to=TensorProto.FLOAT)
        spread = self._node("Unsqueeze", [seen, self._constant("axes", np.array([1, 2], dtype=np.int64))])
        hidden = self._node("Sub", [self._number("whole", 1), spread])
        return self._node("Mul", [hidden, self._number("masked", MASKED)])

    def _layer(self, states: str, mask: str, prefix: str) -> str:
        attended = self._linear(self._attention(states, mask, prefix), f"{prefix}.ao", self._shape.width)
        states = self._norm(self._node("Add", [attended, states]), f"{prefix}.aln")
        inner = self._gelu(self._linear(states, f"{prefix}.fi", self._shape.width))
        forward = self._linear(inner, f"{prefix}.fo", self._shape.inner)
        return self._norm(self._node("Add", [forward, states]), f"{prefix}.oln")

    def _attention(self, states: str, mask: str, prefix: str) -> str:
        size = self._shape.width // self._shape.heads
        parts = self._constant("parts", np.array([0, 0, self._shape.heads, size], dtype=np.int64))
        turned = {
            name: self._node(
                "Transpose",
                [self._node("Reshape", [self._linear(states, f"{prefix}.{name}", self._shape.width), parts])],
                perm=[0, 2, 3, 1] if name == "k" else [0, 2, 1, 3],
            )
            for name in "qkv"
        }
        scores = self._node("Div", [self._node("MatMul", [turned["q"], turned["k"]]), self._number("root", sqrt(size))])
        shares = self._node("Softmax", [self._node("Add", [scores, mask])], axis=-1)
        read = self._node("Transpose", [self._node("MatMul", [shares, turned["v"]])], perm=[0, 2, 1, 3])
        joined = self._constant("joined", np.array([0, 0, self._shape.width], dtype=np.int64))
        return self._node("Reshape", [read, joined])

    def _gelu(self, states: str) -> str:
        curved = self._node("Erf", [self._node("Div", [states, self._number("root two", sqrt(2))])])
        raised = self._node("Mul", [states, self._node("Add", [curved, self._number("whole", 1)])])
        return self._node("Mul", [raised, self._number("half", 0.5)])

    def _linear(self, states: str, name: str, columns: int) -> str:
        matrix = np.ascontiguousarray(self._weights.matrix(f"{name}.w", columns).T)
        multiplied = self._node("MatMul", [states, self._constant(f"{name}.w", matrix)])
        return self._node("Add", [multiplied, self._constant(f"{name}.b", self._weights.row(f"{name}.b"))])

    def _norm(self, states: str, name: str) -> str:
        scale, bias = (self._constant(f"{name}.{part}", self._weights.row(f"{name}.{part}")) for part in "wb")
        return self._node("LayerNormalization", [states, scale, bias], axis=-1, epsilon=self._shape.epsilon)

    def _node(self, kind: str, inputs: Sequence[str], output: str = "", **how: Any) -> str:
        output = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], output, **how))
        return output

    def _constant(self, name: str, values: Any) -> str:
        if all(constant.name != name for constant in self._constants):
            self._constants.append(numpy_helper.from_array(values, name))
        return name

    def _number(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, dtype=np.float32))

    def _whole(self, name: str, value: int) -> str:
        return self._constant(name, np.array(value, dtype=np.int64))


def quantised(folder: Path) -> Path:
    """The graph's file in that folder, in int8 with a scale a column: with one a matrix its vectors are too far off."""
    plain, small = folder / "model.onnx", folder / "model_quantized.onnx"
    onnx.save(Plain(tuned_weights()).model(), plain)
    quantize_dynamic(plain, small, per_channel=True)
    plain.unlink()
    return small


def opened(path: Path) -> onnxruntime.InferenceSession:
    """One thread a run, as the encoder has it; as many runs at once as there are cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def encoded(
    session: onnxruntime.InferenceSession, encoder: Encoder, pool: ThreadPoolExecutor, texts: Sequence[str]
) -> Floats:
    """Vectors of the texts as the encoder gives them, with its tokens and in its batches."""
    tokens = encoder.pieces.ids(texts)
    vectors = np.empty((len(tokens), DIMENSIONS), dtype=np.float32)

    def run(group: list[int]) -> None:
        longest = max(len(tokens[place]) for place in group)
        ids = np.ones((len(group), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, place in enumerate(group):
            ids[row, : len(tokens[place])] = tokens[place]
            mask[row, : len(tokens[place])] = 1
        (states,) = session.run(["states"], {"ids": ids, "mask": mask})
        pooled = (states * mask[..., None].astype(np.float32)).sum(axis=1)
        vectors[group] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    for _ in pool.map(run, batches([len(own) for own in tokens])):
        pass
    return vectors


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Messages a CPU-second of the encoder over those of the graph, median of rounds; each round has texts of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Encoder(build_model(CACHE)) as encoder,
        ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool,
    ):
        theirs = partial(encoded, opened(quantised(Path(folder))), encoder, pool)
        likeness = float((encoder.encode(sample(BATCH)) * theirs(sample(BATCH))).sum(axis=1).mean())
        ratios = []
        for place in range(1, rounds + 1):
            texts = [normalise(text) for text in sample(TEXTS, first=place * TEXTS)]
            ratios.append(_seconds(theirs, texts) / _seconds(encoder.encode, texts))
    workload = f"{TEXTS} distinct texts, batches of {BATCH}, {rounds} rounds in turns, mean cosine {likeness:.4f}"
    value = round(median(ratios), 3)
    return [
        {
            "name": NAMES[0],
            "value": value,
            "unit": "ratio",
            "bound": f">= {BOUND}",
            "holds": value >= BOUND and likeness >= LEAST_LIKENESS,
            "workload": workload,
        }
    ]


def _seconds(encode: Callable[[Sequence[str]], Floats], texts: Sequence[str]) -> float:
    """Seconds of CPU time for the texts."""
    before = time.process_time()
    for start in range(0, len(texts), BATCH):
        encode(texts[start : start + BATCH])
    return time.process_time() - before


if __name__ == "__main__":
    for row in run():
        print(row)
