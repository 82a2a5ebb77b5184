"""What was found for labelled texts, set beside what is true of them: the figures of the whole and of each language."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from core.types import Finding
from enrich._evaluation import scoring
from enrich._evaluation.labelled import Labelled
from enrich._evaluation.scoring import Flags, OfClass, Wide

ROUNDING = 0.01
"""How far the probabilities of a classifier may be from 1 together."""

UNKNOWN = "und"
"""The language of texts for which none is said and none was detected."""


class Answered(msgspec.Struct, frozen=True):
    """The figures of the texts for which the model did not abstain."""

    count: int
    macro_f1: float
    accuracy: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of some texts. Where the model abstained it counts as wrong, but for `macro_f1`, `answered` and `calibration_error`.

    macro_f1           the mean F1 of the classes that are true of some text; its 95 % interval by bootstrap. Where the
                       model abstained and keeps probabilities the most probable label counts, as in published scores
    macro_f1_strict    the same where what it abstained from is wrong
    accuracy           the share of texts whose labels are all right, and no other
    calibration_error  expected calibration error of the answers (enrich._evaluation.scoring)
    abstained          the share of texts for which it abstained
    confusion          by true class, how many texts were given each; "" is none of them. Of texts with one true class
    """

    count: int
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    macro_f1_strict: float
    accuracy: float
    calibration_error: float
    abstained: float
    answered: Answered
    classes: dict[str, OfClass]
    confusion: dict[str, dict[str, int]]


class Report(Figures, frozen=True, kw_only=True):
    """Of all texts, and by language.

    among  the classes that the model was asked to choose among: those of the file; all of its own where the file has one
    macro_f1_of_all  the macro-F1 when the model's other classes may be given too, and are wrong
    languages_mean   the mean of the languages' macro-F1
    """

    model: str
    among: tuple[str, ...]
    macro_f1_of_all: float
    languages_mean: float
    languages: dict[str, Figures]


class Answers(msgspec.Struct, frozen=True):
    """Tables (n, classes) of what is true, what was given and what would have been; confidence of what was given (n)."""

    truth: Flags
    given: Flags
    guessed: Flags
    abstained: Flags
    confidence: Wide

    def of(self, chosen: Flags) -> "Answers":
        """Those rows alone."""
        return Answers(
            self.truth[chosen],
            self.given[chosen],
            self.guessed[chosen],
            self.abstained[chosen],
            self.confidence[chosen],
        )


def report(rows: Sequence[Labelled], found: Sequence[Finding | None], languages: Sequence[str | None]) -> Report:
    """Of rows whose labels the model has, with its finding for each and the language detected of each."""
    among = tuple(sorted({label for row in rows for label in row.labels}))
    chosen = among if len(among) > 1 else None
    answers, of_all = answers_of(rows, found, among, chosen), answers_of(rows, found, among, None)
    spoken = np.array([row.language or language or UNKNOWN for row, language in zip(rows, languages, strict=True)])
    by_language = {str(one): figures(answers.of(spoken == one), among) for one in np.unique(spoken)}
    return Report(
        **msgspec.structs.asdict(figures(answers, among)),
        model=next((finding.model for finding in found if finding), ""),
        among=among,
        macro_f1_of_all=scoring.macro_f1(of_all.truth, of_all.guessed),
        languages_mean=float(np.mean([one.macro_f1 for one in by_language.values()])),
        languages=by_language,
    )


def figures(answers: Answers, classes: Sequence[str]) -> Figures:
    """The figures of these answers, of which there is one at least."""
    truth, given = answers.truth, answers.given
    right, some = (truth == given).all(axis=1), ~answers.abstained
    single = truth.sum(axis=1) == 1
    return Figures(
        count=len(truth),
        macro_f1=scoring.macro_f1(truth, answers.guessed),
        macro_f1_interval=scoring.interval(truth, answers.guessed),
        macro_f1_strict=scoring.macro_f1(truth, given),
        accuracy=float(right.mean()),
        calibration_error=scoring.calibration_error(answers.confidence[some], right[some]),
        abstained=float(answers.abstained.mean()),
        answered=Answered(
            int(some.sum()),
            scoring.macro_f1(truth[some], given[some]),
            float(right[some].mean()) if some.any() else 0.0,
        ),
        classes=scoring.by_class(truth, given, classes),
        confusion=scoring.confusion(truth[single], given[single], classes),
    )


def answers_of(
    rows: Sequence[Labelled], found: Sequence[Finding | None], classes: Sequence[str], among: Sequence[str] | None
) -> Answers:
    """The tables over `classes`. Where `among` is given, a classifier's choice is the most probable of these: a set that
    was labelled without a class says nothing of it.
    """
    given = [_given(finding, among) for finding in found]
    guessed = [labels or _guess(finding, among) for labels, finding in zip(given, found, strict=True)]
    return Answers(
        _flags([row.labels for row in rows], classes),
        _flags(given, classes),
        _flags(guessed, classes),
        np.array([finding is None or not finding.labels for finding in found], dtype=np.bool_),
        np.array([_confidence(finding, among) for finding in found], dtype=np.float64),
    )


def _given(finding: Finding | None, among: Sequence[str] | None) -> tuple[str, ...]:
    if finding is None or not finding.labels:
        return ()
    chosen = _chances(finding, among)
    return _best(chosen) if chosen and finding.labels[0] not in chosen else finding.labels


def _guess(finding: Finding | None, among: Sequence[str] | None) -> tuple[str, ...]:
    """The most probable label of those; () where there are no probabilities."""
    return _best(_chances(finding, among))


def _confidence(finding: Finding | None, among: Sequence[str] | None) -> float:
    """Of the label given, among the classes it was chosen from."""
    chances = _chances(finding, among)
    if chances and finding and finding.labels:
        return max(chances.values()) / max(sum(chances.values()), 1e-12)
    return (finding and finding.confidence) or 0.0


def _best(chances: Mapping[str, float]) -> tuple[str, ...]:
    return (max(chances, key=chances.__getitem__),) if chances else ()


def _chances(finding: Finding | None, among: Sequence[str] | None) -> dict[str, float]:
    """A classifier's probabilities of these labels; none of a tagger, whose scores exclude nothing."""
    scores = (finding and finding.scores) or {}
    if abs(sum(scores.values()) - 1) > ROUNDING:
        return {}
    return {label: score for label, score in scores.items() if among is None or label in among}


def _flags(labels: Sequence[Sequence[str]], classes: Sequence[str]) -> Flags:
    return np.array([[name in own for name in classes] for own in labels], dtype=np.bool_).reshape(-1, len(classes))
