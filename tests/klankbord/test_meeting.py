"""What a source takes is known at the page, also where the source was away at first."""

from klankbord.keeping.answering import meeting
from klankbord.player.faults import Refusal
from tests.publish.stages import STAGES
from tests.sinks.house import until

LONG = 5_000


async def test_the_limit_of_an_instance_is_known_at_the_page_once_it_says_so():
    stage, told = STAGES["mastodon"](), []
    stage.player.most, stage.faults.answers = LONG, [Refusal(503)] * 20

    def report(line):
        told.append(line)
        stage.faults.answers.clear()

    async with stage.player.serve() as stage.address, stage.open() as publisher:
        parent = stage.parent()
        async with meeting({"mastodon": publisher}, report, every=0.01):
            await until(lambda: publisher.most(parent) == LONG)
    assert len(told) == 1
    assert told[0].startswith("mastodon: waits and tries again: ")
