"""How many messages a CPU-second are triaged and given an owner by a hundred rules, and how many of history are tried again."""

import gc
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import process_time
from typing import Any

from bench.monitors import SEED, messages, names, queries
from core import codec
from core.types import Enriched, Finding
from playbook.facts import by_name
from playbook.routing import Router
from playbook.sections import Playbook
from playbook.simulate import Load, Replay

NAMES = ("routing_per_cpu_second", "simulate_per_second")
RULES = 100
MESSAGES = 40_000
ROUTING, SIMULATE = 20_000, 15_000
LABELS = {
    "sentiment": ("positive", "neutral", "neutral", "negative"),
    "emotion": ("neutral", "neutral", "anger", "joy"),
    "intent": ("complaint", "question", "praise", "other", "other"),
    "topics": ("delay", "price", "other"),
}


def playbook(random: Random, brands: list[str]) -> Playbook:
    """The shipped flow, and as many units with a query each as make a hundred rules with its questions and rises."""
    alone = Playbook.model_validate({"triage": None})
    triage = alone.triage
    taken = len(triage.steps) + len(triage.rises) if triage else 0
    claims = list(queries(random, brands).values())[: RULES - taken]
    units = {"webcare": {}, **{f"unit {number}": {"takes": query} for number, query in enumerate(claims)}}
    return Playbook.model_validate(
        {"triage": None, "organisation": {"model": "hub-and-spoke", "centre": "webcare", "units": units}}
    )


def understood(random: Random, brands: list[str]) -> list[Enriched]:
    return [
        Enriched(
            mention=mention,
            findings=tuple(
                Finding(name=name, model="m", labels=(random.choice(labels),), confidence=0.9)
                for name, labels in LABELS.items()
            ),
        )
        for mention in messages(random, brands, MESSAGES)
    ]


def run(rounds: int = 5) -> list[dict[str, Any]]:
    random = Random(SEED)
    brands = names(random)
    rules = playbook(random, brands)
    history = understood(random, brands)
    router, replay, load = Router(rules), Replay(rules), Load()

    def route(part: Sequence[Enriched]) -> None:
        for one in part:
            router.route(one.mention, "nl", by_name(one.findings), ())

    stored = [codec.encode(one) for one in history]

    def simulate(part: Sequence[bytes]) -> None:
        replay.add((one for value in part if isinstance(one := codec.decode(value), Enriched)), load)

    gc.collect()
    gc.freeze()
    routed, simulated = _rates(route, history, rounds), _rates(simulate, stored, rounds)
    gc.unfreeze()
    answers = load.mentions - load.none
    about = (
        f"{RULES} rules (the shipped flow with its word lists, units that claim by a query), {MESSAGES:,} distinct texts of 15-25 "
        f"words with {len(LABELS)} findings each, {100 * answers / load.mentions:.0f} % of which ask for an answer; tokenising included"
    )
    return [
        _row(
            NAMES[0],
            routed,
            ROUTING,
            f"{about}; median of {rounds} rounds, texts new in each",
            "messages per CPU-second",
        ),
        _row(
            NAMES[1],
            simulated,
            SIMULATE,
            f"full: stored records decoded and triaged anew, {about}",
            "messages/s on one core",
        ),
    ]


def _rates(work: Callable[[Any], None], items: Sequence[Any], rounds: int) -> float:
    share = len(items) // rounds
    rates = []
    for number in range(rounds):
        part = items[number * share : (number + 1) * share]
        started = process_time()
        work(part)
        rates.append(share / (process_time() - started))
    return median(rates)


def _row(name: str, value: float, bound: int, workload: str, unit: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value),
        "unit": unit,
        "bound": f">= {bound:,}",
        "holds": value >= bound,
        "workload": workload,
    }
