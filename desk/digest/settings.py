"""`digest` of klankbord.yaml: which units get one."""

from collections.abc import Collection, Iterator

from core.settings import Settings, nearest


class DigestSettings(Settings):
    """`units` of the playbook whose people get a digest each Monday; none by default."""

    units: tuple[str, ...] = ()


def unknown(settings: DigestSettings, units: Collection[str]) -> Iterator[str]:
    """A sentence, after its path, for each unit that the playbook does not have: its digest never goes out."""
    for index, name in enumerate(settings.units):
        if name not in units:
            near = nearest(name, sorted(units)) if units else "the playbook has no units"
            yield f'units[{index}]: there is no unit "{name}"; {near}'
