"""The demo's two feeds: a Dutch paper in RSS 2.0 and an English one in Atom, both invented."""

from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape

from klankbord.demo.messages import Said, Source, Timeline

BROKEN = (
    b"<item><title>Noorderlijn rijdt en rijdt</title><guid>https://noorderblad.example/"
    + b"en-rijdt-" * 300
    + b"</guid>"
    b"<pubDate>Sun, 01 Nov 2026 12:00:00 +0000</pubDate></item>\n"
)
DUTCH, ENGLISH = "/noorderblad.xml", "/northern-post.atom"


def guid(said: Said) -> str:
    site = "noorderblad.example" if said.wording.language == "nl" else "northernpost.example"
    return f"https://{site}/{said.at:%Y/%m/%d}/{said.number}"


def documents(timeline: Timeline) -> dict[str, bytes]:
    """Path to document, with all articles up to the end of the timeline, newest first."""
    documents = rendered([message for message in timeline.messages if message.source is Source.NEWS])
    return documents | {DUTCH: documents[DUTCH].replace(b"</channel>", BROKEN + b"</channel>")}


def rendered(articles: Sequence[Said]) -> dict[str, bytes]:
    """The documents with these articles, newest first."""
    newest = sorted(articles, key=lambda article: article.at, reverse=True)
    dutch = [article for article in newest if article.wording.language == "nl"]
    return {DUTCH: _rss(dutch), ENGLISH: _atom([article for article in newest if article not in dutch])}


def _rss(articles: Iterable[Said]) -> bytes:
    items = "".join(
        f"<item><title>{escape(article.wording.title or '')}</title><link>{guid(article)}</link>"
        f'<guid isPermaLink="true">{guid(article)}</guid><dc:creator>Redactie Noorderblad</dc:creator>'
        f"<pubDate>{format_datetime(article.at)}</pubDate>"
        f"<description>{escape(f'<p>{escape(article.wording.text)}</p>')}</description></item>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        "<title>Noorderblad</title><link>https://noorderblad.example/</link><description>Nieuws uit het noorden"
        f"</description><language>nl</language>\n{items}</channel></rss>\n"
    ).encode()


def _atom(articles: Iterable[Said]) -> bytes:
    shown = list(articles)
    entries = "".join(
        f'<entry><title>{escape(article.wording.title or "")}</title><link href="{guid(article)}"/><id>{guid(article)}</id>'
        f"<published>{article.at:%Y-%m-%dT%H:%M:%SZ}</published><updated>{article.at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f"<author><name>The Northern Post</name></author>"
        f'<summary type="text">{escape(article.wording.text)}</summary></entry>\n'
        for article in shown
    )
    updated = f"{shown[0].at:%Y-%m-%dT%H:%M:%SZ}" if shown else "2024-01-01T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        '<title>The Northern Post</title><id>https://northernpost.example/</id><link href="https://northernpost.example/"/>'
        f"<updated>{updated}</updated>\n{entries}</feed>\n"
    ).encode()
