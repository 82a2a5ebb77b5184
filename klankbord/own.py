"""Own heads: fitted to what people said of archived mentions, judged beside the shipped one, used when a person says so."""

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext

from core.errors import Misconfigured, Stop
from core.ports import Enricher, classes_of
from core.settings import nearest
from core.types import Mention
from desk.store import judgements
from enrich._encoder import unpack
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.own import LEAST_OF_A_LABEL, LEAST_TEXTS, Comparison, compare, enough
from enrich._evaluation.shipped import Tick, find
from klankbord.configuration import Configuration, Part
from klankbord.folder import Folder
from klankbord.stores import Stores
from klankbord.understanding import open_encoder

OWNED = ("sentiment", "emotion", "intent")
"""Findings of which there can be an own head: one label of a fixed list, by a head that reads the encoder."""


def part_of(configuration: Configuration, finding: str) -> Part:
    """The configured part that gives it, else the shipped one. Raises Misconfigured where there can be no own head of it."""
    if finding not in OWNED:
        raise Misconfigured([f'there is no own head of "{finding}"; {nearest(finding, OWNED)}'])
    return next((part for part in configuration.enrich if part.use == finding), Part(use=finding))


def part_to_fit(configuration: Configuration, finding: str) -> Part:
    """The same, where an own head would be used. Raises Misconfigured also where another part gives that finding."""
    part = part_of(configuration, finding)
    if other := [one.use for one in configuration.enrich if one.settings.get("finding") == finding]:
        raise Misconfigured(
            [
                f'`use: {other[0]}` gives "{finding}" here; an own head corrects `use: {finding}` alone, and would not be used'
            ]
        )
    return part


async def judged(stores: Stores, finding: str, classes: Sequence[str]) -> list[tuple[Mention, str]]:
    """What people said of it, latest word each, of mentions that are still there; without what is no label of the model."""
    said = {
        one.mention: one.labels[0]
        for one in await judgements.current(stores.desk)
        if one.name == finding and one.labels and one.labels[0] in classes and not stores.erased(one.mention)
    }
    there = await stores.archive.several(list(said))
    mentions = [
        stored.enriched.mention for stored in there.values() if not stores.erased(stored.enriched.mention.author.id)
    ]
    return [(mention, said[mention.id]) for mention in sorted(mentions, key=lambda mention: mention.id)]


async def beside_shipped(
    model: Enricher, said: Sequence[tuple[Mention, str]], languages: Sequence[str], tick: Tick
) -> Comparison:
    """Fit an own head to these judgements and judge it beside the shipped `model`. Raises Stop where they are too few."""
    if not enough([label for _, label in said]):
        raise Stop(
            f"{len(said)} judgements of {model.name} are too few: {LEAST_TEXTS} are needed, {LEAST_OF_A_LABEL} of them for each of "
            f"two labels; give some with `klankbord label {model.name}` or on the page"
        )
    with open_encoder(lambda _: None) as encoder:
        found = await find(nullcontext(model), encoder, [mention for mention, _ in said], languages, tick)
    kept = [
        (Labelled(mention.text, (label,), one.language), one.finding, one.vector)
        for (mention, label), one in zip(said, found, strict=True)
        if one.finding and one.vector
    ]
    rows, findings, vectors = zip(*kept, strict=True)
    return compare(rows, findings, unpack(vectors), classes_of(model))


def in_force(folder: Folder) -> list[str]:
    """Each own head in use, by file name and content."""
    files = sorted(folder.heads.glob("*.npz"))
    return [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
