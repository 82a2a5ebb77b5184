"""`klankbord evaluate` asked for real, where there is a configuration and where there is none."""

import gzip
import json
import re

import pytest

from enrich._train.card import CARD
from tests.klankbord.program import Program, command

TONE = [("Wat een fijne service, heel blij mee!", "positive"), ("Waardeloos, alweer een uur vertraging", "Negative")]
FIGURE = re.compile(r"\d+\.\d+")


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def labelled(path, rows, pack=lambda content: content):
    path.write_bytes(pack("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows).encode()))
    return str(path)


def judged(*arguments):
    """The JSON that it prints."""
    said = command("evaluate", "--json", *arguments)
    assert said.exit_code == 0, said.stderr
    return json.loads(said.stdout)


def refused(*arguments):
    """The sentence with which it ends."""
    said = command("evaluate", *arguments)
    assert said.exit_code == 2, said.output
    return said.stderr


def test_without_anything_it_prints_the_table_of_the_page() -> None:
    said = command("evaluate")
    assert said.exit_code == 0
    page = CARD.read_text(encoding="utf-8")
    table = re.search(r"^\| finding .*?(?=\n\n)", page, re.DOTALL | re.MULTILINE)
    assert table is not None
    assert FIGURE.sub("", said.stdout.strip()) == FIGURE.sub("", table[0])
    # Processors round differently in the encoder: one text more or less may be right.
    printed, stands = (list(map(float, FIGURE.findall(text))) for text in (said.stdout, table[0]))
    assert printed == pytest.approx(stands, abs=0.03)


def test_in_an_empty_folder_it_judges_the_shipped_sentiment(tmp_path) -> None:
    found = judged("--data", labelled(tmp_path / "a.jsonl.gz", TONE, gzip.compress))
    assert (found["finding"], found["macro_f1"], found["count"]) == ("sentiment", 1.0, 2)
    assert found["languages"]["nl"]["count"] == 2
    assert found["confusion"]["positive"]["positive"] == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "a.jsonl.gz"]


def test_the_labels_choose_the_model(tmp_path) -> None:
    rows = [("Belachelijk, wat een prutsers daar", "anger"), ("So happy with my new bike, thank you all", "optimism")]
    assert judged("--data", labelled(tmp_path / "a", rows))["finding"] == "emotion"
    rows = [("Can I pay by card at the pool?", "question"), ("Ik sta in de trein", "other")]
    assert judged("--data", labelled(tmp_path / "b", rows))["finding"] == "intent"


def test_the_shipped_texts_judge_the_model_named(tmp_path) -> None:
    found = judged("--model", "intent")
    assert found["macro_f1"] > 0.7
    assert set(found["languages"]) == {"nl", "en"}


def test_it_shows_figures_by_language_and_class(tmp_path) -> None:
    shown = command("evaluate", "--data", labelled(tmp_path / "a", TONE)).stdout
    assert "macro-F1 1.000" in shown
    assert re.search(r"^nl +2 +1\.000", shown, re.MULTILINE)
    assert re.search(r"^positive +1 +1\.000 +1\.000 +1\.000", shown, re.MULTILINE)


def test_a_configured_model_is_judged_as_it_is_configured(tmp_path) -> None:
    program = Program(tmp_path, enrich=["language", {"use": "sentiment", "settings": {"least": 1}}])
    found = json.loads(program.command("evaluate", "--json", "--data", labelled(tmp_path / "a", TONE)).stdout)
    assert (found["abstained"], found["macro_f1_strict"], found["answered"]["count"]) == (1.0, 0.0, 0)


def test_what_cannot_be_judged_is_said(tmp_path) -> None:
    wrong = labelled(tmp_path / "a", [*TONE, ("Fijn", "positief")])
    assert f'{wrong}, line 3: there is no label "positief"; did you mean "positive"?' in refused("--data", wrong)
    assert 'there is no model "sentment" to be judged by labels; did you mean "sentiment"?' in refused(
        "--model", "sentment"
    )
    assert "no labelled texts for sentiment are shipped" in refused("--model", "sentiment")
    assert "nothing.yaml: no such file" in refused("-c", "nothing.yaml", "--data", wrong)
    several = labelled(tmp_path / "b", [("Fijn", ["positive", "negative"])])
    assert "every text has several labels, and sentiment gives one" in refused("--data", several)
