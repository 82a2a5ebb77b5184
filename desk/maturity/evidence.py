"""The evidence for each need of the levels, as far as there is any: what nobody can show is unknown."""

from datetime import datetime

from desk.maturity import enablement, enlightenment, formation, foundation, safety
from desk.maturity.looked import Looked
from playbook.maturity import Maturity, assess


async def matured(looked: Looked, at: datetime) -> Maturity:
    """How mature the organisation is at that moment."""
    found = {
        name: one
        for level in (foundation, safety, formation, enablement, enlightenment)
        for name, one in (await level.evidence(looked, at)).items()
    }
    return assess(found, looked.levels)
