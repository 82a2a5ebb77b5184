"""The organisation's own accounts, by name: what they answered, and what is said to them."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from core.types import Author, Mention


def names(author: Author) -> frozenset[str]:
    """What an account is called, in small letters: its handle, that with the server where it is, and its source's own id of it."""
    found = {author.id.partition(":")[2].casefold()}
    if author.handle:
        handle = plain(author.handle)
        found.add(handle)
        host = urlsplit(author.url or "").hostname
        if host and "@" not in handle:
            found.add(f"{handle}@{host}")
    return frozenset(found - {""})


def plain(handle: str) -> str:
    """A handle as it is compared."""
    return handle.strip().removeprefix("@").casefold()


class Own:
    """Accounts by handle, or by their source's id. A name is of every source: the inventory at the desk tells them apart."""

    def __init__(self, accounts: Iterable[str]) -> None:
        self._names = frozenset(map(plain, accounts))

    def concerns(self, mention: Mention) -> bool:
        """Whether it is heard whatever it is about: an answer of an own account, or what somebody says to one."""
        return bool(self._names) and (self.answered(mention) or self.addressed(mention))

    def answered(self, mention: Mention) -> bool:
        """Whether an own account wrote it, and in a conversation."""
        return is_answer(mention) and not self._names.isdisjoint(names(mention.author))

    def addressed(self, mention: Mention) -> bool:
        """Whether it reached an own account, names one, or answers what one wrote."""
        told = {plain(name) for name in (*mention.mentions, mention.own_account or "")}
        # The id of a message at Bluesky holds who wrote it: at://did:plc:.../app.bsky.feed.post/...
        written = (mention.reply_to or "").partition("at://")[2].partition("/")[0].casefold()
        return not self._names.isdisjoint(told | {written})


def is_answer(mention: Mention) -> bool:
    """Whether it stands in a conversation that another message began."""
    return mention.reply_to is not None or mention.thread not in (None, mention.id)
