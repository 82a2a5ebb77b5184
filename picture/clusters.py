"""Messages about the same thing, found among the latest, and how many voices each such cluster has in an hour.

Around each new message those near it are sought; where several are, the middle of them moves to where they lie closest, which
is a mode of their density (mean shift: Fukunaga and Hostetler, IEEE Trans. Inf. Theory 21, 1975, with a flat kernel on the
sphere). Directions are those of the encoder's vectors seen from the middle of ordinary messages, where messages about the
same thing lie together in whatever language. How many earlier messages lie near the same direction says what is usual.

What is counted are voices: in a day an account speaks once of a thing, and so does a text, however many pass it on or
change a word of it. Pure and without a clock: hours are counted since 1970 and come with the messages. The same messages and
questions give the same answers.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.emerging import Member, Risen
from picture.growth import LEAST, WINDOWS, Counts, Grown, grown, learned
from picture.remembered import LATEST, Floats, Heard, Remembered

HOURS = 28 * 24
"""How far counts reach back."""
DAY = 24
LONGEST = max(WINDOWS) + 1
NEAR = 0.22
"""Cosine to a message from which on another may be about the same thing."""
WITHIN = 0.27
"""Cosine to the middle of a cluster from which on a message is part of it."""
SHIFTS = 3
SAME = 0.95
"""Cosine of two texts from which on they are one, with a word or a number changed."""
ONE = 0.5
"""Cosine of two directions from which on they are one topic."""
SEEDS = 64
"""Messages around which is sought at once; the others have their turn the next time."""
TOLD = 10
"""Topics that are told at once, at most."""
TREND = 48
"""Hours that are told of each."""
LISTED = 200
"""Latest messages of a topic that are told."""
COMPARED = 32
"""Latest texts of a topic that the next one is compared with."""
PAST = 200
"""Topics that are known again when they emerge once more."""
TEXTS = 100_000
"""Texts that are known again within a day."""


Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


class Topic(NamedTuple):
    """What was told, to be known again by where it lies."""

    id: str
    direction: Floats


class Spoken(NamedTuple):
    """The rows of what was heard live near a direction, as they came, and which of them are voices."""

    rows: Rows
    voices: Flags


class Clusters:
    """Follows what is heard. `width` of the vectors, see Remembered; `past` are topics that emerged before, the latest last."""

    def __init__(self, width: int = 384, past: Sequence[Topic] = ()) -> None:
        self._kept = Remembered(width)
        self._heard_live, self._heard = [0] * HOURS, [0] * HOURS
        self._total = 0
        self._texts: dict[int, int] = {}
        self._unsought: deque[str] = deque(maxlen=LATEST)
        self._topics: list[Topic] = []
        self._past = list(past)
        self._hour = self._first = -1

    def add(self, heard: Sequence[Heard], vectors: Floats) -> None:
        """Take these in, one row of `vectors` each, in order. One that is known counts once; with another text it is moved."""
        for one, vector in zip(heard, vectors, strict=True):
            if (row := self._kept.row(one.mention)) is not None:
                if self._kept.change(row, one.text, vector):
                    self._unsought.append(one.mention)
                continue
            if one.hour <= self._hour - HOURS or self._copied(one):
                continue
            if one.hour > self._hour or one.hour < self._first:
                self.forward(one.hour)
            self._count(one, 1)
            self._kept.add(one, vector, self._total)
            if one.live:
                self._unsought.append(one.mention)

    def drop(self, *, mentions: Iterable[str] = (), authors: Iterable[str] = ()) -> bool:
        """These no longer count, as far as they are remembered; whether any was there."""
        gone = {mention for mention in mentions if self._kept.row(mention) is not None}
        if wanted := set(authors):
            gone |= {one.mention for one in self._kept.those(lambda one: one.author in wanted)}
        for mention in gone:
            self._count(self._kept.drop(mention), -1)
        return bool(gone)

    def gone(self, is_gone: Callable[[str], bool]) -> list[str]:
        """Those remembered of which that is true, or of whose author."""
        return [one.mention for one in self._kept.those(lambda one: is_gone(one.mention) or is_gone(one.author))]

    def forward(self, hour: int) -> None:
        """Let this hour be the running one, or an earlier one the first."""
        if self._hour < 0:
            self._hour = self._first = hour
        self._first = min(self._first, hour)
        for new in range(max(self._hour, hour - HOURS) + 1, hour + 1):
            self._total -= self._heard[new % HOURS]
            self._heard_live[new % HOURS] = self._heard[new % HOURS] = 0
        self._hour = max(self._hour, hour)

    @property
    def learned(self) -> float:
        """How much of what is needed to know what is normal was heard, 0 to 1."""
        nothing = np.zeros((0, HOURS))
        return learned(self._counts(nothing, nothing))

    def knows(self, topic: str, mentions: Iterable[str]) -> None:
        """What lies where these do keeps that id, as long as it emerges."""
        self._topics += self._lying(topic, mentions)

    def knew(self, topic: str, mentions: Iterable[str]) -> None:
        """What lies where these do emerged before under that id, and gets it again."""
        if topic not in {one.id for one in self._past}:
            self._past += self._lying(topic, mentions)

    @property
    def past(self) -> Sequence[Topic]:
        """What emerged, the latest last."""
        return self._past

    def _lying(self, topic: str, mentions: Iterable[str]) -> list[Topic]:
        rows = [row for mention in mentions if (row := self._kept.row(mention)) is not None]
        return [Topic(topic, _unit(self._kept.vectors[rows].sum(axis=0)[None])[0])] if rows else []

    def risen(self) -> list[Risen]:
        """The topics that emerge, by growth."""
        directions = self._sought() if self.learned == 1 else np.zeros((0, 1), dtype=np.float32)
        found: list[tuple[Topic, Risen]] = []
        refused: list[Floats] = []
        if len(directions):
            near = self._kept.vectors @ directions.T >= WITHIN
            every, live = self._hourly(near), self._hourly(near & self._window(LONGEST)[:, None])
            for one in grown(self._counts(live, every)):
                direction = directions[one.row]
                if _like(direction, [topic.direction for topic, _ in found], ONE) or _like(direction, refused, SAME):
                    continue
                spoken = self._spoken(near[:, one.row])
                voices = self._at(spoken.rows[spoken.voices])
                if stands := grown(self._counts(voices[None], every[one.row][None])):
                    taken = {topic.id for topic, _ in found}
                    found.append(self._told(direction, stands[0], spoken, every[one.row], taken))
                else:
                    refused.append(direction)
        self._topics = [topic for topic, _ in found]
        now = {topic.id for topic in self._topics}
        self._past = [*(topic for topic in self._past if topic.id not in now), *self._topics][-PAST:]
        return [risen for _, risen in found[:TOLD]]

    def _sought(self) -> Floats:
        """Where messages lie together around the next ones that were not looked at, and around what was told before."""
        chosen = [self._unsought.pop() for _ in range(min(SEEDS, len(self._unsought)))]
        rows = [row for mention in chosen if (row := self._kept.row(mention)) is not None]
        seeds = [*(topic.direction for topic in self._topics), *self._kept.vectors[rows]]
        if not seeds:
            return np.zeros((0, 1), dtype=np.float32)
        around = np.stack(seeds)
        return np.concatenate([self._modes(around, window + 1) for window in WINDOWS])

    def _modes(self, around: Floats, hours: int) -> Floats:
        """Middles of at least LEAST live messages of these hours, a row each; one that is in it pulls no nearer to itself."""
        vectors = self._kept.vectors[self._window(hours)]
        near = vectors @ around.T >= NEAR
        for _ in range(SHIFTS):
            near = _distinct(near[:, near.sum(axis=0) >= LEAST])
            sums = near.T.astype(np.float32) @ vectors
            likeness = vectors @ sums.T
            lengths = np.einsum("kd,kd->k", sums, sums) - near * (2 * likeness - 1)
            near = likeness - near >= WITHIN * np.sqrt(np.maximum(lengths, 1e-9))
        near = near[:, near.sum(axis=0) >= LEAST]
        return _unit(near.T.astype(np.float32) @ vectors)

    def _window(self, hours: int) -> Flags:
        kept = self._kept
        return np.asarray(kept.live & kept.latest & (kept.hours > self._hour - hours))

    def _spoken(self, near: Flags) -> Spoken:
        rows = np.flatnonzero(near & self._window(LONGEST))
        rows = rows[np.argsort(self._kept.came[rows])]
        authors: set[str] = set()
        texts = np.zeros((COMPARED, self._kept.vectors.shape[1]), dtype=np.float32)
        voices = np.zeros(len(rows), dtype=np.bool_)
        for place, row in enumerate(rows.tolist()):
            heard, vector = self._kept.heard[row], self._kept.vectors[row]
            if heard is None or heard.author in authors or (texts @ vector).max() >= SAME:
                continue
            texts[len(authors) % COMPARED] = vector
            authors.add(heard.author)
            voices[place] = True
        return Spoken(rows, voices)

    def _told(
        self, direction: Floats, grew: Grown, spoken: Spoken, every: Numbers, taken: Collection[str]
    ) -> tuple[Topic, Risen]:
        latest = self._kept.hours[spoken.rows] > self._hour - grew.hours
        members = [
            Member(one.mention, one.author, bool(voice))
            for row, voice in zip(spoken.rows[latest].tolist(), spoken.voices[latest].tolist(), strict=True)
            if (one := self._kept.heard[row]) is not None
        ]
        before = (topic for topic in (*self._topics, *reversed(self._past)) if topic.id not in taken)
        known = [topic.id for topic in before if _like(direction, [topic.direction], ONE)]
        name = known[0] if known else blake2b(members[0].mention.encode(), digest_size=8).hexdigest()
        return Topic(name, direction), Risen(
            id=name,
            members=tuple(members[-LISTED:]),
            voices=grew.voices,
            usual=grew.usual,
            hours=grew.hours,
            trend=tuple(round(count) for count in every[-TREND:].tolist()),
        )

    def _hourly(self, near: Flags) -> Numbers:
        """How many lie near each direction in each hour, a row each; what was sampled stands for all before."""
        kept = self._kept
        there = kept.hours > self._hour - HOURS
        before = there & ~kept.latest
        stands_for = max(1.0, (self._total - (there & kept.latest).sum()) / max(1, before.sum()))
        found = np.zeros((near.shape[1], HOURS))
        for place in range(near.shape[1]):
            rows = np.flatnonzero(near[:, place] & there)
            weights = np.where(kept.latest[rows], 1.0, stands_for)
            np.add.at(found[place], HOURS - 1 - (self._hour - kept.hours[rows]), weights)
        return found

    def _at(self, rows: Rows) -> Numbers:
        return np.bincount(HOURS - 1 - (self._hour - self._kept.hours[rows]), minlength=HOURS).astype(np.float64)

    def _counts(self, live: Numbers, every: Numbers) -> Counts:
        order = (self._hour + 1 + np.arange(HOURS)) % HOURS
        known = min(HOURS, self._hour - self._first + 1)
        return Counts(live, every, np.array(self._heard_live)[order], np.array(self._heard)[order], known)

    def _count(self, heard: Heard, by: int) -> None:
        if self._hour - HOURS < heard.hour <= self._hour:
            self._total += by
            self._heard[heard.hour % HOURS] += by
            self._heard_live[heard.hour % HOURS] += by if heard.live else 0

    def _copied(self, heard: Heard) -> bool:
        """Whether this text was said in the day before; remembered if not."""
        at = self._texts.get(heard.text)
        if at is not None and abs(heard.hour - at) < DAY:
            return True
        self._texts.pop(heard.text, None)
        self._texts[heard.text] = heard.hour
        if len(self._texts) > TEXTS:
            del self._texts[next(iter(self._texts))]
        return False


def _distinct(columns: Flags) -> Flags:
    """Each column once."""
    packed = np.packbits(columns, axis=0).T
    return columns[:, list({one.tobytes(): place for place, one in enumerate(packed)}.values())]


def _unit(vectors: Floats) -> Floats:
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32)


def _like(direction: Floats, others: Sequence[Floats], least: float) -> bool:
    return any(float(direction @ other) >= least for other in others)
