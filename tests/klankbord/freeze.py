"""Makes a data folder as this release writes it, for every later one to read: `python -m tests.klankbord.freeze FOLDER`.

The real program hears a handful of messages; people judge and mute, a message goes, one is erased, one is set aside;
and as it ends there is work left in its log. Made once a release, it is never made again: docs/decisions/0007-versions.md.
"""

import json
import shutil
import sys
from pathlib import Path

from core.codec import encode
from core.time import now
from core.topics import JUDGEMENTS, MENTIONS
from core.types import Author, Deletion, Judgement, Mention, Mute, Scope
from tests.klankbord.program import Program, file_source, line, until

FOLDERS = Path(__file__).parent.parent / "data" / "folders"
RELEASES = sorted(path.name for path in FOLDERS.iterdir() if path.is_dir())
TEXTS = [f"klank nummer {number}" for number in range(6)]
WAITS = "klank die nog wacht"
LONG = "36500d"
"""Nothing in it ever grows too old to be kept."""


def freeze(folder):
    folder.mkdir(parents=True)
    program = Program(folder, file_source("in.jsonl", keep=LONG), log={"keep": LONG})
    program.add("in.jsonl", *(line(n, text, author=f"a{n}", likes=n) for n, text in enumerate(TEXTS)))
    program.add("in.jsonl", line(90, "klank \0 kapot"))
    with program.running():
        until(lambda: len(program.texts()) == len(TEXTS))
        until(program.dead)
        ids = {one.enriched.mention.text: one.enriched.mention.id for one in program.stored()}
        append(program, JUDGEMENTS, judged(ids[TEXTS[0]], "vip"), Mute(by="ruth", at=now(), word="reclame"))
        gone = Deletion(target=ids[TEXTS[1]], scope=Scope.MENTION, at=now(), reason="deleted")
        append(program, MENTIONS, gone)
        until(lambda: len(program.texts()) == len(TEXTS) - 1 and any(one.judgements for one in program.stored()))
        assert program.command("erase", "--mention", ids[TEXTS[2]], "--yes").exit_code == 0
    author = Author(id="file:zoe", handle="zoe", followers=7)
    later = Mention(id="file:later", source="file", author=author, text=WAITS, created_at=now(), seen_at=now())
    append(program, MENTIONS, later)
    append(program, JUDGEMENTS, judged(later.id, "wacht"))
    tidy(program.data)


class Frozen(Program):
    """A copy of the folder that a release wrote, to go on with."""

    def __init__(self, folder, release=RELEASES[-1]):
        shutil.copytree(FOLDERS / release, folder)
        self.folder, self.config, self.data = folder, folder / "klankbord.yaml", folder / "data"

    def id_of(self, text):
        """The id of the message with that text, whatever has become of it."""
        (native,) = [read["id"] for read in map(json.loads, self.heard()) if read["text"] == text]
        return f"file:in/{native}"

    def heard(self):
        return (self.folder / "in.jsonl").read_text().splitlines(keepends=True)


def judged(mention, tag):
    return Judgement(mention=mention, name="tags", labels=(tag,), by="ruth", at=now())


def append(program, topic, *messages):
    entries = [(getattr(message, "id", "key"), encode(message)) for message in messages]
    program.ask(lambda stores: stores.log.append(topic, entries))


def tidy(data):
    """Leave out what a running program makes anew."""
    for name in ("cache", "metrics"):
        shutil.rmtree(data / name)
    for path in (data / "page", *data.glob("lock*")):
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    freeze(Path(sys.argv[1]))
