"""What triage made of one message, as its page tells it in the reader's language."""

from collections.abc import Sequence

import msgspec

from core.types import Enriched
from playbook.concluding import Line, concluded, remark
from playbook.confirming import waits
from playbook.disagreement import said
from playbook.explaining import answered, asked, does
from playbook.sections import Playbook


class Triaged(msgspec.Struct, frozen=True, kw_only=True):
    """The way and what it came to.

    remark    what has to be said first; "" where nothing has
    questions each with its answer, in words; `lines` what it came to
    outcome   the one that counts now, as it is stored
    waits     a person has to confirm it, and nobody has said anything yet
    outcomes  all there are, each with its words, that which counts now left out
    """

    remark: str
    questions: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    outcome: str
    waits: bool
    outcomes: Sequence[tuple[str, str]]


def triaged(playbook: Playbook, record: Enriched, language: str) -> Triaged | None:
    """None where the message was not triaged and there is no triage now."""
    triage, outcome = playbook.triage, said(record) or record.routing.outcome or ""
    if triage is None and not outcome:
        return None
    known = triage.outcomes if triage else {}
    return Triaged(
        remark=remark(playbook, record, language),
        questions=tuple((one.words, answered(one, language)) for one in asked(playbook, record, language)),
        lines=tuple(concluded(playbook, record, language)) if record.routing.outcome else (),
        outcome=outcome,
        waits=triage is not None and waits(triage, record),
        outcomes=[(name, does(playbook, name, language)) for name in known if name != outcome],
    )
