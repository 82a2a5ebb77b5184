"""What tuning changed: carried in a byte a number, added to the base weights, a damaged file is a sentence."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import Stop
from enrich._encoder import delta, sources
from enrich._encoder.delta import packed, read_delta
from enrich._encoder.weights import Weights, read_weights


@pytest.fixture(scope="module")
def weights() -> Weights:
    return read_weights(sources.read(sources.WEIGHTS))


def test_what_is_packed_comes_back_within_half_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "DELTA", tmp_path / "top.npz")
    values = {"a.w": np.random.default_rng(1).normal(size=(8, 32)).astype(np.float32), "a.b": np.zeros(4, np.float32)}
    np.savez_compressed(delta.DELTA, **packed(values))
    found = read_delta()
    assert found.keys() == values.keys()
    assert not found["a.b"].any()
    assert (np.abs(found["a.w"] - values["a.w"]) <= np.abs(values["a.w"]).max(axis=1, keepdims=True) / 250).all()


def test_the_shipped_one_changes_the_top_alone_and_fits(weights: Weights) -> None:
    found = read_delta()
    assert {name.split(".")[0] for name in found} == {f"l{place}" for place in range(6, 12)}
    tuned = Weights(weights.shape, weights.tensors, found)
    base, changed = (one.matrix("l10.fi.w", weights.shape.width) for one in (weights, tuned))
    assert 0 < np.abs(changed - base).max() < np.abs(base).max()
    assert np.array_equal(tuned.matrix("l10.fi.w", weights.shape.width, start=3, stop=5), changed[3:5])
    assert np.array_equal(tuned.row("l10.fi.b"), weights.row("l10.fi.b") + found["l10.fi.b"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_damaged_one_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(delta, "DELTA", tmp_path / "top.npz")
    delta.DELTA.write_bytes(content)
    with pytest.raises(Stop, match=r"top\.npz cannot be read"):
        read_delta()
