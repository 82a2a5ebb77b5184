"""Puts the enrichers of the configuration together with the one encoder pass."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from core.ports import Enricher, Tools, Understand, Understood
from core.types import Mention
from enrich._chain import make_understand
from enrich._encoder import Encoder, build_model
from enrich._own import correct
from klankbord import registry
from klankbord.caching import cache_folder
from klankbord.configuration import Configuration, Part, settings_of
from klankbord.folder import Folder
from klankbord.lending import Report
from klankbord.rules import Rules
from playbook.sections import Playbook


class Understanding:
    """The chain in force. `renew` builds the enrichers again after the playbook's topics or aspects changed; the encoder stays."""

    def __init__(self, configuration: Configuration, rules: Rules, given: Tools) -> None:
        self._configuration, self._rules, self._tools = configuration, rules, given
        self._encoder: Encoder | None = None
        self._opened = AsyncExitStack()
        self._chain: Understand | None = None

    async def renew(self) -> None:
        """Build the enrichers from configuration and playbook, and put them in force; the encoder if one needs it."""
        opened = AsyncExitStack()
        enrichers = [await opened.enter_async_context(building) for building in self._builders()]
        if self._encoder is None and any(enricher.needs_vector for enricher in enrichers):
            self._encoder = await asyncio.to_thread(open_encoder, self._tools.report)
        before, self._opened = self._opened, opened
        self._chain = make_understand(enrichers, self._encoder, self._tools.measured)
        await before.aclose()

    async def close(self) -> None:
        """Free the enrichers and the encoder."""
        await self._opened.aclose()
        if self._encoder:
            self._encoder.close()

    def __call__(self, mentions: Sequence[Mention]) -> Sequence[Understood]:
        """Findings of each mention (core.ports.Understand)."""
        assert self._chain is not None  # noqa: S101 - renewed before it is lent out
        return self._chain(mentions)

    def _builders(self) -> list[AbstractAsyncContextManager[Enricher]]:
        playbook = self._rules.playbook
        return [enricher(self._configuration, part, playbook, self._tools) for part in self._configuration.enrich]


@asynccontextmanager
async def enricher(
    configuration: Configuration, part: Part, playbook: Playbook, given: Tools, *, own: bool = True
) -> AsyncIterator[Enricher]:
    """The configured enricher, with what the program knows: languages, topics, aspects, where files are. Over a shipped one,
    which is called as its finding is, lies its own head, where the data folder has one and `own` does not say otherwise.
    """
    languages, folder = configuration.organisation.languages, configuration.folder
    topics = {name: topic.model_dump() for name, topic in playbook.topics.items()}
    aspects = {name: aspect.model_dump() for name, aspect in playbook.aspects.items()}
    settings = settings_of("enrich", part, languages=languages, topics=topics, aspects=aspects, folder=folder)
    async with registry.load("enrich", part.use).build(settings, given) as built:
        yield correct(built, Folder(configuration.data).head(built.name)) if own and part.use == built.name else built


def open_encoder(report: Report) -> Encoder:
    return Encoder(build_model(cache_folder(), progress=lambda share, what: report(f"{what}: {share:.0%}")))


@asynccontextmanager
async def understanding(configuration: Configuration, rules: Rules, given: Tools) -> AsyncIterator[Understanding]:
    """The chain of enrichers in force, closed on leaving."""
    chain = Understanding(configuration, rules, given)
    try:
        await chain.renew()
        yield chain
    finally:
        await chain.close()
