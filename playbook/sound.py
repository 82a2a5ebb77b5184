"""What is not sound in a playbook that can be put in force: rules that work, and do not do what somebody meant."""

from collections.abc import Iterator

from playbook.crossing import Mistake
from playbook.reachability import out_of_reach
from playbook.sections import Playbook
from playbook.service import endless


def unsound(playbook: Playbook) -> Iterator[Mistake]:
    """(path in the file, sentence) of each."""
    yield from _flow(playbook)
    yield from beside_triage(playbook)


def worse(before: Playbook, after: Playbook) -> list[Mistake]:
    """What is not sound in `after` and was in `before`: an old mistake keeps no other change from being put in force."""
    found = [*(_flow(after) if after.triage != before.triage else ()), *beside_triage(after)]
    there = set(unsound(before)) if found else set()
    return [one for one in found if one not in there]


def _flow(playbook: Playbook) -> Iterator[Mistake]:
    if playbook.triage:
        yield from ((f"triage.{path}", sentence) for path, sentence in out_of_reach(playbook.triage))


def beside_triage(playbook: Playbook) -> Iterator[Mistake]:
    """Those that are seen without walking the flow, also where it leads nowhere."""
    yield from ((f"ladders.{path}", sentence) for path, sentence in endless(playbook.ladders))
    if playbook.organisation:
        units = playbook.organisation.units
        hubs = {unit.hub for unit in units.values()}
        centre = playbook.organisation.centre
        for name, unit in units.items():
            if (
                not unit.takes
                and not unit.accounts
                and name != centre
                and name not in hubs
                and not _given(playbook, name)
            ):
                yield (
                    f"organisation.units.{name}",
                    "claims nothing, and nothing is given to it; add takes, accounts, or a triage outcome",
                )


def _given(playbook: Playbook, unit: str) -> bool:
    return playbook.triage is not None and any(outcome.to == unit for outcome in playbook.triage.outcomes.values())
