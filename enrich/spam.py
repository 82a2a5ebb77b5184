"""Whether a message is spam, and why: rules that each say one reason; silent where none holds, for a complaint is none."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from core.ports import Passage, Tools
from core.types import Author, Finding

MODEL = "spam-rules-1"
MOST_CHARACTERS = 5_000
"""What is read of a text."""

_WORD = re.compile(r"\w+")

_COINS = frozenset(
    [
        "bitcoin",
        "btc",
        "eth",
        "ethereum",
        "crypto",
        "cryptocurrency",
        "cryptovaluta",
        "usdt",
        "xrp",
        "solana",
        "dogecoin",
        "nft",
        "token",
        "coin",
        "forex",
    ]
)
_PROMISE = re.compile(
    r"guaranteed|gegarandeerd|double your|verdubbel je|\b(?:10|50|100|1000)x\b|passive income|passief inkomen|airdrop|presale"
    r"|pre-sale|trading signals|gratis signalen|free signals|profits? (?:daily|weekly)|winst per (?:dag|week)|roi\b|whitelist"
    r"|next moon|to the moon|risk[- ]free|zonder risico"
)
_CHANNEL = re.compile(r"telegram|whats ?app|discord|link in bio|in (?:my|mijn) bio")
_ADDRESS = re.compile(r"\bt\.me\b|\bdm (?:me|mij|now)")
_PRIZE = re.compile(r"\bgive ?away|\bweggeef|\bwin(?:nen)?\b|maak kans|kans maken|\bprij(?:s|zen)\b|\bprize")
_LIKE = frozenset(["like", "liken"])
_FOLLOW = frozenset(["follow", "volg", "volgen"])
_SHARE = frozenset(["retweet", "rt", "repost", "share", "deel", "delen"])
_TAG = frozenset(["tag"])
_REPLY = frozenset(["comment", "reageer", "reply"])
_BAIT = re.compile(
    r"\b(?:f4f|l4l|follow for follow|follow ?back|volg ?terug|like for like|sub4sub)\b|(?:type|typ|zeg|say) ['\"]?(?:amen|yes|ja)\b"
    r"|\b(?:like|rt|retweet|share|deel) (?:if you|als je|als jij)|99 ?% (?:won't|of people|zal)|tag (?:someone|iemand|3|drie) (?:who|die|friends|vrienden)"
)
_SOLD = re.compile(
    r"\b(?:buy|koop|cheap|goedkope?)\b.{0,20}\b(?:followers|volgers|likes|views)\b"
    r"|(?:verdien|earn|make)\b.{0,25}[€$£] ?\d[\d.,]*k? ?.{0,15}(?:per |a |an |each |elke )?(?:dag|week|uur|maand|day|hour|month|daily|weekly)"
    r"|\b(?:viagra|cialis|afslankpil\w*|weight loss (?:pills|gummies)|keto gummies)\b"
    r"|(?:lening|krediet|loan)\b.{0,40}(?:zonder bkr|no credit check|instant approval|direct op je rekening)"
    r"|\b(?:casino|gokkast\w*|free ?spins|slots)\b.{0,40}(?:bonus|gratis|free|claim|stort)|(?:bonus|gratis|free|claim).{0,40}\b(?:casino|free ?spins|slots)\b"
    r"|\b(?:onlyfans|nudes|escort|sexcam)\b"
)
_RECOVERED = re.compile(r"recover|hacked|gehackt|locked|suspended|banned|lost funds|scammed|opgelicht")
_HELPED = re.compile(
    r"helped me|hielp mij|heeft (?:mij|me) geholpen|got (?:mine|it|my \w+) back|legit|best hacker|reach out to|contacteer"
)
_ELSEWHERE = re.compile(r"\bon (?:ig|instagram|telegram|whats ?app)\b|\bop (?:instagram|telegram|whats ?app)\b")
_USER = "@user "
_LEADING = re.compile(rf"(?:{_USER})*")
_NUMBERED = re.compile(r"[a-z]\d{6,}$")


class _Said(NamedTuple):
    """What the rules look at: who wrote it; the text as models see it, in small letters; its words, all and each once; how many links,
    hashtags and handles.
    """

    author: Author
    text: str
    words: Sequence[str]
    distinct: frozenset[str]
    links: int
    hashtags: int
    handles: int

    @property
    def others(self) -> int:
        """Words that are neither of those."""
        return len(self.words) - self.links - self.hashtags - self.handles


Rule = Callable[[_Said], bool]


def _links(said: _Said) -> bool:
    return said.links >= 4 and said.others <= 2 * said.links


def _hashtags(said: _Said) -> bool:
    return said.hashtags >= 8 and 2 * said.others < said.hashtags


def _handles(said: _Said) -> bool:
    """Those a text begins with do not count: a reply names all who took part before."""
    leading = _LEADING.match(said.text)
    handles = said.handles - (leading.end() // len(_USER) if leading else 0)
    return handles >= 8 and said.others <= handles


def _repeated(said: _Said) -> bool:
    """One word for most of a long text, laughter and cries aside; or a few words over and over."""
    words = [word for word in said.words if word not in {"http", "user"}]
    if len(words) < 15 or 10 * (len(said.distinct) - 2) > 3 * len(words) + 10:  # too many words for either: most texts
        return False
    word, most = Counter(words).most_common(1)[0]
    spelled = len(set(word)) > 3
    return (spelled and most >= 0.7 * len(words)) or (len(words) >= 40 and 3 <= len(set(words)) <= 0.1 * len(words))


def _crypto(said: _Said) -> bool:
    coins = not _COINS.isdisjoint(said.distinct)
    return coins and _PROMISE.search(said.text) is not None and _leads_away(said)


def _leads_away(said: _Said) -> bool:
    """Whether it names a place where the rest is told."""
    named = "http" in said.distinct or "join" in said.distinct
    return named or _CHANNEL.search(said.text) is not None or _ADDRESS.search(said.text) is not None


def _asks(said: _Said) -> int:
    """How many kinds of reactions it asks for."""
    return sum(not words.isdisjoint(said.distinct) for words in (_LIKE, _FOLLOW, _SHARE, _TAG, _REPLY))


def _giveaway(said: _Said) -> bool:
    return _asks(said) >= 2 and _PRIZE.search(said.text) is not None


def _bait(said: _Said) -> bool:
    return _asks(said) >= 4 or _BAIT.search(said.text) is not None


def _offer(said: _Said) -> bool:
    return _leads_away(said) and _SOLD.search(said.text) is not None


def _recovery(said: _Said) -> bool:
    """Who claims to bring back what was stolen, somewhere else."""
    addressed = said.handles > 0 or said.links > 0
    return addressed and all(part.search(said.text) for part in (_RECOVERED, _HELPED, _ELSEWHERE))


def _bot(said: _Said) -> bool:
    """Its source says so."""
    return said.author.bot is True


def _throwaway(said: _Said) -> bool:
    """An account that looks thrown away, and that sends links to many. Either alone says nothing."""
    return said.links > 0 and (said.handles >= 3 or said.hashtags >= 5) and _looks_thrown_away(said.author)


def _looks_thrown_away(author: Author) -> bool:
    """Named by a machine, and nobody follows it."""
    unknown = author.followers is not None and author.followers <= 2
    return unknown and _NUMBERED.search((author.handle or "").casefold()) is not None


RULES: dict[str, Rule] = {
    "crypto": _crypto,
    "offer": _offer,
    "recovery": _recovery,
    "giveaway": _giveaway,
    "bait": _bait,
    "links": _links,
    "hashtags": _hashtags,
    "handles": _handles,
    "repeated": _repeated,
    "throwaway": _throwaway,
    "bot": _bot,
}
"""By reason, the one that says most first."""


class Settings(BaseModel):
    """There is nothing to set: what the rules are is in enrich/spam.py, how good they are in docs/models.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spam:
    """Finds `spam`: the reasons, the one that says most first. Abstains where no rule holds.

    A rule sees one message and its author, so that a replay gives the same; that many accounts post one text is seen by the
    archive, which counts copies.
    """

    name = "spam"
    needs_vector = False

    def reads(self, passage: Passage) -> tuple[str, bool, bool]:
        """The text, and what the rules look at in its author."""
        author = passage.mention.author
        return passage.text, author.bot is True, _looks_thrown_away(author)

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage, or None."""
        return [self._of(passage) for passage in batch]

    def _of(self, passage: Passage) -> Finding | None:
        said = _said(passage)
        reasons = tuple(reason for reason, rule in RULES.items() if rule(said))
        return Finding(name=self.name, model=MODEL, labels=reasons) if reasons else None


def _said(passage: Passage) -> _Said:
    text = passage.text[:MOST_CHARACTERS].lower()
    words = _WORD.findall(text)
    links, hashtags, handles = words.count("http"), text.count("#"), text.count("@user")
    return _Said(passage.mention.author, text, words, frozenset(words), links, hashtags, handles)


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Spam]:
    """The enricher; nothing is left to close."""
    del settings, tools
    yield Spam()
