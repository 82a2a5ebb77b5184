"""What is let in: validity, visibility, erasure, the monitors' predicate, and what was kept before."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from core.codec import encode
from core.ports import Batch, Erased
from core.telemetry import DropReason
from core.types import Deletion, Failure, Mention, Scope, Visibility
from ingest._memory import DELETED, Kept, Memory, content_hash, name_hash
from ingest._valid import holds_nul, invalid, invalid_deletion, payload_of, sound

Wanted = Callable[[Mention], bool | None]
Muted = Callable[[Mention], bool]

OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's policy lets in: more than public and unlisted only for the organisation's own accounts."""

    visibilities: frozenset[Visibility] = OPEN


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """What of one batch goes on, what is set aside, how many were dropped why. Settle it with `keep` or `release`."""

    mentions: Sequence[Mention]
    deletions: Sequence[Deletion]
    failed: Sequence[Failure]
    dropped: dict[DropReason, int]
    kept: Kept


class Admission:
    """Decides for each message of a batch whether it goes on. One for all sources: they share the memory.

    wanted  the monitors' predicate: only a certain False drops, and never a message whose id was kept before
    erased  ids erased on request, of mentions and authors
    muted   whether a mention is muted at the door; by default nothing is
    """

    def __init__(
        self, memory: Memory, *, wanted: Wanted = lambda _: None, erased: Erased, muted: Muted = lambda _: False
    ) -> None:
        self.memory, self.wanted, self.erased, self.muted = memory, wanted, erased, muted
        self.flying: Counter[int] = Counter()

    def sift(self, batch: Batch, policy: Policy, now: datetime, *, stream: str) -> Admitted:
        """Total: whatever stands in the batch goes on, is dropped with a reason, or is a failure.

        stream  "source/stream", written into each mention that goes on and does not say where else it came from
        """
        sieve = _Sieve(self, policy, now, stream)
        with self.memory.reading():
            for mention in batch.mentions:
                sieve.mention(mention)
            for deletion in batch.deletions:
                sieve.deletion(deletion)
        admitted = sieve.result(batch.failed)
        self.flying.update(_hashes(admitted))
        return admitted

    async def keep(self, admitted: Admitted) -> None:
        """The admitted are published durably: remember them. Durable on return."""
        try:
            if admitted.kept.contents:
                await self.memory.keep(admitted.kept)
        finally:
            self.release(admitted)

    def release(self, admitted: Admitted) -> None:
        """The admitted are no longer on their way: they are remembered, or were not published after all."""
        for hashed in _hashes(admitted):
            self.flying[hashed] -= 1
            if self.flying[hashed] <= 0:
                del self.flying[hashed]


class _Sieve:
    """One batch on its way through admission."""

    def __init__(self, admission: Admission, policy: Policy, now: datetime, stream: str) -> None:
        self._admission, self._policy, self._now, self._stream = admission, policy, now, stream
        self._here = ("", stream, stream.partition("/")[2])
        self._mentions: list[Mention] = []
        self._deletions: list[Deletion] = []
        self._failed: list[Failure] = []
        self._dropped: Counter[DropReason] = Counter()
        self._contents: dict[int, int] = {}
        self._authors: set[int] = set()

    def mention(self, mention: Mention) -> None:
        try:
            outcome = self._judge(mention)
        except Exception as error:  # noqa: BLE001 - the guard: one mention may not stop its batch, whatever it holds
            outcome = _malformed(mention, error)
        match outcome:
            case Mention():
                self._mentions.append(outcome)
            case Deletion():
                self.deletion(outcome)
            case Failure():
                self._failed.append(outcome)
            case _:
                self._dropped[outcome] += 1

    def deletion(self, deletion: Deletion) -> None:
        try:
            outcome = self._judge_deletion(deletion)
        except Exception as error:  # noqa: BLE001 - the guard: one deletion may not stop its batch, whatever it holds
            outcome = _malformed(deletion, error)
        match outcome:
            case Deletion():
                self._deletions.append(outcome)
            case Failure():
                self._failed.append(outcome)
            case _:
                self._dropped[outcome] += 1

    def result(self, failed: Sequence[Failure]) -> Admitted:
        return Admitted(
            mentions=self._mentions,
            deletions=self._deletions,
            failed=[*failed, *self._failed],
            dropped=dict(self._dropped),
            kept=Kept(list(self._contents.items()), list(self._authors)),
        )

    def _judge(self, mention: Mention) -> Mention | Deletion | DropReason | Failure:
        admission = self._admission
        if failure := invalid(mention, self._now):
            return failure
        if mention.visibility not in self._policy.visibilities:
            return self._withdrawn(mention)
        if admission.erased(mention.id) or admission.erased(mention.author.id):
            return DropReason.ERASED
        if admission.muted(mention):
            return DropReason.MUTED
        hashed = name_hash(mention.id)
        before = self._contents.get(hashed)
        if before is None:
            before = admission.memory.content(hashed)
        if before is None and hashed not in admission.flying and admission.wanted(mention) is False:
            return DropReason.NO_MONITOR
        return self._take(mention, hashed, before)

    def _withdrawn(self, mention: Mention) -> Deletion | DropReason:
        """What was public when it was kept and no longer is, is taken away."""
        hashed = name_hash(mention.id)
        before = self._contents.get(hashed)
        before = self._admission.memory.content(hashed) if before is None else before
        if before is None or before == DELETED:
            return DropReason.NOT_PUBLIC
        at = mention.edited_at or mention.seen_at
        return Deletion(target=mention.id, scope=Scope.MENTION, at=at, reason="no longer public")

    def _take(self, mention: Mention, hashed: int, before: int | None) -> Mention | DropReason | Failure:
        content = content_hash(mention)
        if content == before:
            return DropReason.UNCHANGED
        edited = mention.edited_at
        if edited is None and before is not None and before != DELETED:
            edited = mention.seen_at
        created = min(mention.created_at, mention.seen_at)
        stream = self._stream if mention.stream in self._here else mention.stream
        mention = replace(mention, stream=stream, edited_at=edited, created_at=created)
        if holds_nul(encode(mention)):
            return Failure("NUL character", "a field holds a NUL character", payload_of(mention), sound(mention.id))
        self._contents[hashed] = content
        self._authors.add(name_hash(mention.author.id))
        return mention

    def _judge_deletion(self, deletion: Deletion) -> Deletion | DropReason | Failure:
        admission = self._admission
        hashed = name_hash(deletion.target)
        whole = deletion.scope is Scope.AUTHOR
        known = (
            (hashed in self._authors or admission.memory.knows_author(hashed))
            if whole
            else (hashed in self._contents or admission.memory.content(hashed) is not None)
        )
        if not known and hashed not in admission.flying and admission.memory.complete:
            return DropReason.NEVER_KEPT
        if failure := invalid_deletion(deletion, self._now):
            return failure
        if known and not whole:
            self._contents[hashed] = DELETED
        return deletion


def _malformed(message: Mention | Deletion, error: Exception) -> Failure:
    reason = "lone surrogate" if isinstance(error, UnicodeEncodeError) else "malformed"
    return Failure(reason, sound(f"{type(error).__name__}: {error}"[:500]), payload_of(message))


def _hashes(admitted: Admitted) -> list[int]:
    return [*(hashed for hashed, _ in admitted.kept.contents), *admitted.kept.authors]
