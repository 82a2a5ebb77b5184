"""`klankbord label`: judge the messages from which a model learns most."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from core.ports import classes_of
from core.time import now
from core.types import Judgement
from enrich._evaluation.shipped import TOOLS
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.labelling import Question, questions
from klankbord.options import config_option, days_option, harmless, hush, person
from klankbord.own import OWNED, part_of
from klankbord.serving.page import judge
from klankbord.stores import Stores, open_stores
from klankbord.understanding import enricher, open_encoder
from playbook.sections import Playbook

SHOWN = 1_000
SKIP, UNDO, QUIT = "s", "u", "q"
TICK = timedelta(milliseconds=1)
"""What is said later of the same is at least so much later: moments are kept in milliseconds, and the latest counts."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "none": "there is nothing to judge: no message of these days has a {finding} that nobody judged",
        "keys": "Enter: as proposed, s: skip, u: undo the last, q: quit",
        "proposed": "proposed: {label}",
        "unknown": "that is none of the keys",
        "nothing": "there is nothing to undo",
        "undone": "taken back",
        "done": "{count} judged; they count once a running klankbord has taken them in. `klankbord model fit {finding}` learns from them",
    },
    "nl": {
        "none": "er valt niets te beoordelen: geen bericht van deze dagen heeft een {finding} waar niemand iets van zei",
        "keys": "Enter: zoals voorgesteld, s: sla over, u: neem het laatste terug, q: stop",
        "proposed": "voorstel: {label}",
        "unknown": "dat is geen van de toetsen",
        "nothing": "er valt niets terug te nemen",
        "undone": "teruggenomen",
        "done": "{count} beoordeeld; ze tellen zodra een lopende klankbord ze heeft opgenomen. `klankbord model fit {finding}` leert ervan",
    },
}
"""What is said in the terminal, in the organisation's first language where that is here, else in English."""


@click.command(name="label")
@click.argument("finding", default=OWNED[0])
@click.option("--most", default=20, show_default=True, type=click.IntRange(1, 500), help="How many to ask.")
@click.option("--language", help="Only messages in that language, like nl.")
@days_option
@config_option
def command(finding: str, most: int, language: str | None, days: int, config: Path) -> None:
    """Judge the FINDING (sentiment, emotion, intent) of messages of which the model is unsure, all unlike one another.

    What you say counts as on the page: in every figure at once, for ever before what a model says.
    """
    read = configuration.read(config)
    asyncio.run(_label(read, finding, most=most, language=language, days=days))


async def _label(read: Configuration, finding: str, *, most: int, language: str | None, days: int) -> None:
    words = WORDS.get(read.organisation.languages[0], WORDS["en"])
    part = part_of(read, finding)
    async with open_stores(read, hush) as stores, enricher(read, part, Playbook(), TOOLS, own=False) as model:
        with open_encoder(hush) as encoder:
            since = now() - timedelta(days=days)
            asked = await questions(stores, encoder, finding, since=since, language=language, most=most)
        if not asked:
            click.echo(words["none"].format(finding=finding))
            return
        classes = classes_of(model)
        count = await _ask_all(stores, finding, asked, classes, words)
        click.echo(words["done"].format(count=count, finding=finding))


async def _ask_all(
    stores: Stores, finding: str, asked: Sequence[Question], classes: Sequence[str], words: Mapping[str, str]
) -> int:
    """Each answer is durable before the next question. Returns how many stand."""
    keys = "  ".join(f"{number}: {label}" for number, label in enumerate(classes, start=1))
    click.echo(f"{keys}\n{words['keys']}")
    judged: list[int] = []
    place, at = 0, now()
    while place < len(asked):
        answer = _answer(asked[place], f"{place + 1}/{len(asked)}", classes, words)
        at = max(now(), at + TICK)
        match answer:
            case "q":
                break
            case "s":
                place += 1
            case "u" if not judged:
                click.echo(words["nothing"])
            case "u":
                place = judged.pop()
                await _say(stores, finding, asked[place], None, at=at)
                click.echo(words["undone"])
            case label:
                await _say(stores, finding, asked[place], label, at=at)
                judged.append(place)
                place += 1
    return len(judged)


def _answer(question: Question, number: str, classes: Sequence[str], words: Mapping[str, str]) -> str:
    """A label of the model, or one of the keys. The end of the input is that of the questions."""
    mention = question.stored.enriched.mention
    click.echo(f"\n{number} {mention.source} {mention.created_at:%Y-%m-%d}\n{harmless(mention.text[:SHOWN])}")
    proposed = question.proposed if question.proposed in classes else ""
    while True:
        try:
            key = click.prompt(words["proposed"].format(label=proposed or "-"), default="", show_default=False).strip()
        except click.Abort:
            return QUIT
        if key in (SKIP, UNDO, QUIT) or key in classes:
            return str(key)
        if key.isascii() and key.isdigit() and 0 < int(key) <= len(classes):
            return classes[int(key) - 1]
        if not key and proposed:
            return proposed
        click.echo(words["unknown"])


async def _say(stores: Stores, finding: str, question: Question, label: str | None, *, at: datetime) -> None:
    """As the page does: a record of the log topic `judgements`. Without a label the judgement is taken back."""
    mention = question.stored.enriched.mention.id
    labels = None if label is None else (label,)
    await judge(stores.log, [Judgement(mention=mention, name=finding, labels=labels, by=person(), at=at)])
