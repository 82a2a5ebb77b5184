"""Judges a configured model on labelled texts: which model they are for, what it finds, the figures."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, nullcontext
from time import perf_counter

import msgspec

from core.errors import Misconfigured
from core.ports import Enricher, classes_of
from core.settings import nearest
from enrich._evaluation.labelled import Labelled, fitting, known
from enrich._evaluation.report import Report, report
from enrich._evaluation.shipped import TOOLS, Tick, find, labelled, mention
from enrich.emotion import FINER
from klankbord.configuration import Configuration, Organisation, Part
from klankbord.understanding import enricher, open_encoder
from playbook.playbook import load
from playbook.sections import Playbook

SHIPPED = ("sentiment", "emotion", "intent")
"""The models of klankbord that choose one label of a fixed list. The first is judged where several would do."""

UNCONFIGURED = Configuration(
    organisation=Organisation(name="nobody", languages=("nl", "en", "de", "fr", "es", "it", "pt", "ar", "hi"))
)
"""What is judged where there is no configuration: the shipped models, in the languages of docs/models.md."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """How a model did. `left_out` texts have several labels where the model gives one; `seconds` is without opening it."""

    finding: str
    left_out: int
    seconds: float
    report: Report


@asynccontextmanager
async def models(configuration: Configuration, name: str | None) -> AsyncIterator[Sequence[Enricher]]:
    """The configured enrichers and the shipped ones that can be judged; where `name` is given those that it means, by
    component or by finding.

    Raises Misconfigured where none is called so, or none of those can be judged.
    """
    parts = [*configuration.enrich, *(Part(use=one) for one in SHIPPED)]
    meant = [part for part in parts if part.use == name] or parts
    playbook = load(configuration.playbook) if configuration.playbook.is_file() else Playbook()
    async with AsyncExitStack() as stack:
        built = [await stack.enter_async_context(enricher(configuration, part, playbook, TOOLS)) for part in meant]
        first = {one.name: one for one in reversed(built)}  # the configured one, where a shipped one is called so too
        judged = [one for one in first.values() if classes_of(one)]
        found = [one for one in judged if len(meant) < len(parts) or name in (None, one.name)]
        if not found:
            raise Misconfigured(
                [
                    f'there is no model "{name}" to be judged by labels; {nearest(name or "", [one.name for one in judged])}'
                ]
            )
        yield found


def choose(found: Sequence[Enricher], rows: Sequence[Labelled]) -> Enricher:
    """The one whose labels the rows have: the sentiment, where several would do; where none would, the one that comes
    nearest.

    Raises Misconfigured where several would do and none is the sentiment.
    """
    fit = {one.name: fitting(rows, classes_of(one), _finer(one)) for one in found}
    best = [one for one in found if fit[one.name] == max(fit.values())]
    preferred = [one for one in best if one.name == SHIPPED[0]] or best
    if len(preferred) > 1 and fit[preferred[0].name] == len(rows):
        names = ", ".join(one.name for one in preferred)
        raise Misconfigured([f"these labels fit several models ({names}); say which with --model"])
    return preferred[0]


async def judge(
    model: Enricher, rows: Sequence[Labelled], languages: Sequence[str], *, where: str, tick: Tick
) -> Judged:
    """The figures. Raises Misconfigured where a row has a label that the model does not have."""
    spelt = known(rows, classes_of(model), _finer(model), where=where)
    with ExitStack() as stack:
        encoder = stack.enter_context(open_encoder(lambda _: None)) if model.needs_vector else None
        began = perf_counter()
        found = await find(nullcontext(model), encoder, [mention(row.text) for row in rows], languages, tick)
        seconds = perf_counter() - began
    tags = any(one.finding and len(one.finding.labels) > 1 for one in found)
    kept = [(row, one) for row, one in zip(spelt, found, strict=True) if tags or len(row.labels) == 1]
    if not kept:
        raise Misconfigured([f"{where}: every text has several labels, and {model.name} gives one"])
    figures = report([row for row, _ in kept], [one.finding for _, one in kept], [one.language for _, one in kept])
    return Judged(finding=model.name, left_out=len(rows) - len(kept), seconds=seconds, report=figures)


def shipped(model: Enricher) -> list[Labelled]:
    """The shipped texts for it. Raises Misconfigured where there are none."""
    rows = [row for some in labelled(model.name).values() for row in some]
    if not rows:
        raise Misconfigured([f"no labelled texts for {model.name} are shipped; give a file of your own with --data"])
    return rows


def _finer(model: Enricher) -> Mapping[str, str]:
    """Labels of finer lists, and the model's label that they are part of."""
    wide = FINER if model.name == "emotion" else {}
    return {name: label for label, names in wide.items() for name in names.split()}
