"""docs/dashboards.md, from the dashboards and their tested answers: `python -m tests.dashboards.describing` writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.dashboards.alerts import RULES
from deploy.dashboards.files import boards
from tests.dashboards import case_corpus, corpus
from tests.dashboards.answers import ACCOUNTS, ANSWERS, MEASURED, PIPELINE

PAGE = Path(__file__).parents[2] / "docs" / "dashboards.md"

_INTRODUCTION = """\
# Dashboards

Grafana asks Elasticsearch and Prometheus itself; its dashboards are code (deploy/dashboards), so that a field or a measure that is
renamed fails a test. This page is written by `python -m tests.dashboards.describing`; a test compares the two.

    docker compose --profile watch up -d          Grafana on http://127.0.0.1:3000, user admin; its password:
    docker compose exec grafana cat /secrets/grafana/admin.password
    klankbord dashboards build DIR                the files that a Grafana provisions itself from
    klankbord dashboards check DIR                whether they are those of the code, and whether all they ask for exists
    klankbord dashboards push URL --token FILE    into a Grafana of yours, with a service account token of the role Editor

**What is counted.** Panels ask the alias `klankbord-shown`, whose filter is that of every figure of the page: nothing that was
judged irrelevant, muted (an author or a word), part of an exercise, deleted or hidden. Of muted words some 900 are left out, the rest count. It shows only what is public; where a policy
lets in other messages, the page counts them and dashboards do not. Event time, as on the page. Copies of a text count each, in every panel but *Voices*, which counts them once, as
the page does where it is asked to: the panel is as exact as Elasticsearch counts different values, to one or two in a hundred above 40,000.

**Customers.** *Customer* is chosen by name and narrows its accounts; both lists, and the panel *Known*, come from the documents that
klankbord keeps of its customers, under the alias `klankbord-customers`: of each its accounts, first and last mention, volume,
topics, net sentiment of twelve weeks, and the segment and owner that other systems say. A document is counted anew within seconds
of whatever changes it. Offered is who was heard in the range, or counted in it. Neither emotion nor reach of a person is shown.

**Cases.** *Response* comes from the documents that klankbord keeps of its cases, under the alias `klankbord-cases`: of each its channel, team, severity, the number of its crisis, why it was opened
and closed, when, how many seconds until the first answer in the team's hours and by the clock, and whether what was promised was kept. No text, no name and no account
stands in them, neither of an author nor of anybody of the staff. A document follows its case within seconds and goes with it. Figures are of the cases opened in the range; the backlog is of
those that were open in it and still wait, whenever they were opened. Medians and ninetieths are as exact as Elasticsearch's t-digest: exact for few cases, to within a
percent or so for many.

**Who reads.** Grafana's key may read those three aliases and nothing else: no note of what people said, no index of its own, no writing. Elastic's
free licence cannot narrow a key to fields, so it reads whole documents of them, author's names and texts among them. Grafana
stores no mention: what is erased is gone from its panels with the next question.

**Notes.** What people note beside the charts of the page is drawn into every panel over time, as *Notes* in the dashboard's controls,
and follows when one is removed or brought back. So is each crisis, from when it began until it was stood down, within a minute: its number, and
whether it was an exercise; what it is about stands on the page alone. So are [business events](happenings.md): outages, campaigns and others by kind and title, the latest 500. A stretch that began before the time shown and ends after it is not asked for by Grafana.

**Two differences to the page.** *Authors by reach* ranks by the most followers read in the range, the page by those last read. *What
moved* always holds the last seven days against the seven before; the page holds the range it shows against the one some weeks before.

No Grafana is started by the tests. They send what its data source sends, as its source code says, to a real Elasticsearch and compare
with the numbers below and with the page's own answers; Prometheus' expressions are counted by promtool; the JSON is held against a
schema made of Grafana's own types.
"""


def page() -> str:
    """The whole page."""
    pair = f"The same; asked about a customer with the accounts {' and '.join(ACCOUNTS)}."
    corpora = {"overview": corpus.__doc__, "customer": pair, "response": case_corpus.__doc__}
    corpora["crisis"] = f"{corpus.__doc__} {case_corpus.__doc__}"
    found = [_INTRODUCTION]
    for board in boards():
        name = board["uid"].removeprefix("klankbord-")
        found += [f"## {board['title'].removeprefix('klankbord: ').capitalize()}", "", board["description"], ""]
        found += ["The answers are of this corpus: " + " ".join((corpora.get(name) or MEASURED).split()), ""]
        found += ["| panel | question | query | answer |", "|---|---|---|---|"]
        found += [_row(panel, _answer(name, panel["title"])) for panel in board["panels"]]
        found.append("")
    found += ["## Alert rules", "", "| rule | says | asks |", "|---|---|---|"]
    found += [f"| {rule.title} | {_cell(rule.summary)} | {_code(rule.means)} |" for rule in RULES]
    return "\n".join([*found, ""])


def _row(panel: Mapping[str, Any], answer: str) -> str:
    asked = "<br>".join(_code(text) for text in _asked(panel))
    return f"| {panel['title']} | {_cell(panel['description'])} | {asked} | {_cell(answer)} |"


def _asked(panel: Mapping[str, Any]) -> Iterator[str]:
    """Each query of a panel in one line."""
    for target in panel["targets"]:
        if "expr" in target:
            yield target["expr"]
        elif "expression" in target:
            yield f"{target['refId']} = {target.get('reducer', '')} {target['expression']}".replace("=  ", "= ")
        else:
            yield f"{target['refId']}: {target['query']}{_split(target)}"


def _split(target: Mapping[str, Any]) -> str:
    parts = [
        bucket["field"]
        if bucket["type"] == "terms"
        else _asked_for(bucket)
        if bucket["type"] == "filters"
        else _stretch(bucket)
        for bucket in target["bucketAggs"]
    ]
    counted = [f"{one['type']} {one['field']}" for one in target["metrics"] if "field" in one]
    return (f" by {', '.join(parts)}" if parts else " newest first") + "".join(f", {one}" for one in counted)


def _asked_for(bucket: Mapping[str, Any]) -> str:
    """The field that a split by queries is about: each names it."""
    return bucket["settings"]["filters"][0]["query"].partition(":")[0]


def _stretch(bucket: Mapping[str, Any]) -> str:
    return {"auto": "time", "1d": "day"}.get(bucket["settings"]["interval"], "all time")


def _answer(board: str, panel: str) -> str:
    if board in ANSWERS:
        return ANSWERS[board][panel]
    return ", ".join(f"{labels} {value:g}".removeprefix("{} ") for labels, value in PIPELINE[panel])


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
