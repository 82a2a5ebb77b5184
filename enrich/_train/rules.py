"""What rules find rather than models, measured: `python -m enrich._train.rules` writes the scores and their part of the card."""

import json
from collections.abc import Mapping
from typing import Any

from enrich._encoder.shipped import MODELS
from enrich._train import personal, spam
from enrich.spam import RULES

SCORES = MODELS / "rules.json"

_TEXT = """
## Personal data

E-mail addresses, telephone numbers (the plans in phonenumbers, Apache-2.0), IBAN, BSN and card numbers, found by form, check
digits and the words before them; no model, no names, no postal addresses. docs/redaction.md says where it happens and what
stays. Right is what is found from its first character to its last, as its kind. "Written" are {written} sentences written for
this purpose, {written_there} of them with personal data, by the same hand as the rules: those were made with every second one,
the others are only reported. "Made" are {made} sentences from a seed, a fifth of whose numbers hide behind zero-width signs or full-width letters.

{personal}

## Spam

Rules, each with its reason as a label: {reasons}.
A complaint with a link is none; where no rule holds it is silent. Judged on {messages} messages written for this purpose by the same
hand as the rules, those that are no spam made to look like it; the rules were made with every second one, the others are only reported. `throwaway` and `bot` ask for facts of accounts, which
those have not. That many accounts post one text is no rule: the archive counts copies ([queries](queries.md)).

{spam}
"""


def report() -> dict[str, Any]:
    """The scores as they are now."""
    return {"personal": personal.report(), "spam": spam.report()}


def section(scores: Mapping[str, Any]) -> str:
    """The part of the card that tells of these scores."""
    every = [*personal.written(held_out=False), *personal.written(held_out=True)]
    return _TEXT.format(
        written=len(every),
        written_there=sum(bool(text.found) for text in every),
        made=f"{personal.MADE:,}",
        personal=_personal(scores["personal"]),
        reasons=", ".join(f"`{reason}`" for reason in RULES),
        messages=len([*spam.written(held_out=False), *spam.written(held_out=True)]),
        spam=_spam(scores["spam"]),
    )


def stored() -> dict[str, Any]:
    """The scores as they were written last."""
    found: dict[str, Any] = json.loads(SCORES.read_text(encoding="utf-8"))
    return found


def _personal(parts: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    lines = ["| texts | kind | number | precision | recall |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {part} | {kind} | {row['number']} | {row['precision']:.3f} | {row['recall']:.3f} |"
        for part, rows in parts.items()
        for kind, row in rows.items()
    ]
    return "\n".join(lines)


def _spam(parts: Mapping[str, Mapping[str, float]]) -> str:
    lines = ["| texts | spam | other | precision | recall |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {part} | {row['spam']} | {row['other']} | {row['precision']:.3f} | {row['recall']:.3f} |"
        for part, row in parts.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    SCORES.write_text(json.dumps(report(), indent=1) + "\n", encoding="utf-8")
