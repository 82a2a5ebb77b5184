"""An own head beside the shipped one, on the same judged texts."""

from collections.abc import Sequence

import msgspec
import numpy as np

from core.types import Finding
from enrich import _own_fit
from enrich._encoder.vector import Floats
from enrich._evaluation import scoring
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.report import Figures, answers_of, figures
from enrich._own import OwnHead, corrected, logs_of
from enrich._own_fit import Examples

LEAST_TEXTS, LEAST_OF_A_LABEL = 20, 5
"""With fewer judged texts, or fewer of a second label, nothing is fitted: folds would have none to judge by."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """`shipped` and `own` on the judged texts, the own one by cross-validation; `gain` is what its macro-F1 lies above, with
    the 95 % interval of that. `head` is the own head of all of them.
    """

    texts: int
    shipped: Figures
    own: Figures
    gain: float
    interval: tuple[float, float]
    head: OwnHead

    @property
    def verdict(self) -> str:
        """Which is better, and by how much, in a sentence."""
        low, high = self.interval
        by = f"macro-F1 {self.gain:+.3f}, 95 % of draws {low:+.3f} to {high:+.3f}"
        if low > 0:
            return f"the own head is better ({by})"
        if high < 0:
            return f"the shipped head is better ({by})"
        return f"these judgements do not tell which is better ({by})"


def enough(labels: Sequence[str]) -> bool:
    """Whether a head can be fitted to texts with these labels."""
    often = [label for label in set(labels) if labels.count(label) >= LEAST_OF_A_LABEL]
    return len(labels) >= LEAST_TEXTS and len(often) > 1


def compare(rows: Sequence[Labelled], found: Sequence[Finding], vectors: Floats, classes: Sequence[str]) -> Comparison:
    """Fit and judge. Each row has one label, of `classes`; `found` is what the shipped head says of it."""
    places = np.array([classes.index(row.labels[0]) for row in rows])
    groups = np.array([_own_fit.group(row.text) for row in rows])
    examples = Examples(logs_of(found, classes), vectors, places, groups)
    head = _own_fit.fit(examples, classes)
    chances = _own_fit.cross_validated(examples, classes).astype(np.float64).tolist()
    others = [corrected(one, row, head) for one, row in zip(found, chances, strict=True)]
    shipped, own = (answers_of(rows, one, classes, None) for one in (found, others))
    judged = figures(shipped, classes), figures(own, classes)
    return Comparison(
        texts=len(rows),
        shipped=judged[0],
        own=judged[1],
        gain=judged[1].macro_f1 - judged[0].macro_f1,
        interval=scoring.difference(own.truth, own.given, shipped.given),
        head=head,
    )
