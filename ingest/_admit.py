"""What is let in: validity, visibility, erasure, the monitors' predicate, and what was kept before."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import apsw
import msgspec
from msgspec.structs import replace

from core.codec import encode
from core.errors import KlankbordError
from core.order import content_time
from core.ports import Batch, Erased
from core.redaction import Redactor
from core.telemetry import DropReason
from core.time import MILLISECOND, from_milliseconds, milliseconds
from core.types import OPEN, Deletion, Failure, Mention, Scope, Visibility
from ingest._memory import DELETED, SET_ASIDE, Kept, Known, Memory, content_hash, name_hash
from ingest._redacted import redacted, redacted_failure
from ingest._valid import holds_nul, invalid, invalid_deletion, payload_of, sound, within_limits

Wanted = Callable[[Mention], bool | None]
Muted = Callable[[Mention], bool]

_OURS = (apsw.Error, OSError, KlankbordError)
"""What fails on our side: the whole batch is tried again, since no message of it is to blame."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's policy lets in: more than public and unlisted only for the organisation's own accounts.

    links     whether verified links of accounts are kept: only where accounts may become part of a customer
    redactor  takes personal data out of free text, also of what is set aside; None where it is kept
    """

    visibilities: frozenset[Visibility] = OPEN
    links: bool = False
    redactor: Redactor | None = None

    def kept(self, mention: Mention) -> Mention:
        """The mention without what the policy keeps nothing of."""
        if self.redactor is not None:
            mention = redacted(mention, self.redactor)
        if self.links or mention.author.links is None:
            return mention
        return replace(mention, author=replace(mention.author, links=None))

    def kept_aside(self, failure: Failure) -> Failure:
        """The failure without what the policy keeps nothing of."""
        return failure if self.redactor is None else redacted_failure(failure, self.redactor)


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
        self.latest: dict[int, int] = {}  # order time (ms) of the newest content in flight, by id

    def sift(self, batch: Batch, policy: Policy, now: datetime, *, stream: str) -> Admitted:
        """Total: whatever stands in the batch goes on, is dropped with a reason, or is a failure.

        stream  "source/stream", written into each mention that goes on and does not say where else it came from
        """
        sieve = _Sieve(self, policy, now, stream)
        with self.memory.reading():
            for failure in batch.failed:
                sieve.set_aside(failure)
            for mention in batch.mentions:
                sieve.mention(mention)
            for deletion in batch.deletions:
                sieve.deletion(deletion)
        admitted = sieve.result()
        self.flying.update(_hashes(admitted))
        for hashed, known in admitted.kept.contents.items():
            if known.lives:
                self.latest[hashed] = max(known.at, self.latest.get(hashed, 0))
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
                self.latest.pop(hashed, None)

    async def recall(self, messages: Iterable[object]) -> None:
        """Remember the mentions among these, which were published: a crash may have come before that was remembered."""
        unknown: dict[int, Known] = {}
        authors: dict[int, int] = {}
        with self.memory.reading():
            for mention in messages:
                if isinstance(mention, Mention) and self.memory.known(name_hash(mention.id)) is None:
                    known = Known(content_hash(mention), milliseconds(content_time(mention)))
                    unknown[name_hash(mention.id)] = known
                    _note(authors, mention, known.at)
        if unknown:
            await self.memory.keep(Kept(unknown, authors))


class _Sieve:
    """One batch on its way through admission."""

    def __init__(self, admission: Admission, policy: Policy, now: datetime, stream: str) -> None:
        self._admission, self._policy, self._now, self._stream = admission, policy, now, stream
        self._here = ("", stream, stream.partition("/")[2])
        self._mentions: list[Mention] = []
        self._deletions: list[Deletion] = []
        self._failed: list[Failure] = []
        self._dropped: Counter[DropReason] = Counter()
        self._contents: dict[int, Known] = {}
        self._authors: dict[int, int] = {}
        self._own: dict[
            int, int
        ] = {}  # ids with the time of their last edit in this batch as their source told it (ms)
        self._put_right: set[int] = set()  # ids with a version that got a later time than it was seen

    def mention(self, mention: Mention) -> None:
        try:
            outcome = self._judge(mention)
        except _OURS:
            raise
        except Exception as error:  # noqa: BLE001 - the guard: one mention may not stop its batch, whatever it holds
            outcome = _malformed(mention, error)
        match outcome:
            case Mention():
                self._mentions.append(outcome)
            case Deletion():
                self.deletion(outcome)
            case Failure():
                self.set_aside(outcome)
            case _:
                self._dropped[outcome] += 1

    def deletion(self, deletion: Deletion) -> None:
        try:
            outcome = self._judge_deletion(deletion)
        except _OURS:
            raise
        except Exception as error:  # noqa: BLE001 - the guard: one deletion may not stop its batch, whatever it holds
            outcome = _malformed(deletion, error)
        match outcome:
            case Deletion():
                self._deletions.append(outcome)
            case Failure():
                self._failed.append(outcome)
            case _:
                self._dropped[outcome] += 1

    def set_aside(self, failure: Failure) -> None:
        """A dead letter's message may be deleted as well, and then the letter goes."""
        self._failed.append(self._policy.kept_aside(failure))
        hashed = name_hash(failure.key)
        if failure.key and self._known(hashed) is None:
            self._contents[hashed] = Known(SET_ASIDE)

    def result(self) -> Admitted:
        return Admitted(
            mentions=self._mentions,
            deletions=self._deletions,
            failed=self._failed,
            dropped=dict(self._dropped),
            kept=Kept(self._contents, self._authors),
        )

    def _judge(self, mention: Mention) -> Mention | Deletion | DropReason | Failure:
        admission = self._admission
        # Before names and titles are cut: half a number is no longer known as one.
        mention = within_limits(self._policy.kept(mention))
        if failure := invalid(mention, self._now):
            return failure
        if mention.visibility not in self._policy.visibilities:
            return self._withdrawn(mention)
        if admission.erased(mention.id) or admission.erased(mention.author.id):
            return DropReason.ERASED
        if admission.muted(mention):
            return DropReason.MUTED
        hashed = name_hash(mention.id)
        before = self._known(hashed)
        never_kept = before is None or before.content == SET_ASIDE
        if never_kept and hashed not in admission.flying and admission.wanted(mention) is False:
            return DropReason.NO_MONITOR
        if before and before.content == DELETED and milliseconds(content_time(mention)) <= before.at:
            return DropReason.DELETED
        return self._take(mention, hashed, before)

    def _known(self, hashed: int) -> Known | None:
        return self._contents.get(hashed) or self._admission.memory.known(hashed)

    def _withdrawn(self, mention: Mention) -> Deletion | DropReason:
        """What was public when it was kept and no longer is, is taken away."""
        hashed = name_hash(mention.id)
        before = self._known(hashed)
        if before is None or before.content == DELETED:
            return DropReason.NOT_PUBLIC
        at = mention.edited_at or mention.seen_at
        return Deletion(target=mention.id, scope=Scope.MENTION, at=at, reason="no longer public")

    def _take(self, mention: Mention, hashed: int, before: Known | None) -> Mention | DropReason | Failure:
        content = content_hash(mention)
        if before and content == before.content:
            return DropReason.UNCHANGED
        if before and before.timed and mention.edited_at is None:
            return DropReason.UNCHANGED  # the message as it was before the edits that its source has told, read again
        last = before.at if before and before.lives else self._admission.latest.get(hashed)
        edited, own = mention.edited_at, mention.edited_at is not None
        if last is not None:
            edited = self._edited(hashed, mention.seen_at, last) if edited is None else self._told(hashed, edited, last)
        seen = mention.seen_at if edited is None or edited == mention.edited_at else max(mention.seen_at, edited)
        if last is not None and edited is not None:
            seen = _seen(seen, edited, last)
        if seen > mention.seen_at:
            self._put_right.add(hashed)
        created = min(mention.created_at, seen)
        stream = self._stream if mention.stream in self._here else mention.stream
        mention = replace(mention, stream=stream, edited_at=edited, created_at=created, seen_at=seen)
        if holds_nul(encode(mention)):
            return Failure("NUL character", "a field holds a NUL character", payload_of(mention), sound(mention.id))
        known = self._contents[hashed] = Known(content, milliseconds(content_time(mention)), own)
        _note(self._authors, mention, known.at)
        return mention

    def _edited(self, hashed: int, seen: datetime, last: int) -> datetime:
        """When changed content without a time of its own was written: when it was seen, yet after what it changes.

        That is put right where one batch brings several versions, and where the clock was set back since; a source
        with times of its own that tells an older version again is left to lose.
        """
        if hashed in self._contents or last < milliseconds(seen) or self._ahead(last):
            return max(seen, from_milliseconds(last) + MILLISECOND)
        return seen

    def _told(self, hashed: int, edited: datetime, last: int) -> datetime:
        """When its source says it was edited; where that is the same millisecond as before, or as before in this batch,
        yet after what it changes. An earlier time is left to lose.
        """
        at, before = milliseconds(edited), self._own.get(hashed)
        again = at == last or (before is not None and before <= at <= last)
        self._own[hashed] = at
        return from_milliseconds(last) + MILLISECOND if again else edited

    def _ahead(self, at: int) -> bool:
        return at > milliseconds(self._now)

    def _judge_deletion(self, deletion: Deletion) -> Deletion | DropReason | Failure:
        hashed = name_hash(deletion.target)
        if deletion.scope is Scope.AUTHOR:
            return self._judge_leaving(deletion, hashed)
        before = self._known(hashed)
        outcome = self._passed(deletion, hashed, known=before is not None)
        if before is None or not isinstance(outcome, Deletion) or deletion.reversible or deletion.lifted:
            return outcome
        if before.lives and (hashed in self._put_right or self._ahead(before.at)):
            outcome = replace(outcome, at=max(outcome.at, from_milliseconds(before.at)))
        earlier = before.at if before.content == DELETED else 0
        self._contents[hashed] = Known(DELETED, max(earlier, milliseconds(outcome.at)))
        return outcome

    def _judge_leaving(self, deletion: Deletion, hashed: int) -> Deletion | DropReason | Failure:
        """An account is gone, and all it wrote, also what a clock that was ahead has dated later."""
        remembered = self._admission.memory.written_until(hashed)
        until = max((at for at in (self._authors.get(hashed), remembered) if at is not None), default=None)
        outcome = self._passed(deletion, hashed, known=until is not None)
        if until is None or not isinstance(outcome, Deletion) or deletion.reversible or deletion.lifted:
            return outcome
        return replace(outcome, at=max(outcome.at, from_milliseconds(until))) if self._ahead(until) else outcome

    def _passed(self, deletion: Deletion, hashed: int, *, known: bool) -> Deletion | DropReason | Failure:
        if not known and hashed not in self._admission.flying and self._admission.memory.complete:
            return DropReason.NEVER_KEPT
        return invalid_deletion(deletion, self._now) or deletion


def _seen(seen: datetime, edited: datetime, last: int) -> datetime:
    """First sight; where our clock was set back since, still after the version that this edit, by its source, came after."""
    return from_milliseconds(last) + MILLISECOND if milliseconds(seen) <= last < milliseconds(edited) else seen


def _malformed(message: Mention | Deletion, error: Exception) -> Failure:
    reason = "lone surrogate" if isinstance(error, UnicodeEncodeError) else "malformed"
    return Failure(reason, sound(f"{type(error).__name__}: {error}"[:500]), payload_of(message))


def _note(authors: dict[int, int], mention: Mention, at: int) -> None:
    """Until when (ms) the mention's author has written."""
    hashed = name_hash(mention.author.id)
    authors[hashed] = max(at, authors.get(hashed, at))


def _hashes(admitted: Admitted) -> list[int]:
    return [*admitted.kept.contents, *admitted.kept.authors]
