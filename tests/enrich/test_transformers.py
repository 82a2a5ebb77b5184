"""`use: transformers` on small real models in a folder."""

import json
import sys
import threading

import onnx
import pytest
from onnx import TensorProto

from core.errors import Misconfigured, Reject, Stop
from core.settings import check
from enrich import transformers
from enrich._chain import make_understand
from tests.enrich.small_model import NAMED, SPECIAL, WORDS, graph, make_model
from tests.enrich.texts import mention, passage, tools

SOFTMAX_3 = 0.9094
"""Of (9/3, 0, 0): a text of one word, between two special tokens."""


@pytest.fixture
def folder(tmp_path):
    return make_model(tmp_path / "model")


async def found(model, *texts, **settings):
    given = {"finding": "sentiment", "labels": NAMED} | settings
    async with transformers.build(transformers.Settings(model=str(model), **given), tools()) as enricher:
        return enricher.find([passage(text) for text in texts])


async def refused(model, **settings):
    with pytest.raises(Stop) as error:
        await found(model, "goed", **settings)
    return str(error.value)


async def test_each_text_gets_the_most_probable_label(folder):
    findings = await found(folder, "slecht", "Goed, mooi", "", "open")
    assert [finding and finding.labels for finding in findings] == [("negative",), ("positive",), None, ("neutral",)]
    assert findings[0].confidence == SOFTMAX_3
    assert findings[0].scores == pytest.approx({"negative": SOFTMAX_3, "neutral": 0.0453, "positive": 0.0453})
    assert findings[0].model.startswith("model-")


async def test_a_finding_does_not_depend_on_batch_mates(folder):
    texts = ["slecht", "goed mooi open traag", "onbekend " * 20, "open", "mooi traag onbekend"]
    together = await found(folder, *texts)
    assert together == [(await found(folder, text))[0] for text in texts]


async def test_labels_that_share_a_name_are_added_up(folder):
    (finding,) = await found(
        folder, "slecht", labels={"LABEL_0": "negative", "LABEL_1": "positive", "LABEL_2": "positive"}
    )
    assert finding.scores == pytest.approx({"negative": SOFTMAX_3, "positive": 1 - SOFTMAX_3}, abs=1e-4)


async def test_below_the_threshold_it_abstains_and_keeps_the_scores(folder):
    (finding,) = await found(folder, "onbekend", least=0.8)
    assert finding.labels == ()
    assert finding.confidence is None
    assert set(finding.scores) == {"negative", "neutral", "positive"}


async def test_several_labels_each_have_a_probability(tmp_path):
    folder = make_model(tmp_path / "m", labels=("threat", "fact", "praise"), problem_type="multi_label_classification")
    findings = await found(folder, "slecht goed mooi open klankbord", "onbekend", finding="moral", labels={}, least=0.7)
    assert findings[0].labels == ("praise", "fact", "threat")
    assert findings[0].confidence == 0.895
    assert findings[1].labels == ()


@pytest.mark.parametrize("inputs", [(), ("attention_mask",), ("token_type_ids",), ("attention_mask", "token_type_ids")])
async def test_a_graph_is_given_the_inputs_it_asks_for(tmp_path, inputs):
    (finding,) = await found(make_model(tmp_path / "m", inputs=inputs), "slecht")
    assert finding.confidence == SOFTMAX_3


async def test_a_graph_may_ask_for_short_numbers(folder):
    onnx.save(graph(("input_ids", "attention_mask"), kind=TensorProto.INT32), folder / "onnx/model.onnx")
    assert (await found(folder, "slecht"))[0].confidence == SOFTMAX_3


async def test_a_text_that_is_too_long_is_marked(folder):
    findings = await found(folder, "goed " * 30, "goed " * 31, "slecht " * 20_000)
    assert [finding.truncated for finding in findings] == [False, True, True]
    assert findings[2].labels == ("negative",)


async def test_how_much_is_read_can_be_set(folder):
    findings = await found(folder, "slecht " * 6 + "goed " * 20, most_tokens=8)
    assert findings[0].truncated
    assert findings[0].labels == ("negative",)
    assert (
        await refused(folder, most_tokens=33)
        == f"The model in {folder} reads 32 tokens of a text at the most; most_tokens says 33."
    )


@pytest.mark.parametrize(
    "text", ["😀😀😀", "مرحبا שלום", "for (;;) {}", "z̴̡a̵l̶g̷o̸", "\u200d\u200c", "[CLS] [PAD]", "a" * 16_000]
)
async def test_whatever_a_text_is_there_is_an_answer(folder, text):
    (finding,) = await found(folder, text)
    assert finding.labels


