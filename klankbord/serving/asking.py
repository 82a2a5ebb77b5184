"""What a view is answered with where no page is served."""

from dataclasses import dataclass

from core.ports import ArchiveReader
from core.query import AnyNode
from core.time import Clock
from desk.ports import Organisation
from playbook.queries import parse


@dataclass(frozen=True)
class Asking:
    """desk.web.pages.asked.Askable over the stores."""

    archive: ArchiveReader
    clock: Clock
    organisation: Organisation

    def parse_query(self, text: str) -> AnyNode:
        return parse_search(text)


def parse_search(text: str) -> AnyNode:
    """What somebody searches for. Raises QueryError with the column of the mistake."""
    return parse(text, search=True)
