"""The network itself, one text a run: tokens in, logits out.

One text a run and no padding, several runs at once: the int8 graphs take one scale for a whole batch, so that a text's logits
would depend on its batch mates, and a finding would change on replay.
"""

from collections.abc import Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.errors import Stop
from enrich._transformers.tokens import sentence

Floats = npt.NDArray[np.float32]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
LOGITS = "logits"


class Network(Protocol):
    """Logits (labels,) of one text's tokens. Thread-safe; one core a call. Raises whatever the engine does."""

    def __call__(self, tokens: Mapping[str, Sequence[int]]) -> Floats: ...


class Graph:
    """An ONNX graph. Raises Stop where it cannot be read, or asks for other inputs than a text gives."""

    def __init__(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - of an extra

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 4  # what is wrong is said in the error
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # whatever a file of anyone's makes of the library
            raise Stop(f"{path} cannot be read as an ONNX graph: {sentence(error)}.") from error
        self._types = {one.name: _whole_number(one.type) for one in self._session.get_inputs()}
        other = sorted(set(self._types) - set(INPUTS))
        if other:
            raise Stop(f"{path} asks for {', '.join(other)}; of a text it can be given {', '.join(INPUTS)}.")
        outputs = [one.name for one in self._session.get_outputs()]
        self._output = LOGITS if LOGITS in outputs else outputs[0]

    def __call__(self, tokens: Mapping[str, Sequence[int]]) -> Floats:
        feed = {name: np.array([tokens[name]], dtype=kind) for name, kind in self._types.items()}
        (logits,) = self._session.run([self._output], feed)
        answer: Floats = np.asarray(logits, dtype=np.float32)[0]
        return answer


class Weights:
    """The weights of a folder, through torch. Raises Stop where torch is not installed or they cannot be read."""

    def __init__(self, folder: Path, name: str) -> None:
        try:
            import torch  # noqa: PLC0415 - only where the user has installed it
        except ImportError as error:
            raise Stop(
                f"The model in {folder} has no ONNX graph, and {name} needs torch: pip install torch, or take a model with "
                "onnx/model.onnx."
            ) from error
        from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 - as above

        torch.set_num_threads(1)
        try:
            # Any: a class for each kind of network
            self._network: Any = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
            ).eval()
        except Exception as error:  # whatever a file of anyone's makes of the library
            raise Stop(f"{folder / name} cannot be read: {sentence(error)}.") from error
        self._torch = torch
        self._wanted = set(signature(self._network.forward).parameters)

    def __call__(self, tokens: Mapping[str, Sequence[int]]) -> Floats:
        given = {name: self._torch.tensor([ids]) for name, ids in tokens.items() if name in self._wanted}
        with self._torch.inference_mode():
            logits = self._network(**given).logits[0]
        return np.asarray(logits.float().numpy(), dtype=np.float32)


def _whole_number(kind: str) -> type[np.int32 | np.int64]:
    return np.int32 if kind == "tensor(int32)" else np.int64
