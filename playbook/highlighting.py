"""Which characters of a text made it match."""

import re
from collections.abc import Iterator

from core.names import HANDLE, HASHTAG
from core.query import And, AnyNode, Handle, Near, Or, Phrase, Tag, Word
from core.words import TOKEN, fold
from playbook._text import Run, Text
from playbook.matching import has_tag

Span = tuple[int, int]


def highlights(node: AnyNode, text: str) -> list[Span]:
    """[start, end) characters of what the query asks for and the text has, in order, never overlapping.

    What stands under NOT is not shown. Where folding changes a word's length, the whole word is shown.
    """
    parts = list(_positive(node))
    words = _places(text)
    found = Text(text)
    spans = [(words[first][0], words[last][1]) for first, last in _runs(parts, found) if last < len(words)]
    spans += [span for part in parts if isinstance(part, Handle | Tag) for span in _marked(part, text)]
    return _merged(sorted(spans))


def _positive(node: AnyNode) -> Iterator[AnyNode]:
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _positive(part)
        case Word() | Phrase() | Near() | Handle() | Tag():
            yield node
        case _:
            return


def _runs(parts: list[AnyNode], text: Text) -> Iterator[Run]:
    for part in parts:
        if isinstance(part, Word | Phrase):
            yield from text.runs(part)
        elif isinstance(part, Near):
            for pair in text.near(part):
                yield from pair


def _marked(part: Handle | Tag, text: str) -> Iterator[Span]:
    if isinstance(part, Handle):
        for found in HANDLE.finditer(text):
            name = found[1].rstrip(".-").casefold()
            if part.name in {name, name.partition("@")[0]}:
                yield found.start(), found.start() + 1 + len(found[1].rstrip(".-"))
    else:
        for found in HASHTAG.finditer(text):
            if has_tag(part.name, [fold(found[1])]):
                yield found.span()


def _places(text: str) -> list[Span]:
    """[start, end) of each folded token, in order."""
    if text.isascii():
        return [found.span() for found in TOKEN.finditer(text)]
    return [place for chunk in re.finditer(r"\S+", text) for place in _places_in(chunk.group(), chunk.start())]


def _places_in(chunk: str, offset: int) -> Iterator[Span]:
    folded = fold(chunk)
    origin = [i for i, character in enumerate(chunk) for _ in fold(character)]
    for found in TOKEN.finditer(folded):
        if len(origin) != len(folded):
            yield offset, offset + len(chunk)
            continue
        end = origin[found.end() - 1] + 1
        while end < len(chunk) and not fold(chunk[end]):
            end += 1
        yield offset + origin[found.start()], offset + end


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