async def test_a_text_that_the_network_fails_on_is_skipped_alone(folder):
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"]["stuk"] = len(SPECIAL) + len(WORDS)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    settings = transformers.Settings(model=str(folder), finding="tone")
    async with transformers.build(settings, tools()) as enricher:
        understood = make_understand([enricher], None)([mention("goed"), mention("stuk"), mention("slecht")])
        with pytest.raises(Reject, match="fails on this text") as rejected:
            enricher.find([passage("stuk")])
    assert rejected.value.reason == "model"
    assert [one.skipped for one in understood] == [(), ("tone",), ()]


async def test_every_wrong_label_is_named_with_the_nearest_right_one(folder):
    with pytest.raises(Misconfigured) as error:
        await found(folder, "goed", labels={"LABEL0": "negative", "LABEL_1": "neutrall", "LABEL_2": "positive"})
    assert error.value.mistakes == (
        'transformers: labels.LABEL0: the model has no such label; did you mean "LABEL_0"?',
        'transformers: labels.LABEL_0: "LABEL_0" is no sentiment; valid are negative, neutral, positive',
        'transformers: labels.LABEL_1: "neutrall" is no sentiment; did you mean "neutral"?',
    )


@pytest.mark.parametrize("labels", [{"0": "bad", "2": "good"}, {"nul": "bad"}, {}])
async def test_labels_that_are_numbered_wrongly_are_a_sentence(folder, labels):
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "id2label": labels}))
    assert str(folder / "config.json") in await refused(folder)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("config.json", "has no config.json"),
        ("tokenizer.json", "has no tokenizer.json"),
        ("onnx/model.onnx", "has neither an ONNX graph (onnx/model.onnx) nor model.safetensors"),
    ],
)
async def test_a_missing_file_is_named(folder, name, sentence):
    (folder / name).unlink()
    assert sentence in await refused(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "onnx/model.onnx"])
@pytest.mark.parametrize("damage", [b"", b"\x08\x07{", b'{"a": 1}', b"[]"])
async def test_a_corrupt_file_is_named(folder, name, damage, capfd):
    (folder / name).write_bytes(damage)
    sentence = await refused(folder)
    assert str(folder / name) in sentence
    assert "\n" not in sentence
    assert capfd.readouterr() == ("", "")


async def test_a_graph_that_was_cut_off_is_named(folder):
    path = folder / "onnx/model.onnx"
    path.write_bytes(path.read_bytes()[:-40])
    assert f"{path} cannot be read as an ONNX graph" in await refused(folder)


async def test_a_graph_of_another_number_of_labels_is_named(tmp_path):
    folder = make_model(tmp_path / "m", labels=("a", "b"))
    assert "gives (3,) numbers a text, and config.json names 2 labels" in await refused(
        folder, labels={}, finding="tone"
    )


async def test_a_graph_that_wants_more_than_a_text_is_named(folder):
    onnx.save(graph(("input_ids", "pixel_values")), folder / "onnx/model.onnx")
    assert "asks for pixel_values; of a text it can be given input_ids" in await refused(folder)


async def test_the_graph_can_be_chosen(folder):
    (folder / "onnx/model.onnx").rename(folder / "onnx/model_int8.onnx")
    assert "has several ONNX graphs and none of the usual names; set graph: onnx/model_int8.onnx" in await refused(
        folder
    )
    assert 'did you mean "onnx/model_int8.onnx"?' in await refused(folder, graph="onnx/model_int4.onnx")
    assert await found(folder, "goed", graph="onnx/model_int8.onnx")


async def test_weights_alone_ask_for_torch(folder, monkeypatch):
    (folder / "onnx/model.onnx").rename(folder / "model.safetensors")
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "has no ONNX graph, and model.safetensors needs torch: pip install torch" in await refused(folder)


async def test_without_the_extra_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert await refused(folder) == "`use: transformers` needs huggingface_hub: pip install klankbord[transformers]"


async def test_a_folder_is_found_from_where_the_configuration_stands(folder):
    assert await found("model", "goed", folder=folder.parent)
    assert "There is no folder" in await refused("./other", folder=folder.parent)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"finding": "Sentiment"}, "transformers: finding: String should match pattern '^[a-z][a-z0-9_]{0,40}$'"),
        (
            {"finding": "tags"},
            'transformers: finding: "tags" is what people say of a mention; give the finding another name',
        ),
        *(
            (
                {"finding": name},
                f'transformers: finding: "{name}" is what triage says of a mention; give the finding another name',
            )
            for name in ("outcome", "severity", "unit", "answers", "checked")
        ),
        ({"finding": "tone", "lest": 1}, 'transformers: lest: unknown key; did you mean "least"?'),
    ],
)
def test_settings_that_are_wrong_are_sentences(settings, sentence):
    with pytest.raises(Misconfigured) as error:
        check(transformers.Settings, {"model": "m"} | settings, where="transformers")
    assert error.value.mistakes == (sentence,)


async def test_what_it_opened_is_closed_again(folder):
    await found(folder, "goed")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sentiment")]
