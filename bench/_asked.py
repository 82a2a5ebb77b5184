"""How pure and how whole the questions are that are found in the demo's month: `python -m bench._asked [SEED ...]`.

A question of the demo is one sentence, or those of bench/_asked.txt that ask the same; what stands around it, and which places and
times it names, is another each time. What counts as a question is what the pipeline takes for one.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest.mock import patch

from core.document import Placed
from core.ports import Enricher, Measured, Understood
from core.types import Author, Mention
from enrich import intent, language
from enrich._chain import make_understand
from enrich._corpus import load_corpus
from enrich._encoder import Encoder, build_model
from klankbord.caching import cache_folder
from klankbord.demo import timeline as demo
from klankbord.demo.messages import Said
from klankbord.demo.wording import FILES, Writer
from klankbord.lending import tools
from klankbord.serving.similar import ordinary
from picture.asked import LEAST, Often, often
from picture.similar import Similar

SAME = Path(__file__).with_name("_asked.txt")
AROUND = ("opener", "more", "closer", "tail", "detail", "lead")
CHOSEN, HELD_OUT = 20, (21, 22)
"""Seeds of the month that thresholds were chosen on, and of others."""
NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
OFTEN = 5
"""Times that a question is asked before it has to be found whole."""


class Asked(NamedTuple):
    """A message that the pipeline takes for a question, and what it asks."""

    placed: Placed
    language: str
    question: str


class Found(NamedTuple):
    """Share of messages in a told group that ask what most there ask; of those that ask an often-asked question, share in the group with most of it;
    of those asked in two languages, how many are one.
    """

    groups: int
    pure: float
    whole: float
    together: tuple[int, int]


class _Noting(Writer):
    """Writes, and knows of each text the sentences that it is made of."""

    made: dict[str, list[str]] = {}

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._dealt: list[str] = []

    def _deal(self, file: str, heading: str) -> str:
        sentence = super()._deal(file, heading)
        if not heading.startswith(AROUND):
            self._dealt.append(sentence)
        return sentence

    def _is_new(self, text: str) -> bool:
        new = super()._is_new(text)
        if new:
            self.made[text] = self._dealt
        self._dealt = []
        return new


def main(seeds: Sequence[int]) -> None:
    print("| seed | | questions | told | pure | whole | in two languages, one |")
    print("|---|---|---|---|---|---|---|")
    with Encoder(build_model(cache_folder())) as encoder:
        for seed in seeds:
            asked = asyncio.run(_asked(encoder, seed))
            found = measured(asked, _told(asked))
            part = "chosen on" if seed == CHOSEN else "held out"
            together = f"{found.together[0]} of {found.together[1]}"
            print(
                f"| {seed} | {part} | {len(asked)} | {found.groups} | {found.pure:.3f} | {found.whole:.3f} | {together} |"
            )


def measured(asked: Sequence[Asked], told: Sequence[Often]) -> Found:
    """How the questions that are told stand to those that were asked."""
    of = {one.placed.mention: one for one in asked}
    group = {mention: place for place, one in enumerate(told) for mention in one.mentions}
    pure = sum(Counter(of[each].question for each in one.mentions).most_common(1)[0][1] for one in told)
    times = Counter(one.question for one in asked)
    whole, total, together, both = 0, 0, 0, 0
    for question in (question for question, count in times.items() if count >= OFTEN):
        mine = [one for one in asked if one.question == question]
        here = Counter(group[one.placed.mention] for one in mine if one.placed.mention in group)
        best = here.most_common(1)[0] if here else (-1, 0)
        whole, total = whole + best[1], total + len(mine)
        spoken = {name for name, count in Counter(one.language for one in mine).items() if count >= LEAST}
        if len(spoken) > 1:
            in_it = {one.language for one in mine if group.get(one.placed.mention) == best[0]}
            both, together = both + 1, together + (len(in_it & spoken) > 1)
    return Found(len(told), pure / max(1, len(group)), whole / max(1, total), (together, both))


def _told(asked: Sequence[Asked]) -> list[Often]:
    return often([one.placed for one in asked], None, [], Similar(ordinary(load_corpus())))


async def _asked(encoder: Encoder, seed: int) -> list[Asked]:
    """The month of that seed, as far as it is a question to the pipeline and a person's own."""
    same = {
        sentence: str(number)
        for number, line in enumerate(SAME.read_text(encoding="utf-8").splitlines())
        if not line.startswith("#")
        for sentence in line.split(" = ")
    }
    with patch("klankbord.demo.timeline.Writer", _Noting):
        month = demo.timeline(NOW, seed)
    said = [one for one in month.messages if one.public and one.wanted and not one.author.own]
    async with AsyncExitStack() as opened:
        lent = tools(cache_folder(), print)
        spoken = language.Settings(languages=tuple(FILES))
        enrichers: list[Enricher] = [
            await opened.enter_async_context(language.build(spoken, lent)),
            await opened.enter_async_context(intent.build(intent.Settings(), lent)),
        ]
        understand = make_understand(enrichers, encoder, Measured())
        found = understand([_mention(one) for one in said])
    return [
        Asked(_placed(one, made), one.wording.language, same.get(sentence, sentence))
        for one, made in zip(said, found, strict=True)
        if _labels(made, "intent") == ("question",)
        and (sentence := next(iter(_Noting.made.get(one.wording.text, ())), ""))
    ]


def _mention(one: Said) -> Mention:
    author = Author(id=f"demo:{one.author.number}")
    return Mention(
        id=f"demo:{one.number}", source="demo", author=author, text=one.wording.text, created_at=one.at, seen_at=one.at
    )


def _placed(one: Said, made: Understood) -> Placed:
    return Placed(
        mention=f"demo:{one.number}",
        author=f"demo:{one.author.number}",
        vector=made.vector,
        language=next(iter(_labels(made, "language")), "und"),
        created_at=one.at,
        arrived_at=one.at,
    )


def _labels(made: Understood, name: str) -> tuple[str, ...]:
    return next((one.labels for one in made.findings if one.name == name), ())


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [CHOSEN, *HELD_OUT])
