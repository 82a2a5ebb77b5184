"""Texts to findings: tokens, the network on every core, softmax or sigmoid, the labels' names here."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from core.errors import Reject
from core.ports import Passage
from core.types import Finding
from enrich._cores import usable_cores
from enrich._normalise import MOST_CHARACTERS
from enrich._transformers.labels import Labels
from enrich._transformers.network import Floats, Network
from enrich._transformers.tokens import Tokenizer, Tokens, sentence

Scores = npt.NDArray[np.float64]


class Classifier:
    """An enricher that gives what a network says of a text; nothing where there is no text.

    several  each label has a probability of its own (sigmoid), and each of at least `least` is given, most probable first;
             else they share one (softmax), and the most probable is given. Labels are empty where none reaches `least`.
    """

    needs_vector = False

    def __init__(
        self,
        name: str,
        model: str,
        tokenizer: Tokenizer,
        network: Network,
        labels: Labels,
        *,
        several: bool,
        least: float,
    ) -> None:
        self.name, self._model = name, model
        self.classes = labels.names
        self._tokenizer, self._network, self._labels = tokenizer, network, labels
        self._several, self._least = several, least
        self._pool = ThreadPoolExecutor(usable_cores(), thread_name_prefix=name)

    def reads(self, passage: Passage) -> str:
        """The text alone."""
        return passage.text

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage. Raises Reject where the network fails on a text."""
        texts = list(dict.fromkeys(passage.text for passage in batch if passage.text))
        found = dict(zip(texts, self._pool.map(self._of, texts, self._tokenizer(texts)), strict=True)) if texts else {}
        return [found.get(passage.text) for passage in batch]

    def close(self) -> None:
        """Wait for what runs."""
        self._pool.shutdown()

    def _of(self, text: str, tokens: Tokens) -> Finding:
        scores = self._scores(self._run(tokens))
        places = sorted(range(len(scores)), key=lambda place: -scores[place])[: None if self._several else 1]
        chosen = [place for place in places if scores[place] >= self._least]
        return Finding(
            name=self.name,
            model=self._model,
            labels=tuple(self._labels.names[place] for place in chosen),
            confidence=scores[chosen[0]] if chosen else None,
            scores=dict(zip(self._labels.names, scores, strict=True)),
            truncated=tokens.truncated or len(text) >= MOST_CHARACTERS,
        )

    def _run(self, tokens: Tokens) -> Floats:
        try:
            logits = self._network(tokens.inputs)
        except Exception as error:  # whatever the engine makes of an input: that text alone is set aside
            raise Reject(
                f"{self.name}: the model {self._model} fails on this text: {sentence(error)}", reason="model"
            ) from error
        if not np.isfinite(logits).all():
            raise Reject(f"{self.name}: the model {self._model} gives no number for this text", reason="model")
        return logits

    def _scores(self, logits: Floats) -> list[float]:
        """Probability of each of our labels. Labels that share a name: the sum, or the greatest where each has its own."""
        own = sigmoid(logits) if self._several else softmax(logits)
        join = np.maximum if self._several else np.add
        joined = np.zeros(len(self._labels.names))
        join.at(joined, list(self._labels.of), own)
        return [float(one) for one in np.minimum(joined, 1.0).round(4)]


def softmax(logits: Floats) -> Scores:
    raised = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(raised / raised.sum(), dtype=np.float64)


def sigmoid(logits: Floats) -> Scores:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -500, 500))), dtype=np.float64)
