"""The real encoder, built once a machine in the project's cache folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enrich._encoder import Encoder, build_model

CACHE = Path(__file__).parents[2] / ".cache" / "klankbord"


@pytest.fixture(scope="session")
def model_folder() -> Path:
    return build_model(CACHE)


@pytest.fixture(scope="session")
def encoder(model_folder: Path) -> Iterator[Encoder]:
    with Encoder(model_folder) as opened:
        yield opened
