"""What a sink that sends is lent by this program, core.outward wired to the stores: the current version, its shelf, and the rest."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote, urlencode

from core.codec import dead_letter, encode
from core.document import Stored
from core.outward import WHOLE, Linked, Outward
from core.ports import Erased, Measured
from core.telemetry import Count
from core.time import Clock, now
from core.topics import DEAD, EVENTS
from core.trace import tell_set_aside
from core.types import OPEN, Deletion, Enriched, Failure, Mention, Scope
from desk.store import endpoints, facts, identities
from desk.store.sealing import Seal
from desk.store.shelf import DeskShelf
from klankbord.configuration import Configuration, PageSettings, Source
from klankbord.privacy.archived import written_by
from klankbord.privacy.joining import may_join
from klankbord.stores import Stores
from sinks._stored import heard_by

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When that leaves which nothing takes away: its source is configured no more."""


def lend(configuration: Configuration, stores: Stores, name: str, *, measured: Measured, clock: Clock = now) -> Outward:
    """What the sink of that name is lent, as long as the stores are open."""
    ends, joins = leaves_of(configuration), may_join(configuration)
    return Outward(
        name=name,
        source=source_of(configuration),
        current=partial(_current, stores, ends, clock),
        shelf=DeskShelf(stores.desk, name, erased=stores.erased),
        customers=partial(_customers, stores, joins),
        written_by=partial(written_by, stores.archive),
        publish=partial(_publish, stores),
        tell=partial(facts.tell, stores.desk, may_join=joins, erased=stores.erased),
        set_aside=partial(_set_aside, stores, measured, name),
        leaves=ends,
        link=partial(link_to, configuration.page),
        secrets=partial(_secrets, stores, Seal(stores.folder.secret()), name, clock),
    )


def source_of(configuration: Configuration) -> str:
    """Who says it, for other systems: an organisation has one, whatever its address."""
    return f"urn:klankbord:{quote(configuration.organisation.name, safe='')}"


def leaves_of(configuration: Configuration) -> Callable[[Enriched], datetime]:
    """`leaves` by the sources of a configuration."""
    return partial(leaves, {source.name: source for source in configuration.sources})


def leaves(sources: Mapping[str, Source], enriched: Enriched) -> datetime:
    """When the archive lets that mention go: so long after it was first seen as its source is kept."""
    source = sources.get(heard_by(enriched.mention))
    return NEVER if source is None else enriched.mention.seen_at + source.keep


def link_to(page: PageSettings, mention: str) -> str:
    """The address of a mention on the page."""
    return f"{page.address}/mention?{urlencode({'id': mention})}"


async def _current(
    stores: Stores, ends: Callable[[Enriched], datetime], clock: Clock, mentions: Sequence[str]
) -> Mapping[str, Stored]:
    found, moment = await stores.archive.several(mentions), clock()
    return {
        mention: stored
        for mention, stored in found.items()
        if _may_leave(stored.enriched.mention, stores.erased) and ends(stored.enriched) > moment
    }


def _may_leave(mention: Mention, erased: Erased) -> bool:
    return mention.visibility in OPEN and not erased(mention.id) and not erased(mention.author.id)


async def _publish(stores: Stores, entries: Sequence[tuple[str, bytes]]) -> None:
    await stores.log.append(EVENTS, entries)


async def _customers(stores: Stores, joins: Callable[[str], bool], authors: Sequence[str]) -> Mapping[str, Linked]:
    """Also what was linked before a source's policy changed is nobody's while it says so."""
    return await identities.of_authors(stores.desk, [author for author in authors if joins(author)])


async def _secrets(stores: Stores, seal: Seal, name: str, clock: Clock, configured: Sequence[str]) -> Sequence[str]:
    return await endpoints.secrets(stores.desk, seal, name, configured, at=clock())


async def _set_aside(stores: Stores, measured: Measured, name: str, failures: Sequence[Failure]) -> None:
    """What goes back to the sink is what is archived then, or that it is gone: the letter only has to name the mention."""
    stored = await stores.archive.several([failure.key for failure in failures])
    letters = []
    for failure in failures:
        one = stored.get(failure.key)
        gone = Deletion(target=failure.key, scope=Scope.MENTION, at=now(), reason="deleted")
        whole = Failure(failure.reason, failure.detail, encode(one.enriched if one else gone), failure.key)
        letter = dead_letter(whole, origin=f"{name}/{failure.key}", stage=name, at=now())
        letters.append((failure.key, encode(letter)))
    await stores.log.append(DEAD, letters)
    for failure in failures:
        measured.add(Count.DEAD, name, failure.reason)
    tell_set_aside(name, [(failure.key, failure.reason) for failure in failures])


async def enable(stores: Stores, name: str) -> None:
    """Let a sink that stopped send again: a running klankbord does so within seconds."""
    await DeskShelf(stores.desk, name, erased=stores.erased).drop([WHOLE])
