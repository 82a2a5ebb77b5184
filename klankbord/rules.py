"""The playbook in force: read again when its file changes; a bad one is told and the old one stays."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import Misconfigured
from core.ports import Record, Understood
from core.types import Mention, Routing, spoken
from klankbord.rulebook import changed
from playbook.accounts import Own
from playbook.facts import by_name
from playbook.monitors import Monitors
from playbook.playbook import load
from playbook.routing import Router
from playbook.sections import Playbook
from stream.step import Output, Step

RULES_EVERY = 2.0
"""Seconds between looks at the file."""


class Rules:
    """Monitors and topics of one playbook file, kept current by `refresh`."""

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        self._path, self._report = path, report
        self._stamp = self._now()
        self._take(load(path))

    def _now(self) -> tuple[int, int]:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_size)

    def _take(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self.monitors = Monitors(playbook.queries())
        self._router = Router(playbook)
        units = playbook.organisation.units.values() if playbook.organisation else ()
        self._own = Own(account for unit in units for account in unit.accounts)

    def refresh(self) -> bool:
        """Read the file again if it changed; returns whether other rules are in force now."""
        stamp = self._now()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._take(changed(self._path, self.playbook))
        except Misconfigured as error:
            self._report(f"the changed playbook is not used, the one before stays: {error}")
            return False
        self._report(f"the playbook changed: {len(self.playbook.monitors)} monitors are in force")
        return True

    def wanted(self, mention: Mention) -> bool:
        """Whether any monitor may want it, or it concerns an own account; without monitors everything is wanted."""
        return not self.playbook.monitors or self.monitors.possible(mention) or self._own.concerns(mention)

    def route(self, mention: Mention, understood: Understood) -> Routing | None:
        """Where it goes, now that it is understood; None where no monitor matched of those there are, and no own account is concerned.

        An edit goes on all the same: its older text may be archived.
        """
        findings = by_name(understood.findings)
        found, felt = findings.get("language"), findings.get("sentiment")
        language = spoken(found.labels if found else (), mention.language)
        matched = self.monitors.match(mention, language)
        unwanted = not matched and self.playbook.monitors and mention.edited_at is None
        if unwanted and not self._own.concerns(mention):
            return None
        return self._router.route(mention, language, findings, matched, model=felt.model if felt else "")


def current(step: Step, rules: Rules) -> Step:
    """The step by the rules in force: at least as new as those by which the listener let the records in, and a monitor
    saved meanwhile keeps the history it was given.
    """

    async def refreshed(records: Sequence[Record]) -> Sequence[Output]:
        rules.refresh()
        return await step(records)

    return refreshed
