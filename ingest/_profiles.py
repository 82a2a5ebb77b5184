"""Who is behind a Bluesky account: handle, name and followers, asked in batches and remembered with time of reading."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from core.time import Clock
from core.types import Author, Mention, VerifiedLink
from ingest import _json
from ingest._appview import AppView
from ingest._bluesky import SOURCE


class Profile(msgspec.Struct, frozen=True):
    """What was read of an account; `at` None means that only its handle was heard of.

    links  the address that its handle is, where the AppView found both that the domain names the account, in the DNS
           or at /.well-known/atproto-did, and that the account names the domain (atproto.com/specs/handle); otherwise it
           shows handle.invalid. None since another handle was heard of, of which nobody has said that it is proved
    """

    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    verified: bool | None = None
    bot: bool | None = None
    links: tuple[VerifiedLink, ...] | None = None
    at: datetime | None = None


class Profiles:
    """A cache over the AppView; it holds the `most` accounts used last, and reads one again after `fresh`."""

    def __init__(self, appview: AppView, *, clock: Clock, fresh: timedelta, most: int = 100_000) -> None:
        self._appview, self._clock, self._fresh, self._most = appview, clock, fresh, most
        self._known: OrderedDict[str, Profile] = OrderedDict()

    def renamed(self, did: str, handle: str | None) -> None:
        """An identity event: the handle changed, or is no longer valid (None)."""
        if did in self._known or handle:
            self._keep(did, replace(self._known.get(did, Profile()), handle=handle, links=None))

    async def filled(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions, same order, their authors filled in as far as the AppView tells. Never raises."""
        dids = dict.fromkeys(mention.author.id.removeprefix(f"{SOURCE}:") for mention in mentions)
        async for asked, views in self._appview.known("profiles", [did for did in dids if not self._is_fresh(did)]):
            at = self._clock()
            for did in asked:
                self._keep(did, Profile(links=(), at=at))
            for view in views:
                self._keep(_json.text(view, "did") or "", _profile(view, at))
        return [replace(mention, author=self._author(mention.author)) for mention in mentions]

    async def resolved(self, handles: Sequence[str]) -> dict[str, str]:
        """DIDs by handle, of those that exist. Raises Retry where the AppView is away."""
        found: dict[str, str] = {}
        for view in await self._appview.views("profiles", handles):
            handle, did = _json.text(view, "handle"), _json.text(view, "did")
            if handle and did:
                found[handle.casefold()] = did
        return found

    def _is_fresh(self, did: str) -> bool:
        known = self._known.get(did)
        if known is None or known.at is None or known.links is None:
            return False
        return self._clock() - known.at < self._fresh

    def _author(self, author: Author) -> Author:
        known = self._known.get(author.id.removeprefix(f"{SOURCE}:"))
        if known is None:
            return author
        return replace(
            author,
            handle=known.handle or author.handle,
            name=known.name or author.name,
            followers=known.followers,
            followers_at=known.at if known.followers is not None else None,
            verified=known.verified,
            bot=known.bot,
            links=known.links,
        )

    def _keep(self, did: str, profile: Profile) -> None:
        if did in self._known and profile.handle is None and profile.at is not None:
            profile = replace(profile, handle=self._known[did].handle)
        self._known[did] = profile
        self._known.move_to_end(did)
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def _profile(view: _json.Document, at: datetime) -> Profile:
    """From a profileViewDetailed. A bot is one that says so itself by the label `bot`; nobody says that he is none."""
    shown = _json.text(view, "handle")
    handle = None if shown == "handle.invalid" else shown
    verification = _json.inner(view, "verification")
    states = {_json.text(verification, "verifiedStatus"), _json.text(verification, "trustedVerifierStatus")}
    labels = {_json.text(label, "val") for label in _json.items(view, "labels")}
    return Profile(
        handle=handle,
        name=_json.text(view, "displayName"),
        followers=_json.number(view, "followersCount"),
        verified=("valid" in states) if verification else None,
        bot=True if "bot" in labels else None,
        links=(VerifiedLink(url=f"https://{handle}", at=at),) if handle else (),
        at=at,
    )
