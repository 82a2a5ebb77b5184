"""What happens in crises by itself, beside the other keeping parts: clocks of the plan, and approved answers on their way to cases."""

import asyncio
from collections.abc import Mapping, Sequence

from core.time import Clock, now
from desk.crisis import spreading, timing
from desk.crisis.planned import Plan
from desk.web import words
from klankbord.configuration import Configuration
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.rulebook import FileRules
from klankbord.stores import Stores

NAME = "crises"
EVERY = 1.0
"""Seconds between looks at what is due."""


class Clocks:
    """Lends the plan in force, the archive and the time to desk/crisis. `publishers` are names, by the source at which each answers."""

    def __init__(
        self,
        configuration: Configuration,
        stores: Stores,
        *,
        publishers: Mapping[str, str] = spreading.NOWHERE,
        clock: Clock = now,
    ) -> None:
        self._publishers = publishers
        self._stores, self._clock = stores, clock
        self._rules = FileRules(configuration.playbook)
        self._first = words.first_of(configuration.organisation.languages)

    def plan(self) -> Plan:
        """Of the playbook in force. Raises Retry where none could be read since the start."""
        return Plan(self._rules.in_force())

    async def once(self) -> None:
        """Raises Retry where the desk or the archive is away."""
        while await timing.fire(self._stores.desk, self.plan, self._clock()):
            pass
        await spreading.spread(
            self._stores.desk, self.languages, self._first, self._clock(), publishers=self._publishers
        )

    async def languages(self, mentions: Sequence[str]) -> Mapping[str, str]:
        """As it was found, else as the source said; nothing for those of which nobody knows."""
        known = await self._stores.archive.several(mentions)
        found: dict[str, str] = {}
        for identifier, stored in known.items():
            if language := stored.enriched.known_language:
                found[identifier] = language.partition("-")[0]
        return found


async def keep_clocks(clocks: Clocks, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting)."""
    await persist(clocks.once, stop, report, name=NAME, broken="clocks of crises stand still for now", every=EVERY)
