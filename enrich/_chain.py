"""The chain of enrichers: normalise, language, one encoder pass, the rest; total per mention."""

from collections.abc import Hashable, Sequence
from sys import getsizeof
from threading import Lock

from msgspec.structs import replace

from core.errors import Reject
from core.ports import Enricher, Measured, Passage, Prepared, Reads, Understand, Understood, reads_of
from core.telemetry import Count, Duration
from core.types import Finding, Mention
from enrich._encoded import NOTHING, Encoded, each
from enrich._encoder import Encoder
from enrich._normalise import MOST_CHARACTERS, normalise, written
from enrich._recent import Recent

LANGUAGE = "language"
REMEMBERED = 4 << 20
"""Bytes of findings that are kept of each enricher which says what they follow from (core.ports.Repeating): some 3,000."""


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
    links = [_Link(enricher, measured) for enricher in ordered]
    encoded = Encoded(encoder, measured) if encoder and any(enricher.needs_vector for enricher in ordered) else None

    def understand(mentions: Sequence[Mention]) -> list[Understood]:
        words = [written(mention) for mention in mentions]
        passages = [Passage(mention=mention, text=normalise(own)) for mention, own in zip(mentions, words, strict=True)]
        found: list[list[Finding]] = [[] for _ in passages]
        skipped: list[list[str]] = [[] for _ in passages]
        reads = encoded.fill(passages) if encoded else [NOTHING] * len(passages)
        cut = [len(own) > MOST_CHARACTERS for own in words]
        unread = [one or read.truncated for one, read in zip(cut, reads, strict=True)]
        for link in links:
            findings = link.find(passages)
            for place, (finding, short) in enumerate(zip(findings, unread if link.needs_vector else cut, strict=True)):
                if isinstance(finding, Reject):
                    skipped[place].append(link.name)
                elif finding is not None:
                    found[place].append(replace(finding, truncated=True) if short else finding)
            if link.name == LANGUAGE:
                _state_language(passages, findings)
        return [
            Understood(findings=tuple(own), skipped=tuple(names), vector=read.packed)
            for own, names, read in zip(found, skipped, reads, strict=True)
        ]

    return understand


def _prepare(enrichers: Sequence[Enricher], encoder: Encoder) -> None:
    for enricher in enrichers:
        if isinstance(enricher, Prepared):
            enricher.prepare(lambda texts: each(encoder.encode(texts)))


class _Link:
    """One enricher of the chain, asked by one thread at a time, and what it found of late."""

    def __init__(self, enricher: Enricher, measured: Measured) -> None:
        self.name, self.needs_vector = enricher.name, enricher.needs_vector
        self._enricher, self._measured, self._lock = enricher, measured, Lock()
        self._reads = reads_of(enricher)
        self._recent: Recent[Hashable, Finding | None] = Recent(REMEMBERED, _size)

    def find(self, passages: Sequence[Passage]) -> Sequence[Finding | Reject | None]:
        """As `_find`; an enricher that says what its findings follow from is asked for what is new alone."""
        with self._lock, self._measured.timed(Duration.ENRICHER, self.name):
            findings = self._repeated(self._reads, passages) if self._reads else _find(self._enricher, passages)
            self._measured.add(Count.FOUND, self.name, by=len(passages))
        return findings

    def _repeated(self, reads: Reads, passages: Sequence[Passage]) -> list[Finding | Reject | None]:
        keys = [reads(passage) for passage in passages]
        known: dict[Hashable, Finding | Reject | None] = {**self._recent.find(keys)}
        new = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in known}
        fresh = dict(zip(new, _find(self._enricher, list(new.values())), strict=True))
        self._recent.keep({key: finding for key, finding in fresh.items() if not isinstance(finding, Reject)})
        known |= fresh
        return [known[key] for key in keys]


def _size(key: Hashable, finding: Finding | None) -> int:
    said = sum(map(getsizeof, key)) if isinstance(key, tuple) else getsizeof(key)
    parts = len(finding.labels) + len(finding.scores or ()) + len(finding.spans) if finding else 0
    return 500 + said + 120 * parts


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
