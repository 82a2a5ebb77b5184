"""What is asked most: questions that mean the same are one, in whatever language, by where the encoder places them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

import msgspec
import numpy as np
import numpy.typing as npt

from core.document import Placed
from picture.linking import linked
from picture.similar import Similar, Text

ALIKE = 0.24
"""Mean cosine from which on texts ask the same (docs/faq.md)."""
LINKED = 3_000
"""Questions that groups are made of; all others join the nearest. What is compared takes 36 MB."""
LEAST = 3
"""Accounts that have to ask a question before it is one that is asked often."""
BLOCK = 8_192

Floats = npt.NDArray[np.float32]


class Often(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    mentions   who asked it in the span, by the ids of their messages, the most usual wording first
    askers     how many accounts that were
    before     how often it was asked in the span before; None where that is not known
    languages  with how many messages, the most spoken first
    guides     of the texts that were compared with it, by id, those that ask the same; the most like first
    """

    mentions: tuple[str, ...]
    askers: int
    before: int | None
    languages: tuple[tuple[str, int], ...]
    guides: tuple[str, ...] = ()


def often(
    now: Iterable[Placed], before: Iterable[Placed] | None, guides: Iterable[Text], similar: Similar
) -> list[Often]:
    """The questions that at least LEAST accounts asked in the span, those that most asked first.

    `similar` holds nothing yet. The same messages give the same questions, in whatever order they come.
    """
    asked, earlier = _ordered(now), None if before is None else _ordered(before)
    compared = sorted(guides)
    similar.put([*_texts(asked), *_texts(earlier or ()), *compared])
    asked = [one for one in asked if one.mention in similar]
    middles = _middles(similar, [one.mention for one in asked[:LINKED]])
    if not len(middles):
        return []
    rows, likeness = _nearest(similar, [one.mention for one in asked], middles)
    past = None if earlier is None else _counted(similar, earlier, middles)
    told = similar.directions([one.id for one in compared if one.id in similar]) @ middles.T
    found = []
    for place in range(len(middles)):
        here = np.flatnonzero(rows == place)
        here = here[np.argsort(-likeness[here], kind="stable")]
        askers = len({asked[row].author for row in here})
        if askers >= LEAST:
            found.append(
                _often(
                    [asked[row] for row in here],
                    askers,
                    None if past is None else past[place],
                    _like(compared, told[:, place]),
                )
            )
    return sorted(found, key=lambda one: (-one.askers, -len(one.mentions), one.mentions[0]))


def sampled(mention: str, one_in: int) -> bool:
    """Whether it is one of those that are read of so many: always the same, whichever come."""
    return crc32(mention.encode()) % one_in == 0


def _often(members: Sequence[Placed], askers: int, before: int | None, guides: tuple[str, ...]) -> Often:
    return Often(
        mentions=tuple(one.mention for one in members),
        askers=askers,
        before=before,
        languages=tuple(Counter(one.language for one in members).most_common()),
        guides=guides,
    )


def _ordered(placed: Iterable[Placed]) -> list[Placed]:
    """As chance would have it, and always the same: the first of them are a sample."""
    return sorted(placed, key=lambda one: (crc32(one.mention.encode()), one.mention))


def _texts(placed: Iterable[Placed]) -> list[Text]:
    return [Text(one.mention, one.vector, one.language) for one in placed]


def _middles(similar: Similar, ids: Sequence[str]) -> Floats:
    """The middle of each group, a row each: the product of a direction with it is how like it is to all of the group on average."""
    directions = similar.directions(ids)
    groups = [rows for rows in linked(directions, ALIKE) if len(rows) >= LEAST]
    if not groups:
        return np.zeros((0, directions.shape[1]), dtype=np.float32)
    return np.stack([directions[rows].mean(axis=0) for rows in groups])


def _nearest(similar: Similar, ids: Sequence[str], middles: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """The row of the group that each asks the same as, -1 for none, and how like it is."""
    rows, likeness = np.full(len(ids), -1), np.zeros(len(ids), dtype=np.float32)
    for start in range(0, len(ids), BLOCK):
        part = similar.directions(ids[start : start + BLOCK]) @ middles.T
        best, how = part.argmax(axis=1), part.max(axis=1)
        rows[start : start + BLOCK] = np.where(how >= ALIKE, best, -1)
        likeness[start : start + BLOCK] = how
    return rows, likeness


def _counted(similar: Similar, placed: Sequence[Placed], middles: Floats) -> list[int]:
    rows, _ = _nearest(similar, [one.mention for one in placed if one.mention in similar], middles)
    return [int(count) for count in np.bincount(rows[rows >= 0], minlength=len(middles))]


def _like(texts: Sequence[Text], likeness: Floats) -> tuple[str, ...]:
    best = np.argsort(-likeness, kind="stable")
    return tuple(texts[row].id for row in best if likeness[row] >= ALIKE)
