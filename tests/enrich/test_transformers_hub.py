"""`use: transformers` with an id of the hub, in a process of its own: the hub's client reads its environment once."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.enrich.hub import COMMIT, GATED, MODEL, hub
from tests.enrich.small_model import make_model

NEEDED = {"config.json", "tokenizer.json", "onnx/model.onnx"}
PROGRAM = """
import asyncio, sys
from dataclasses import replace
from core.errors import KlankbordError
from enrich import transformers
from tests.enrich.texts import passage, tools

async def main(model, revision):
    settings = transformers.Settings(model=model, revision=revision or None, finding="tone")
    for _ in range(2):
        async with transformers.build(settings, replace(tools(), report=print)) as enricher:
            print(enricher.find([passage("slecht")])[0].labels[0])

try:
    asyncio.run(main(*sys.argv[1:]))
except KlankbordError as error:
    print(error)
"""


async def told(home: Path, endpoint: str, model: str = MODEL, revision: str = "", **environment: str) -> list[str]:
    """What the program prints on both its streams."""
    given = os.environ | {"HF_HOME": str(home), "HF_ENDPOINT": endpoint} | environment
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, model, revision, env=given, stdout=-1, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await running.communicate()
    return output.decode().splitlines()


async def test_it_is_fetched_once_and_only_what_is_read(tmp_path):
    folder = make_model(tmp_path / "model")
    (folder / "pytorch_model.bin").write_bytes(b"pickled")
    (folder / "modeling_own.py").write_text("raise SystemExit('run')")
    async with hub(folder) as (endpoint, fetched):
        first = await told(tmp_path / "home", endpoint)
        asked = len(fetched)
        again = await told(tmp_path / "home", endpoint)
    advice = f"the model {MODEL} may be another on the next machine; pin it with revision: {COMMIT}"
    assert first == [f"fetching the model {MODEL}", advice, "LABEL_0", "LABEL_0"]
    assert again == [advice, "LABEL_0", "LABEL_0"]
    assert set(fetched) == NEEDED
    assert len(fetched) == asked


async def test_of_several_graphs_the_quantised_one_is_fetched(tmp_path):
    folder = make_model(tmp_path / "model")
    (folder / "onnx/model_quantized.onnx").write_bytes((folder / "onnx/model.onnx").read_bytes())
    async with hub(folder) as (endpoint, fetched):
        assert await told(tmp_path / "home", endpoint, revision=COMMIT) == [
            f"fetching the model {MODEL}",
            "LABEL_0",
            "LABEL_0",
        ]
    assert set(fetched) == (NEEDED - {"onnx/model.onnx"}) | {"onnx/model_quantized.onnx"}


async def test_what_the_cache_has_needs_no_hub(tmp_path):
    async with hub(make_model(tmp_path / "model")) as (endpoint, _):
        await told(tmp_path / "home", endpoint, revision=COMMIT)
    assert await told(tmp_path / "home", endpoint, revision=COMMIT) == ["LABEL_0", "LABEL_0"]


@pytest.mark.parametrize(
    ("model", "revision", "sentence"),
    [
        ("someone/other", "", "The hub knows no model someone/other, or it is private: set HF_TOKEN"),
        (MODEL, "b" * 40, f"The model {MODEL} has no revision {'b' * 40} on the hub."),
        (GATED, "", f"The hub gives the model {GATED} only to those who accepted its terms"),
    ],
)
async def test_what_the_hub_refuses_is_a_sentence(tmp_path, model, revision, sentence):
    async with hub(make_model(tmp_path / "model")) as (endpoint, _):
        lines = await told(tmp_path / "home", endpoint, model, revision)
    assert [line[: len(sentence)] for line in lines] == [f"fetching the model {model}"[: len(sentence)], sentence]


async def test_a_repository_without_a_graph_is_a_sentence(tmp_path):
    folder = make_model(tmp_path / "model")
    (folder / "onnx/model.onnx").rename(folder / "pytorch_model.bin")
    async with hub(folder) as (endpoint, fetched):
        lines = await told(tmp_path / "home", endpoint)
    wanted = (
        f"The model {MODEL} has neither an ONNX graph (onnx/model.onnx) nor model.safetensors; nothing else is read."
    )
    assert lines[1:] == [wanted]
    assert not fetched


async def test_offline_is_a_sentence(tmp_path):
    lines = await told(tmp_path / "home", "http://127.0.0.1:9", HF_HUB_OFFLINE="1")
    wanted = f"The model {MODEL} is not in the cache, and HF_HUB_OFFLINE says that it may not be fetched."
    assert lines[1:] == [wanted]


async def test_a_hub_that_is_away_is_a_sentence(tmp_path):
    lines = await told(tmp_path / "home", "http://127.0.0.1:9")
    assert len(lines) == 2
    assert lines[1].startswith(f"The model {MODEL} is not in the cache, and the hub cannot be reached: ")


async def test_what_is_no_id_is_a_sentence(tmp_path):
    lines = await told(tmp_path / "home", "http://127.0.0.1:9", "no/such/folder")
    assert lines == ["There is no folder no/such/folder, and it is no id of the hub either, like organisation/model."]
