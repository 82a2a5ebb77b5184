"""The profiles a chaos run can be played on."""

from tests.chaos.distributed import Distributed
from tests.chaos.embedded import Embedded

PROFILES = {"embedded": Embedded, "distributed": Distributed}
