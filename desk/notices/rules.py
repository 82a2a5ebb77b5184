"""Who is told by which channel: the first that works of those a rule names."""

from collections.abc import Collection, Iterator, Sequence

from core.settings import Settings, nearest
from desk.store.notices import Kind, Notice

EMAIL = "email"
"""The channel to each person's own address. Every other one is one place for all."""


class Rule(Settings):
    """What of which unit or role goes where; a part that is left out is any.

    channels  the first of them that works is used
    """

    unit: str | None = None
    role: str | None = None
    kinds: tuple[Kind, ...] = ()
    channels: tuple[str, ...]

    def takes(self, notice: Notice) -> bool:
        """Whether the rule is about that notice."""
        return (
            self.unit in (None, notice.to_unit)
            and self.role in (None, notice.to_role)
            and (not self.kinds or notice.kind in self.kinds)
        )


def ways(notice: Notice, rules: Sequence[Rule], *, mails: bool) -> Sequence[tuple[str, ...]]:
    """The channels by which it is told, each way once; what concerns a person alone goes to that person, by e-mail where that is sent.

    A crisis is told also where no rule is about it: by every rule of its unit, else by all; and what concerns one person in it where no e-mail is.
    """
    if notice.to_person is not None and (mails or notice.crisis is None):
        return [(EMAIL,)] if mails else []
    about: Sequence[Rule] = [rule for rule in rules if rule.takes(notice)]
    if not about and notice.crisis is not None:
        about = [rule for rule in rules if rule.unit in (None, notice.to_unit)] or rules
    return list(dict.fromkeys(rule.channels for rule in about))


def unmeant(rules: Sequence[Rule], units: Collection[str], roles: Collection[str]) -> Iterator[str]:
    """A sentence, after its path, for each unit and role that the playbook does not have: such a rule never sends anything."""
    for index, rule in enumerate(rules):
        for what, name, known in (("unit", rule.unit, units), ("role", rule.role, roles)):
            if name is not None and name not in known:
                near = nearest(name, sorted(known)) if known else f"the playbook has no {what}s"
                yield f'send[{index}].{what}: there is no {what} "{name}"; {near}'
