"""Whoever sends dies at any moment, and begins again as a new process: the answer stands at the source once."""

from random import Random

from core.errors import Retry, Unsure
from klankbord.player.faults import Refusal
from tests.killing import killed
from tests.publish.stages import reply

SEEDS = 50
MOST_AWAITS, ATTEMPTS = 60, 40
TROUBLES = (None, Refusal(500), Refusal(502), Refusal(200, body=b"{"))


async def attempt(stage, answer, *, after):
    """One process: it sends, and dies at that await, or comes to know what became of it."""
    async with stage.open() as publisher:
        try:
            return await killed(publisher.send(answer), after=after)
        except (Retry, Unsure):
            return None


async def asked(stage, answer):
    """The next process: it lets the source settle, and asks before it sends anything."""
    await stage.settled()
    async with stage.open() as publisher:
        return await publisher.find(answer)


def times(stage, text):
    return sum(text in written for written in stage.written())


async def test_killed_at_each_await_it_stands_there_once(stage):
    reached = 0
    for after in range(300):
        answer = reply(stage.parent(), f"Wat vervelend, nummer {after}.", seed=after)
        done = await attempt(stage, answer, after=after)
        found = await asked(stage, answer)
        assert found is not None or done is None
        if not found:
            async with stage.open() as publisher:
                await publisher.send(answer)
        assert times(stage, answer.text) == 1
        reached = after
        if done:
            break
    assert reached >= 5


async def test_killed_again_and_again_amid_faults_it_stands_there_once(stage):
    for seed in range(SEEDS):
        random = Random(f"{stage.name} {seed}")
        answer = reply(stage.parent(), f"Wat vervelend, nummer {seed}. ëñ 👩‍👩‍👧", seed=seed)
        for _ in range(ATTEMPTS):
            if random.random() < 0.3:
                stage.faults.done.append(random.choice(TROUBLES))
            if random.random() < 0.3 and stage.once_by_itself:
                stage.faults.twice = 1
            done = await attempt(stage, answer, after=random.randrange(MOST_AWAITS))
            if done or await asked(stage, answer):
                break
        stage.faults.done.clear()
        stage.faults.twice = 0
        await stage.settled()
        assert times(stage, answer.text) == 1
