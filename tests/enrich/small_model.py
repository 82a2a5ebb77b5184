"""Small real classifiers in the form of the hub, made on the spot: a word's row of numbers, averaged over the text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS: Mapping[str, tuple[float, float, float]] = {
    "slecht": (9, 0, 0),
    "traag": (6, 0, 0),
    "open": (0, 9, 0),
    "goed": (0, 0, 9),
    "mooi": (0, 0, 6),
    "klankbord": (0, 1, 0),
}
MODEL_LABELS = ("LABEL_0", "LABEL_1", "LABEL_2")
NAMED = {"LABEL_0": "negative", "LABEL_1": "neutral", "LABEL_2": "positive"}


def make_model(
    folder: Path, *, labels: Sequence[str] = MODEL_LABELS, inputs: Sequence[str] = (), **stated: object
) -> Path:
    """config.json with what is `stated`, tokenizer.json and onnx/model.onnx, which asks for `inputs` beside the ids."""
    (folder / "onnx").mkdir(parents=True)
    config = {"model_type": "bert", "id2label": dict(enumerate(labels)), "max_position_embeddings": 34, **stated}
    (folder / "config.json").write_text(json.dumps(config))
    _tokenizer().save(str(folder / "tokenizer.json"))
    onnx.save(graph(("input_ids", *inputs)), folder / "onnx/model.onnx")
    return folder


def _tokenizer() -> Tokenizer:
    made = Tokenizer(
        models.WordLevel({word: place for place, word in enumerate((*SPECIAL, *WORDS))}, unk_token="[UNK]")
    )
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def graph(inputs: Sequence[str], *, kind: int = TensorProto.INT64) -> onnx.ModelProto:
    """The mean of the tokens' rows, in int8 with one scale for whatever runs together, as dynamic quantisation makes them.

    Each further input adds a millionth of itself, so that a graph that asks for it has to be given it.
    """
    table = np.array([*[(0, 0, 0)] * len(SPECIAL), *WORDS.values()], dtype=np.float32)
    table[1] = (0.123, 0.456, 0.789)
    steps = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("DynamicQuantizeLinear", ["rows"], ["whole", "scale", "zero"]),
        helper.make_node("DequantizeLinear", ["whole", "scale", "zero"], ["rounded"]),
        helper.make_node("ReduceMean", ["rounded"], ["mean" if len(inputs) > 1 else "logits"], axes=[1], keepdims=0),
    ]
    more = [f"{name} as float" for name in inputs[1:]]
    if more:
        steps += [
            *(helper.make_node("Cast", [f], [t], to=TensorProto.FLOAT) for f, t in zip(inputs[1:], more, strict=True)),
            helper.make_node("Sum", more, ["more"]),
            helper.make_node("ReduceMean", ["more"], ["middle"], axes=[1], keepdims=1),
            helper.make_node("Mul", ["middle", "little"], ["tiny"]),
            helper.make_node("Add", ["mean", "tiny"], ["logits"]),
        ]
    made = helper.make_graph(
        steps,
        "small",
        [helper.make_tensor_value_info(name, kind, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", 3])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.float32(1e-6).reshape(1), "little")],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
