"""Opens a model: its files found or fetched, read, and tried on one text, so that what is wrong shows before the first message."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from core.errors import Misconfigured, Stop
from enrich._transformers import files, hub
from enrich._transformers.classifier import Classifier
from enrich._transformers.labels import Labels, mapped, stated
from enrich._transformers.network import Graph, Network, Weights
from enrich._transformers.tokens import Tokenizer, read_configuration, sentence

USE = "transformers"
SEVERAL = "multi_label_classification"
ONE = "single_label_classification"
TRIED = "klankbord"


class Wanted(Protocol):
    """What is configured: see enrich/transformers.py."""

    @property
    def model(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def graph(self) -> str | None: ...
    @property
    def least(self) -> float | None: ...
    @property
    def most_tokens(self) -> int | None: ...
    @property
    def folder(self) -> Path: ...


def open_classifier(wanted: Wanted, report: Callable[[str], None]) -> Classifier:
    """The classifier. Raises Stop with a sentence that names the file, Misconfigured for labels that are mapped wrongly."""
    folder = _folder(wanted, report)
    found = files.choose(files.in_folder(folder), str(folder), wanted.graph)
    configuration = read_configuration(folder)
    labels, several = _labels(wanted, folder, configuration), _several(folder, configuration)
    tokenizer = Tokenizer(folder, configuration, wanted.most_tokens)
    network: Network = Graph(folder / found.graph) if found.graph else Weights(folder, found.weights or "")
    _try(network, tokenizer, len(labels.of), folder / (found.graph or found.weights or ""))
    usual = 0.5 if several else 0.0
    return Classifier(
        wanted.finding,
        f"{wanted.model.rstrip('/').rpartition('/')[2]}-{_version(folder, found)}",
        tokenizer,
        network,
        labels,
        several=several,
        least=usual if wanted.least is None else wanted.least,
    )


def _folder(wanted: Wanted, report: Callable[[str], None]) -> Path:
    """A folder of that name, or else what the hub has under it. What looks like a path is never asked of the hub."""
    here = wanted.folder / Path(wanted.model).expanduser()
    if here.is_dir() or wanted.model.startswith((".", "/", "~")):
        return here
    return hub.fetch(wanted.model, wanted.revision, wanted.graph, report)


def _labels(wanted: Wanted, folder: Path, configuration: Any) -> Labels:
    try:
        model = stated(configuration)
    except ValueError as error:
        raise Stop(f"{folder / files.CONFIGURATION} does not say what its labels are: {error}.") from error
    labels, mistakes = mapped(wanted.finding, model, wanted.labels)
    if mistakes:
        raise Misconfigured([f"{USE}: {mistake}" for mistake in mistakes])
    return labels


def _several(folder: Path, configuration: Any) -> bool:
    """Whether each label has a probability of its own. As transformers' own pipeline does, a lone label is taken so too."""
    kind = configuration.problem_type or (ONE if len(configuration.id2label) > 1 else SEVERAL)
    if kind not in {ONE, SEVERAL}:
        raise Stop(f"{folder / files.CONFIGURATION} says problem_type {kind}; read are {ONE} and {SEVERAL}.")
    return bool(kind == SEVERAL)


def _try(network: Network, tokenizer: Tokenizer, labels: int, path: Path) -> None:
    (tokens,) = tokenizer([TRIED])
    try:
        shape = network(tokens.inputs).shape
    except Exception as error:  # whatever the engine says of a network of anyone's
        raise Stop(f"{path} does not answer: {sentence(error)}.") from error
    if shape != (labels,):
        raise Stop(f"{path} gives {shape} numbers a text, and {files.CONFIGURATION} names {labels} labels.")


def _version(folder: Path, found: files.Files) -> str:
    """Eight hex digits for what was read: part of every finding's model."""
    whole = hashlib.sha256()
    for name in found.names:
        with (folder / name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:8]
