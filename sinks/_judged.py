"""What people said of a mention, laid over what the enrichers found: every archive applies judgements with this."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from core.codec import encode
from core.findings import JUDGED
from core.types import Enriched, Finding, Judgement

IRRELEVANT = "irrelevant"


def outranks(new: Judgement, old: Judgement | None) -> bool:
    """Whether `new` counts rather than `old`: the later one; of two at one time the same one wins in any order."""
    return old is None or (new.at, encode(new)) > (old.at, encode(old))


def irrelevant(judgements: Iterable[Judgement]) -> bool:
    """Whether the mention was judged irrelevant and that was not withdrawn."""
    return any(said.name == IRRELEVANT and said.labels for said in judgements)


def judged(enriched: Enriched, judgements: Sequence[Judgement]) -> Enriched:
    """The mention with the corrections in its findings. `judgements` holds at most one a name: the one that counts."""
    said = {one.name: one.labels for one in judgements if one.labels is not None and one.name != IRRELEVANT}
    if not said:
        return enriched
    kept = tuple(found for found in enriched.findings if found.name not in said)
    given = tuple(Finding(name=name, model=JUDGED, labels=labels) for name, labels in sorted(said.items()))
    return replace(enriched, findings=kept + given)
