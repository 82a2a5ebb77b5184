"""The accounts of the demo: first names and words, never a living person's full name."""

import math
from collections.abc import Sequence
from random import Random

from klankbord.demo.material import parts
from klankbord.demo.messages import Person

OWN = Person(number=0, handle="noorderlijn", name="Noorderlijn", followers=48_200, own=True)


def crowd(random: Random, size: int) -> Sequence[Person]:
    """`size` accounts with different handles; the first ones speak most."""
    words = parts("people")
    people: list[Person] = []
    taken: set[str] = set()
    while len(people) < size:
        name, handle = _named(random, words)
        if handle in taken:
            handle = f"{handle}{random.randint(2, 99)}"
        if handle in taken:
            continue
        taken.add(handle)
        followers = int(math.exp(random.gauss(4.9, 1.5)))
        people.append(Person(number=len(people) + 1, handle=handle, name=name, followers=followers))
    return people


def speaker(random: Random, people: Sequence[Person]) -> Person:
    """Someone of the crowd: few speak often, most once or twice."""
    return people[int(len(people) * random.random() ** 1.7)]


def _named(random: Random, words: dict[str, list[str]]) -> tuple[str, str]:
    first = random.choice(words["first"])
    chance = random.random()
    if chance < 0.22:
        plain = random.choice(words["plain"])
        return plain.replace("_", " "), plain
    if chance < 0.75:
        second = random.choice(words["second"])
        return f"{first} {second.replace('_', ' ')}", f"{first}_{second}".lower().replace("é", "e")
    return first, f"{first.lower().replace('é', 'e')}{random.randint(10, 99)}"
