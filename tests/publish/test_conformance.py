"""Every publisher keeps what the port promises."""

from klankbord.registry import components
from tests.publish.conformance import PublisherConformance
from tests.publish.stages import STAGES


class TestEveryPublisher(PublisherConformance):
    """At each of STAGES."""


def test_no_publisher_is_left_out():
    assert {stage.module.__name__.partition(".")[2] for stage in STAGES.values()} == set(components("publish"))
