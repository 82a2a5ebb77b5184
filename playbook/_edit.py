"""Adding to a YAML text without touching what stands there: places are taken from the parsed text, not guessed."""

import json
import re
from datetime import datetime

import yaml

Change = tuple[int, int, str]
"""Characters [start, end) of the text and what replaces them."""


def with_monitor(text: str, name: str, query: str, saved_at: datetime) -> str:
    """The text with that monitor last under `monitors:`, or with its new query where it stands there already."""
    newline = "\r\n" if "\r\n" in text else "\n"
    moment = saved_at.isoformat(timespec="seconds")
    monitors = _value(yaml.compose(text, Loader=yaml.SafeLoader), "monitors")
    existing = _value(monitors, name)
    if existing is not None:
        changes = _renewed(existing, query, moment)
    else:
        changes = [_added(text, monitors, name, query, moment)]
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


def _added(text: str, monitors: yaml.Node | None, name: str, query: str, moment: str) -> Change:
    if monitors is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        return len(text), len(text), f"{gap}monitors:\n{_entry(name, query, moment, 2)}"
    if not isinstance(monitors, yaml.MappingNode) or not monitors.value:
        return monitors.start_mark.index, monitors.end_mark.index, f"\n{_entry(name, query, moment, 2)}".rstrip("\n")
    if monitors.flow_style:
        inside = f", {scalar(name)}: {{query: {scalar(query)}, saved_at: {moment}}}"
        last = monitors.value[-1][1].end_mark.index
        return last, last, inside
    at = _line_after(text, monitors)
    gap = "" if text[:at].endswith("\n") else "\n"
    return at, at, gap + _entry(name, query, moment, monitors.start_mark.column)


def _entry(name: str, query: str, moment: str, indent: int) -> str:
    outer, inner = " " * indent, " " * (indent + 2)
    return f"{outer}{scalar(name)}:\n{inner}query: {scalar(query)}\n{inner}saved_at: {moment}\n"


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
