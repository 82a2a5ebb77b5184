"""What is said in a chaos run: numbered messages with edits, deletions, accounts that go, judgements and poison. Pure, seeded."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

CONNECTORS = ("file", "webhook", "bluesky")
POISONED = (*CONNECTORS, "mentions", "enriched", "judgements")
"""Where poison goes in: at the connectors, and as bytes that do not decode into topics of the log."""
BATCH = 20
EDITS, DELETIONS, LEAVING, JUDGEMENTS = 0.10, 0.06, 0.002, 0.05
UNTIMED = 4
"""Every so-many-th author of the webhook says no times. They do not leave: a message that is dated when it arrives may
arrive after its author's account is gone, and then it counts as said by whoever has the name now.
"""
BREAKING = 0.01
"""Share of new messages that an enricher cannot bear until it is mended."""


@dataclass(frozen=True, kw_only=True)
class Say:
    """A message, or with a version above 1 its edit.

    mark    one word that no other version has
    timed   whether the source says when
    breaks  whether the text holds what an enricher cannot bear
    """

    number: int
    version: int
    mark: str
    connector: str
    author: int
    timed: bool = True
    breaks: bool = False


@dataclass(frozen=True, kw_only=True)
class Delete:
    number: int
    connector: str
    author: int
    timed: bool = True


@dataclass(frozen=True, kw_only=True)
class Leave:
    """An account is gone, and all it said."""

    connector: str
    author: int


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A person corrects a message; no labels take the correction back."""

    number: int
    connector: str
    author: int
    name: str
    labels: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Poison:
    """Input that can never be used; `token` is found in its dead letter."""

    token: str
    where: str


Act = Say | Delete | Leave | Judge | Poison


def plan(seed: int, messages: int, *, poison_every: int = 100) -> list[list[Act]]:
    """Batches of acts until so many messages were said; one of each kind of poison in every so-many-th batch."""
    writing = _Writing(Random(seed), authors=max(5, messages // 50))
    batches = []
    while writing.said < messages:
        batch = [writing.act() for _ in range(BATCH)]
        if len(batches) % poison_every == poison_every // 2:
            batch += writing.poison(len(batches))
        batches.append(batch)
    return batches


class _Writing:
    """Knows what was said and still stands."""

    def __init__(self, random: Random, *, authors: int) -> None:
        self._random, self._authors = random, authors
        self.said = 0
        self._standing: list[Say] = []
        self._left: set[tuple[str, int]] = set()

    def act(self) -> Act:
        choice = self._random.random()
        for share, act in ((LEAVING, self._leave), (DELETIONS, self._delete), (EDITS, self._edit)):
            if self._standing and choice < share:
                return act()
            choice -= share
        if self._standing and choice < JUDGEMENTS:
            return self._judge()
        return self._say()

    def poison(self, batch: int) -> Iterator[Poison]:
        for place, where in enumerate(POISONED):
            yield Poison(token=f"gif-{batch * len(POISONED) + place:06}-", where=where)

    def _say(self) -> Say:
        connector, author = self._somebody()
        say = Say(
            number=self.said,
            version=1,
            mark=self._mark(self.said, 1),
            connector=connector,
            author=author,
            timed=connector != "webhook" or author % UNTIMED > 0,
            breaks=self._random.random() < BREAKING,
        )
        self.said += 1
        self._standing.append(say)
        return say

    def _somebody(self) -> tuple[str, int]:
        """Who has not left; there are more than ever leave."""
        while (found := (self._random.choice(CONNECTORS), self._random.randrange(self._authors))) in self._left:
            if all((found[0], author) in self._left for author in range(self._authors)):
                self._authors += 1
        return found

    def _edit(self) -> Say:
        place = self._random.randrange(len(self._standing))
        before = self._standing[place]
        version = before.version + 1
        self._standing[place] = edited = Say(
            number=before.number,
            version=version,
            mark=self._mark(before.number, version),
            connector=before.connector,
            author=before.author,
            timed=before.timed,
        )
        return edited

    def _delete(self) -> Delete:
        gone = self._standing.pop(self._random.randrange(len(self._standing)))
        return Delete(number=gone.number, connector=gone.connector, author=gone.author, timed=gone.timed)

    def _leave(self) -> Leave:
        who = self._random.choice([one for one in self._standing if one.timed])
        self._left.add((who.connector, who.author))
        self._standing = [one for one in self._standing if (one.connector, one.author) != (who.connector, who.author)]
        return Leave(connector=who.connector, author=who.author)

    def _judge(self) -> Judge:
        about = self._random.choice(self._standing)
        name = self._random.choice(("tags", "sentiment"))
        labels = None if self._random.random() < 0.1 else (f"oordeel{self._random.randrange(1_000_000)}",)
        return Judge(number=about.number, connector=about.connector, author=about.author, name=name, labels=labels)

    def _mark(self, number: int, version: int) -> str:
        return f"m{number:05}v{version}x{self._random.getrandbits(32):08x}"
