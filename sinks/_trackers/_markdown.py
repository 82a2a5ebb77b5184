"""An item as Markdown in which nothing that people said is markup: no mention, no picture, no command, no link. Pure."""

from collections.abc import Sequence

from core.backlog import Item, Quote


def body(item: Item) -> str:
    """The whole text. Words of others stand in code spans, which GitHub and GitLab show as they are; no line begins with one."""
    title, address = item.link
    parts = [*item.told]
    if item.words:
        parts.append(" · ".join(_span(word) for word in item.words))
    if item.quotes:
        parts.append("\n".join(_quoted(quote) for quote in item.quotes))
    parts += [f"[{title}](<{address}>)", f"<!-- {item.marker} -->"]
    return "\n\n".join(parts)


def comment(text: str, marker: str) -> str:
    return f"{text}\n\n<!-- {marker} -->"


def canonical(text: str) -> str:
    """The text as it is compared: what a system does to ends of lines and blanks is no change."""
    return " ".join(text.split())


def labels(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _quoted(quote: Quote) -> str:
    return f"- {_span(quote.text)}{f' [↗](<{quote.link}>)' if quote.link else ''}"


def _span(text: str) -> str:
    plain = " ".join(text.replace("`", "'").split())
    return f"`{plain}`" if plain else ""
