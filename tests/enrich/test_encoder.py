"""The encoder: reference vectors, independence of batch mates, odd input, a cache that mends itself."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import Stop
from enrich._encoder import DIMENSIONS, Encoder, build_model, pack, pack_all, sources, unpack
from enrich._encoder.build import is_whole
from enrich._encoder.pieces import MOST_TOKENS

TEXTS = [
    "de trein is weer te laat",
    "Best service ever 😀",
    "ok",
    "مرحبا بالعالم",
    "שלום עולם",
    "a much longer message that goes on about parcels, couriers, rain and the state of the box when it came",
]


def test_vectors_have_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_meaning_crosses_languages(encoder: Encoder) -> None:
    dutch, english, other = encoder.encode(["mijn pakket is te laat", "my parcel is late", "lekker weer vandaag"])
    assert dutch @ english > dutch @ other + 0.05


@pytest.mark.parametrize("mates", [["x"], ["lang verhaal over de trein " * 200], ["word " * n for n in range(1, 30)]])
def test_batch_mates_change_nothing(encoder: Encoder, mates: list[str]) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    beside = encoder.encode([*mates, *TEXTS, *mates])[len(mates) : len(mates) + len(TEXTS)]
    assert np.abs(alone - beside).max() < 1e-6


@pytest.mark.parametrize("length", [7, 16, 65, 129, 300])
def test_a_full_batch_of_any_length_changes_nothing(encoder: Encoder, length: int) -> None:
    texts = ["trein " * length + ending for ending in ("goed", "slecht", "laat", "?")]
    alone = encoder.encode(texts[:1])
    assert np.abs(encoder.encode(texts)[0] - alone[0]).max() < 1e-6


@pytest.mark.parametrize(
    "text",
    ["", " ", "😀🎉🚆", "x" * 50_000, "nee " * 12_500, "مرحبا " * 50, "\u200b\u200d\ufeff", "\x00", "a\u0301" * 3000],
)
def test_any_text_gets_a_vector(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode([text])
    assert np.isfinite(vectors).all()
    assert len(encoder.pieces.ids([text])[0]) <= MOST_TOKENS


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_words_keep_their_ids(encoder: Encoder) -> None:
    """As the reference tokenizer of the model gives them."""
    assert encoder.pieces.ids(["hello world"]) == [[0, 41, 1294, 12, 33600, 31, 8999, 2]]


def test_packed_vectors_stay_close(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    packed = pack_all(vectors)
    assert {len(value) for value in packed} == {4 + DIMENSIONS}
    assert (unpack(packed) * vectors).sum(axis=1).min() > 0.9998


def test_packing_one_equals_packing_all(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert [pack(vector) for vector in vectors] == pack_all(vectors)


def test_a_zero_vector_survives_packing() -> None:
    assert not unpack([pack(np.zeros(DIMENSIONS, dtype=np.float32))]).any()


def test_vectors_cut_short_are_refused() -> None:
    with pytest.raises(ValueError, match="cut short"):
        unpack([b"\x00" * 388, b"\x00" * 387])


def test_a_built_model_is_found_again(model_folder: Path) -> None:
    seen: list[float] = []
    assert build_model(model_folder.parent, progress=lambda share, _: seen.append(share)) == model_folder
    assert seen == [1.0]


def test_a_damaged_model_is_built_again(model_folder: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    model = Path(shutil.copytree(model_folder, tmp_path / model_folder.name))
    with (model / "model.bin").open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"damaged")
    assert not is_whole(model)
    assert is_whole(build_model(tmp_path, progress=lambda share, _: shares.append(share)))
    assert shares == sorted(shares)
    assert [path.name for path in tmp_path.iterdir()] == [model.name]


def test_a_model_that_answers_otherwise_is_refused(model_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(model_folder, tmp_path / "model"))
    with (copy / "model.bin").open("r+b") as file:
        file.seek(97_100_000)
        file.write(bytes(range(256)) * 1_000)
    with pytest.raises(Stop, match="does not answer as it should"):
        Encoder(copy)


def test_a_model_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"short")
    with pytest.raises(Stop, match="cannot be opened"):
        Encoder(tmp_path)


def test_a_missing_package_is_a_sentence() -> None:
    with pytest.raises(Stop, match=r"the package no-such-package, which carries weights\.bin, is not installed"):
        sources.read(sources.Source("no-such-package", "no/weights.bin", ""))


def test_another_release_of_a_package_is_a_sentence() -> None:
    with pytest.raises(Stop, match="not the file this release expects"):
        sources.read(sources.Source("numpy", "numpy/__init__.py", "0" * 64))


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Stop, match="cannot be built in"):
        build_model(tmp_path / "file")
