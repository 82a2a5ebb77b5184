"""A simulated week with planted bursts, followed message by message: how soon each is told, and what else is."""

from collections.abc import Sequence

import numpy as np

from bench._said import HOUR, Said
from enrich._corpus import load_corpus
from enrich._ordinary import Ordinary
from picture.clusters import SEEDS, Clusters
from picture.remembered import Heard

BETWEEN = SEEDS // 2
"""Ordinary messages after which is asked once more."""


class Week:
    """Follows what was said from the hour `since` on, after all before it; asked after each message of a burst.

    found  by burst, how many of its messages were heard when it was first told
    false  the ids of topics of which most messages were of no burst
    """

    def __init__(self, said: Sequence[Said], since: int) -> None:
        self._said = sorted(said, key=lambda one: one.at)
        self._clusters, self._ordinary = Clusters(), Ordinary(load_corpus())
        self.found: dict[int, int] = {}
        self.false: set[str] = set()
        before = [one for one in self._said if one.at < since * HOUR]
        self._ordinary.learn(np.stack([one.vector for one in before]), [one.language for one in before])
        self._take(before, 0)
        self._clusters.risen()
        self._follow(len(before))

    def _follow(self, since: int) -> None:
        heard: dict[int, int] = {}
        for place in range(since, len(self._said)):
            one = self._said[place]
            self._take([one], place)
            if one.burst >= 0:
                heard[one.burst] = heard.get(one.burst, 0) + 1
            if one.burst >= 0 or place % BETWEEN == 0:
                self._look(heard)

    def _take(self, said: Sequence[Said], place: int) -> None:
        vectors, languages = np.stack([one.vector for one in said]), [one.language for one in said]
        self._ordinary.learn(vectors, languages)
        heard = [
            Heard(str(place + n), one.author, int(one.at // HOUR), True, hash(one.vector.tobytes()))
            for n, one in enumerate(said)
        ]
        self._clusters.add(heard, self._ordinary.seen(vectors, languages))

    def _look(self, heard: dict[int, int]) -> None:
        for risen in self._clusters.risen():
            bursts = [self._said[int(member.mention)].burst for member in risen.members]
            burst = max(set(bursts), key=bursts.count)
            if burst >= 0:
                self.found.setdefault(burst, heard[burst])
            else:
                self.false.add(risen.id)
