"""The chain of enrichers: normalise, language, one encoder pass, the rest; total per mention."""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import starmap
from threading import Lock
from typing import NamedTuple

from msgspec.structs import replace

from core.errors import Reject
from core.ports import Enricher, Measured, Passage, Prepared, Reading, Understand, Understood
from core.telemetry import Count, Duration
from core.types import Finding, Mention
from enrich._encoder import Encoder, pack_all
from enrich._encoder.vector import Floats
from enrich._normalise import MOST_CHARACTERS, normalise, written

LANGUAGE = "language"
ENCODER = "encoder"
"""What the one encoder pass is called among the enrichers where they are measured."""
REMEMBERED = 2048
"""Texts whose vectors are kept: copies of one message come in waves, each encoded once."""


def make_understand(
    enrichers: Sequence[Enricher], encoder: Encoder | None, measured: Measured | None = None
) -> Understand:
    """The chain over these enrichers, in order but with `language` first; `encoder` is asked only if one needs it.

    Thread-safe; each enricher gets one call at a time. Retry passes through. A text that an enricher rejects gets the
    enricher's name in `skipped`, and every other text in the batch its finding. Findings of a text that is longer than was
    read say so.
    """
    measured = measured or Measured()
    ordered = sorted(enrichers, key=lambda enricher: enricher.name != LANGUAGE)
    if encoder:
        _prepare(ordered, encoder)
    links = [(enricher, Lock()) for enricher in ordered]
    encoded = _Encoded(encoder, measured) if encoder and any(enricher.needs_vector for enricher in ordered) else None

    def understand(mentions: Sequence[Mention]) -> list[Understood]:
        words = [written(mention) for mention in mentions]
        passages = [Passage(mention=mention, text=normalise(own)) for mention, own in zip(mentions, words, strict=True)]
        found: list[list[Finding]] = [[] for _ in passages]
        skipped: list[list[str]] = [[] for _ in passages]
        packed = encoded.fill(passages) if encoded else [b""] * len(passages)
        cut = [len(own) > MOST_CHARACTERS for own in words]
        unread = _unread(encoder, passages, cut) if encoder else cut
        for enricher, lock in links:
            with lock, measured.timed(Duration.ENRICHER, enricher.name):
                findings = _find(enricher, passages)
                measured.add(Count.FOUND, enricher.name, by=len(passages))
            for place, finding in enumerate(findings):
                if isinstance(finding, Reject):
                    skipped[place].append(enricher.name)
                elif finding is not None:
                    short = (unread if enricher.needs_vector else cut)[place]
                    found[place].append(replace(finding, truncated=True) if short else finding)
            if enricher.name == LANGUAGE:
                _state_language(passages, findings)
        return [
            Understood(findings=tuple(own), skipped=tuple(names), vector=vector)
            for own, names, vector in zip(found, skipped, packed, strict=True)
        ]

    return understand


def _prepare(enrichers: Sequence[Enricher], encoder: Encoder) -> None:
    for enricher in enrichers:
        if isinstance(enricher, Prepared):
            enricher.prepare(lambda texts: _each(encoder.encode(texts)))


def _unread(encoder: Encoder, passages: Sequence[Passage], cut: Sequence[bool]) -> list[bool]:
    """Whether some of each text lies behind what is read of it, `cut` off already or by the encoder."""
    return [one or encoder.pieces.truncates(passage.text) for one, passage in zip(cut, passages, strict=True)]


def _find(enricher: Enricher, passages: Sequence[Passage]) -> Sequence[Finding | Reject | None]:
    """One finding a passage; where the batch is rejected, each passage is tried alone and keeps its own rejection."""
    if not passages:
        return []
    try:
        findings = enricher.find(passages)
    except Reject as rejection:
        if len(passages) == 1:
            return [rejection]
        return [_find(enricher, [passage])[0] for passage in passages]
    if len(findings) != len(passages):
        raise ValueError(f"enricher {enricher.name} gave {len(findings)} findings for {len(passages)} texts")
    return findings


def _state_language(passages: Sequence[Passage], findings: Sequence[Finding | Reject | None]) -> None:
    for passage, finding in zip(passages, findings, strict=True):
        if isinstance(finding, Finding) and finding.labels:
            passage.language = finding.labels[0]


class _Read(NamedTuple):
    """What the encoder makes of one text: its vector as float32 bytes and packed, and the heads' reading."""

    vector: bytes
    packed: bytes
    reading: Reading | None


_NOTHING = _Read(b"", b"", None)


class _Encoded:
    """Fills in what the encoder makes of passages: each distinct text is encoded once, recent ones not again."""

    def __init__(self, encoder: Encoder, measured: Measured) -> None:
        self._encoder = encoder
        self._measured = measured
        self._turn = Lock()
        self._recent: OrderedDict[str, _Read] = OrderedDict()
        self._lock = Lock()

    def fill(self, passages: Sequence[Passage]) -> list[bytes]:
        """Sets `vector` and `reading` of each passage that has text; returns the packed vectors, empty where there is none."""
        texts = dict.fromkeys(passage.text for passage in passages if passage.text)
        known = self._recall(texts)
        new = [text for text in texts if text not in known]
        if new:
            fresh = dict(zip(new, self._encode(new), strict=True))
            self._remember(fresh)
            known |= fresh
        packed = []
        for passage in passages:
            read = known.get(passage.text, _NOTHING)
            passage.vector, passage.reading = read.vector, read.reading
            packed.append(read.packed)
        return packed

    def _encode(self, texts: Sequence[str]) -> list[_Read]:
        began = self._measured.timer()
        vectors, readings = self._encoder.read(texts)
        with self._turn:
            self._measured.observe(Duration.ENRICHER, ENCODER, seconds=[self._measured.timer() - began])
            self._measured.add(Count.FOUND, ENCODER, by=len(texts))
        return list(starmap(_Read, zip(_each(vectors), pack_all(vectors), readings, strict=True)))

    def _recall(self, texts: dict[str, None]) -> dict[str, _Read]:
        with self._lock:
            known = {text: self._recent[text] for text in texts if text in self._recent}
            for text in known:
                self._recent.move_to_end(text)
        return known

    def _remember(self, fresh: dict[str, _Read]) -> None:
        with self._lock:
            self._recent.update(fresh)
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)


def _each(vectors: Floats) -> list[bytes]:
    return [row.tobytes() for row in vectors]
