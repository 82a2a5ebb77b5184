"""The labelled texts that come with klankbord, all written for it, and what the shipped models make of them.

A section is a function that gives rows of the table; SECTIONS has them all.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec

from core.ports import Enricher, Tools
from core.types import Author, Finding, Mention
from enrich import aspects, intent, language, sentiment, topics
from enrich._chain import LANGUAGE, make_understand
from enrich._encoder import Encoder
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.report import Figures, report
from enrich._train import aspects as judged
from enrich._train import written
from enrich._train.topics import own_texts

AT_ONCE = 256
LANGUAGES = ("nl", "en")
"""Of the shipped texts."""
Tick = Callable[[int], None]
"""Told how many texts are done."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: a figure of one finding on one set, `low` to `high` its 95 % interval.

    answered, calibration_error, abstained  as in enrich._evaluation.report, where the measure has them
    """

    finding: str
    set: str
    texts: int
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    answered: float | None = None
    calibration_error: float | None = None
    abstained: float | None = None


Section = Callable[[Encoder], Awaitable[Sequence[Row]]]


class Found(msgspec.Struct, frozen=True):
    """What was found for one text: the finding asked for, the language detected, the packed vector if one was made."""

    finding: Finding | None
    language: str | None
    vector: bytes


async def find(
    building: AbstractAsyncContextManager[Enricher],
    encoder: Encoder | None,
    mentions: Sequence[Mention],
    languages: Sequence[str],
    tick: Tick = lambda _: None,
) -> list[Found]:
    """What the enricher finds for each mention, through the chain as in serving."""
    listening = language.build(language.Settings(languages=tuple(languages)), TOOLS)
    async with building as enricher, listening as listener:
        chain = [enricher] if enricher.name == LANGUAGE else [listener, enricher]
        understand = make_understand(chain, encoder)
        found: list[Found] = []
        for start in range(0, len(mentions), AT_ONCE):
            for understood in understand(mentions[start : start + AT_ONCE]):
                by_name = {finding.name: finding for finding in understood.findings}
                spoken = by_name.get(LANGUAGE)
                code = spoken.labels[0] if spoken and spoken.labels else None
                found.append(Found(by_name.get(enricher.name), code, understood.vector))
            tick(len(found))
    return found


def labelled(finding: str) -> Mapping[str, Sequence[Labelled]]:
    """The shipped texts that judge that finding, by set; none for most."""
    return _intent() if finding == "intent" else {}


def _intent() -> dict[str, list[Labelled]]:
    """The part that judges of the texts written to teach it, and texts in another style, none of which teach."""
    sets = {}
    for code in ("nl", "en"):
        sets[f"held out, {code}"] = [row for row in written.read(f"intent.{code}") if written.judges(row)]
        sets[f"another style, {code}"] = written.read(f"intent-loose.{code}")
    return sets


async def of_intent(encoder: Encoder) -> list[Row]:
    """Each language by itself."""
    sets = labelled("intent").items()
    return [await _classified(intent.build(intent.Settings(), TOOLS), encoder, name, rows) for name, rows in sets]


async def of_topics(encoder: Encoder) -> list[Row]:
    """Six topics; a text may have several or none."""
    settings, texts = own_texts()
    rows = [Labelled(text, tuple(names)) for text, names in texts]
    return [await _classified(topics.build(settings, TOOLS), encoder, "six topics, nl and en", rows)]


async def of_aspects(encoder: Encoder) -> list[Row]:
    """Each language by itself: what is named, the tone toward each, the tone of the whole text in its place, and how many of
    the texts that are for one thing and against another are right in all.
    """
    rows: list[Row] = []
    for code in LANGUAGES:
        texts = [one for one in judged.held_out() if one.language == code]
        found = [judged.toward(finding) for finding in await _aspects(encoder, texts)]
        said = [mention(one.text) for one in texts]
        whole = await find(sentiment.build(sentiment.Settings(), TOOLS), encoder, said, LANGUAGES)
        of_whole = [dict.fromkeys(own, one.finding) for own, one in zip(found, whole, strict=True)]
        count = sum(len(one.tones) for one in texts)
        precision, recall = judged.named(texts, found)
        against, right = judged.opposites(texts, found)
        rows += [
            _row(f"named, {code}", count, "precision", precision),
            _row(f"named, {code}", count, "recall", recall),
            _toned(f"tone toward each, {code}", texts, found),
            _toned(f"tone of the whole text, {code}", texts, of_whole),
            _row(f"for and against, {code}", against, "all right", right),
        ]
    return rows


def _row(name: str, texts: int, measure: str, value: float) -> Row:
    return Row(finding="aspects", set=name, texts=texts, measure=measure, value=round(value, 4))


def _toned(name: str, texts: Sequence[judged.Judgement], found: Sequence[judged.Toward]) -> Row:
    rows, findings = judged.tones(texts, found)
    return row_of("aspects", name, report(rows, findings, [row.language for row in rows]))


async def _aspects(encoder: Encoder, texts: Sequence[judged.Judgement]) -> list[Finding | None]:
    """Of each text, by its own vocabulary."""
    found: dict[str, Finding | None] = {}
    for name, settings in judged.vocabularies().items():
        own = [one.text for one in texts if one.vocabulary == name]
        said = [mention(text) for text in own]
        made = await find(aspects.build(settings, TOOLS), encoder, said, LANGUAGES)
        found |= {text: one.finding for text, one in zip(own, made, strict=True)}
    return [found[one.text] for one in texts]


SECTIONS: tuple[Section, ...] = (of_intent, of_topics, of_aspects)


async def evaluate(encoder: Encoder, tick: Tick = lambda _: None) -> list[Row]:
    """The rows of every section, in order; `tick` is told how many sections are done."""
    rows: list[Row] = []
    for number, section in enumerate(SECTIONS, start=1):
        rows += await section(encoder)
        tick(number)
    return rows


async def _classified(
    building: AbstractAsyncContextManager[Enricher], encoder: Encoder, name: str, rows: Sequence[Labelled]
) -> Row:
    found = await find(building, encoder, [mention(row.text) for row in rows], ("nl", "en"))
    made = report(rows, [one.finding for one in found], [one.language for one in found])
    return row_of(next(one.finding.name for one in found if one.finding), name, made)


def row_of(finding: str, name: str, made: Figures) -> Row:
    """The table's line of these figures."""
    return Row(
        finding=finding,
        set=name,
        texts=made.count,
        measure="macro-F1",
        value=made.macro_f1,
        low=made.macro_f1_interval[0],
        high=made.macro_f1_interval[1],
        answered=made.answered.macro_f1,
        calibration_error=made.calibration_error,
        abstained=made.abstained,
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOOLS = Tools(clock=lambda: _EPOCH, random=Random(1), cache=Path(), report=lambda _: None)
"""For enrichers that ask the program for nothing but a place to say things."""


def mention(text: str) -> Mention:
    """A message of that text and nothing else."""
    return Mention(
        id="labelled:0", source="labelled", author=Author(id="labelled:0"), text=text, created_at=_EPOCH, seen_at=_EPOCH
    )
