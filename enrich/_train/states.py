"""What the untuned encoder makes of texts: the states below its top and its mean pool, from the int8 engine that serves."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from enrich._encoder import DIMENSIONS
from enrich._encoder.forward import Network
from enrich._encoder.network import write_network
from enrich._encoder.vector import Floats
from enrich._encoder.weights import Weights

LOWER = 6
"""Layers that stay as they are."""
MOST_TOKENS = 96
"""Longer texts are cut: one in fifty, and much of the time."""

Halves = npt.NDArray[np.float16]
Numbers = npt.NDArray[np.int64]


class States(msgspec.Struct, frozen=True):
    """Of n texts: states of all tokens in a row (tokens, width), text i at [starts[i], starts[i + 1]); and what the mean pool
    of the last states is to be (n, width), of unit length.
    """

    states: Halves
    starts: Numbers
    pools: Floats

    @property
    def lengths(self) -> Numbers:
        """Tokens of each text."""
        return np.diff(self.starts)

    def padded(self, places: Sequence[int], length: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """(n, length, width) of these texts, and where there is a token (n, length)."""
        states = np.zeros((len(places), length, self.states.shape[1]), dtype=np.float32)
        there = np.zeros((len(places), length), dtype=bool)
        for row, place in enumerate(places):
            own = self.states[self.starts[place] : self.starts[place + 1]]
            states[row, : len(own)], there[row, : len(own)] = own, True
        return states, there


def states_of(ids: Sequence[list[int]], network: Network) -> States:
    """The network's last states of these texts, each with its end where it is cut, and their mean pools."""
    cut = [own if len(own) <= MOST_TOKENS else [*own[: MOST_TOKENS - 1], own[-1]] for own in ids]
    starts = np.concatenate([[0], np.cumsum([len(own) for own in cut])]).astype(np.int64)
    kept = np.zeros((starts[-1], DIMENSIONS), dtype=np.float16)
    pools = np.zeros((len(cut), DIMENSIONS), dtype=np.float32)

    def keep(place: int, states: Floats) -> None:
        kept[starts[place] : starts[place + 1]] = states
        pools[place] = states.mean(axis=0)

    network.forward(cut, keep)
    return States(kept, starts, pools / np.linalg.norm(pools, axis=1, keepdims=True))


class Untuned:
    """The encoder before tuning, whole and without its top."""

    def __init__(self, whole: Network, lower: Network) -> None:
        self._whole, self._lower = whole, lower

    def states(self, ids: Sequence[list[int]]) -> States:
        """The states below the top, with the mean pools of the last ones."""
        return replace(states_of(ids, self._lower), pools=states_of(ids, self._whole).pools)


@contextmanager
def untuned(weights: Weights, *, threads: int) -> Iterator[Untuned]:
    """Of the base weights."""
    lower = replace(weights, shape=replace(weights.shape, layers=LOWER))
    with built(weights, threads=threads) as whole, built(lower, threads=threads) as below:
        yield Untuned(whole, below)


@contextmanager
def built(weights: Weights, *, threads: int) -> Iterator[Network]:
    """The network of these weights, built anew in seconds in a folder that goes."""
    with tempfile.TemporaryDirectory() as folder:
        write_network(weights, Path(folder), lambda _: None)
        network = Network(Path(folder), threads=threads)
        try:
            yield network
        finally:
            network.close()
