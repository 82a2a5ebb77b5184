"""Whether those who have to act in a crisis can: their roles bring the right `cases` along, and somebody holds them."""

from collections.abc import Collection, Iterator, Mapping

from core.settings import nearest
from desk.crisis.planned import Plan
from desk.entry.rights import Right
from desk.entry.who import EVERYWHERE
from desk.store.roles import Held
from playbook.crisis import owners
from playbook.sections import Playbook

Rights = Mapping[Right, frozenset[str]]


def actors(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """(path in the playbook, role) of whoever has to act in a crisis: who approves, owners of steps, rungs of its ladder."""
    if playbook.crisis is None:
        return
    yield from ((f"crisis.{path}", role) for path, role in owners(playbook.crisis))
    named, rungs = Plan(playbook).ladder
    for place, rung in enumerate(rungs):
        yield (f"ladders.{named}[{place}].to" if named else "crisis.ladder"), rung.to


def powerless(playbook: Playbook, rights: Rights) -> Iterator[tuple[str, str]]:
    """(path, sentence) of each role that has to act and may not work in a crisis, by that table of rights."""
    able = rights[Right.CASES] & playbook.all_roles().keys()
    for path, role in actors(playbook):
        if role not in able:
            yield (
                path,
                f'the role "{role}" may not work in a crisis; give it the right `cases` in sign_in.rights, or name another: {nearest(role, list(able))}',
            )


def unheld(playbook: Playbook, rights: Rights, held: Collection[Held]) -> Iterator[tuple[str, str]]:
    """(path, sentence) of each role that has to act and that nobody holds in the unit of the plan or everywhere; the path is the first that names it."""
    unit = Plan(playbook).unit
    there = {one.role for one in held if unit is None or one.unit in (EVERYWHERE, unit)}
    named: dict[str, list[str]] = {}
    for path, role in actors(playbook):
        named.setdefault(role, []).append(path)
    for role, paths in named.items():
        if role not in there:
            where = (f" in {unit}" if unit else "") + (f", which {len(paths)} places name" if paths[1:] else "")
            yield paths[0], f'nobody holds the role "{role}"{where}; {nearest(role, list(there & rights[Right.CASES]))}'
