"""The pages of docs/runbooks: their commands, run exactly as they stand there, and what they say that is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PAGES = Path(__file__).parents[2] / "docs" / "runbooks"
LOOK, DO, OVER = "**Look.**", "**Do.**", "**Over**"

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_MARK = "--- ended with "


class Step(NamedTuple):
    """A command of a page, with the lines that it prints there."""

    command: str
    prints: tuple[str, ...]


def steps(page, part):
    """The commands of that part of a page, in their order."""
    text = (PAGES.parents[1] / page).read_text().partition(part)[2]
    for other in {LOOK, DO, OVER} - {part}:
        text = text.partition(other)[0]
    found = "".join(_BLOCK.findall(text)).split("\n$ ")
    lines = [one.removeprefix("$ ").rstrip("\n").split("\n") for one in found if one]
    return [Step(command, tuple(prints)) for command, *prints in lines]


def followed(program, page, part):
    """What each command of that part says: (step, exit code, lines). All in one shell, in the folder of the configuration."""
    taken = steps(page, part)
    script = "".join(f"{step.command}\necho; echo '{_MARK}'$?\n" for step in taken)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = subprocess.run(
        ["bash", "-c", script],
        cwd=program.folder,
        env=os.environ | {"PATH": path, "COLUMNS": "200", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    said = re.split(rf"\n{_MARK}(\d+)\n", shell.stdout)
    return [
        (step, int(code), text.splitlines()) for step, text, code in zip(taken, said[::2], said[1::2], strict=False)
    ]


def shape(line):
    """A line without what differs from day to day: numbers, times, traces, spaces."""
    line = re.sub(r"\b[0-9a-f]{32}\b", "#", line)
    line = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "@", line)
    line = re.sub(r"\d[\d.,:e+-]*", "#", line)
    return " ".join(line.split())
