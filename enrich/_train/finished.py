"""What a training has finished, in files: one that was ended goes on after the last of it."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
import numpy.typing as npt

from enrich._train.states import States
from enrich._train.top import Tree


class Finished:
    """Files of a folder, each named by a hash of what it was made from: data, plan and what it began with, not the code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def tree(self, name: str, begun: Tree, made_from: bytes, make: Callable[[], Tree]) -> Tree:
        """What `make` gives: a tree of the shape of `begun`, with which it begins."""
        leaves, shape = jax.tree.flatten(begun)
        made_from += b"".join(np.asarray(leaf).tobytes() for leaf in leaves)
        return jax.tree.unflatten(shape, self._arrays(name, made_from, lambda: jax.tree.leaves(make())))

    def states(self, name: str, texts: Sequence[str], make: Callable[[Sequence[str]], States]) -> States:
        """What `make` gives of those texts."""

        def arrays() -> list[npt.ArrayLike]:
            made = make(texts)
            return [made.states, made.starts, made.pools]

        return States(*self._arrays(name, "\0".join(texts).encode(), arrays))

    def _arrays(
        self, name: str, made_from: bytes, make: Callable[[], Sequence[npt.ArrayLike]]
    ) -> list[npt.NDArray[Any]]:
        path = self._folder / f"{name}-{hashlib.sha256(made_from).hexdigest()[:16]}.npz"
        if not path.exists():
            partly = path.with_suffix(".partly")
            with partly.open("wb") as file:
                np.savez(file, *make())
            partly.rename(path)
        with np.load(path) as read:
            return [read[f"arr_{place}"] for place in range(len(read.files))]
