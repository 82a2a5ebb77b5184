"""Adding to a YAML text without touching what stands there: places are taken from the parsed text, not guessed."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import yaml

Change = tuple[int, int, str]
"""Characters [start, end) of the text and what replaces them."""

Entry = dict[str, str | dict[str, str]]
"""What stands under a name: values, or values by another name, each as it is written."""


def with_monitor(text: str, name: str, query: str, saved_at: datetime) -> str:
    """The text with that monitor last under `monitors:`, or with its new query where it stands there already."""
    moment = saved_at.isoformat(timespec="seconds")
    monitors = _value(yaml.compose(text, Loader=yaml.SafeLoader), "monitors")
    existing = _value(monitors, name)
    if existing is not None:
        return _changed(text, _renewed(existing, query, moment))
    return _changed(text, [_added(text, "monitors", monitors, name, {"query": scalar(query), "saved_at": moment})])


def with_topic(text: str, name: str, description: Mapping[str, str], keywords: Mapping[str, Sequence[str]]) -> str:
    """The text with that topic last under `topics:`."""
    lists = {language: f"[{', '.join(map(scalar, words))}]" for language, words in keywords.items()}
    entry: Entry = {"description": {language: scalar(told) for language, told in description.items()}}
    if lists:
        entry["keywords"] = lists
    topics = _value(yaml.compose(text, Loader=yaml.SafeLoader), "topics")
    return _changed(text, [_added(text, "topics", topics, name, entry)])


def without_topic(text: str, name: str) -> str:
    """The text without that topic, which stands in lines of its own."""
    topics = _value(yaml.compose(text, Loader=yaml.SafeLoader), "topics")
    pairs = topics.value if isinstance(topics, yaml.MappingNode) and not topics.flow_style else ()
    for key, value in pairs:
        if key.value == name:
            return text[: key.start_mark.index - key.start_mark.column] + text[_line_after(text, value) :]
    return text


def _changed(text: str, changes: Sequence[Change]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new.replace("\n", newline) + text[end:]
    return text


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _renewed(monitor: yaml.Node, query: str, moment: str) -> list[Change]:
    changes = []
    for key, new in (("query", scalar(query)), ("saved_at", moment)):
        found = _value(monitor, key)
        if isinstance(found, yaml.ScalarNode):
            block = "\n" if found.style in {"|", ">"} else ""
            changes.append((found.start_mark.index, found.end_mark.index, new + block))
    return changes


def _added(text: str, section: str, among: yaml.Node | None, name: str, entry: Entry) -> Change:
    if among is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return len(text), len(text), f"{gap}{section}:\n{_block(name, entry, 2)}"
    if not isinstance(among, yaml.MappingNode) or not among.value:
        return among.start_mark.index, among.end_mark.index, f"\n{_block(name, entry, 2)}".rstrip("\n")
    if among.flow_style:
        last = among.value[-1][1].end_mark.index
        return last, last, f", {scalar(name)}: {_flow(entry)}"
    at = _line_after(text, among)
    gap = "" if text[:at].endswith("\n") else "\n"
    return at, at, gap + _block(name, entry, among.start_mark.column)


def _block(name: str, entry: Entry, indent: int) -> str:
    lines = [f"{' ' * indent}{scalar(name)}:\n"]
    for key, value in entry.items():
        if isinstance(value, str):
            lines.append(f"{' ' * (indent + 2)}{key}: {value}\n")
        else:
            lines.append(_block(key, dict(value), indent + 2))
    return "".join(lines)


def _flow(entry: Entry) -> str:
    parts = [f"{key}: {value if isinstance(value, str) else _flow(dict(value))}" for key, value in entry.items()]
    return f"{{{', '.join(parts)}}}"


def _line_after(text: str, node: yaml.Node) -> int:
    """Where the first line after a block's last value starts; what trails that value on its line stays with it."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        end = len(text[:end].rstrip())
    following = text.find("\n", end)
    return len(text) if following < 0 else following + 1


def scalar(text: str) -> str:
    """The text as a YAML scalar on one line, as readable as its signs allow."""
    if re.fullmatch(r"[A-Za-z][A-Za-z_]*", text) and yaml.safe_load(text) == text:
        return text
    if text.isprintable() and '"' in text:
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in quoted)
