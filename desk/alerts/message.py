"""What an alert says: a subject, plain text, the same as simple HTML, and as JSON for a webhook."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlencode

import jinja2
import msgspec

from core.document import Stored
from core.types import Mention
from desk.alerts.alert import When
from desk.alerts.looking import Figures
from desk.store.alerts import Standing
from desk.store.letters import Letter
from desk.web.formats import Formats
from desk.web.words import Words, said

SHOWN = 5
LONGEST_EXCERPT = 280


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One mention in a message: where it is, when it was published, its words where the source's policy lets them leave."""

    link: str
    source: str
    at: datetime
    excerpt: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it has a form."""

    subject: str
    sentences: tuple[str, ...]
    link: str
    examples: tuple[Example, ...]


def tell(
    standing: Standing,
    figures: Figures,
    found: Sequence[Stored],
    *,
    words: Words,
    form: Formats,
    page: str,
    texts: Callable[[Stored], bool],
) -> Told:
    """The message in that language. `page` is the address that links begin with, `texts` what may be quoted."""
    alert = standing.alert
    values = {
        "name": alert.name,
        "n": figures.count,
        "count": form.number(figures.count),
        "number": form.number(alert.number, decimals=0 if alert.number == int(alert.number) else 1),
        "usual": form.number(figures.usual, decimals=0) if figures.usual is not None else "–",
        "stretch": form.stretch(figures.since, figures.until),
    }
    kind = figures.kind if alert.when is When.EACH else f"{alert.when.value}.{figures.kind}"
    sentences = [str(words(f"alert.says.{kind}", **values))]
    sentences += [
        str(
            words(
                "state.gap",
                source=words.or_plain("source", gap.source),
                stretch=form.stretch(gap.since, gap.until),
                reason=said.plain(gap.reason, words),
            )
        )
        for gap in figures.gaps
    ]
    view = alert.view()
    link = page + msgspec.structs.replace(view, since=_first(figures, found), until=figures.until).link("/search")
    return Told(
        subject=one_line(f"{alert.name}: {words(f'alert.subject.{kind}', **values)}"),
        sentences=tuple(sentences),
        link=link,
        examples=tuple(_example(one, page, texts) for one in found[:SHOWN]),
    )


def mail(
    told: Told, letter: Letter, *, sender: str, name: str, words: Words, form: Formats, made_at: datetime
) -> EmailMessage:
    """The e-mail of an alert."""
    message = envelope(told.subject, letter, sender=sender, name=name, made_at=made_at)
    values = {"told": told, "t": words, "f": form}
    message.set_content(TEMPLATES.get_template("alert.txt").render(values))
    message.add_alternative(TEMPLATES.get_template("alert.html").render(values), subtype="html")
    return message


def envelope(subject: str, letter: Letter, *, sender: str, name: str, made_at: datetime) -> EmailMessage:
    """A message without words. Its id is the letter's, so that one that is sent again is known (RFC 5322, 3.6.4); it
    says that no person wrote it (RFC 3834, 5) and where to write to get no more (RFC 2369, 3.2).
    """
    message = EmailMessage(policy=SMTPUTF8)
    user, _, domain = sender.rpartition("@")
    message["Subject"] = one_line(subject)
    message["From"] = Address(display_name=one_line(f"klankbord {name}"), username=user, domain=domain)
    message["To"] = letter.receiver
    message["Date"] = format_datetime(made_at.astimezone(UTC))
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<mailto:{sender}?subject=unsubscribe%20{letter.subject}>"
    return message


def payload(standing: Standing, letter: Letter, figures: Figures, told: Told) -> bytes:
    """What a webhook gets. `type` is klankbord.alert; times are RFC 3339."""
    said = {
        "type": "klankbord.alert",
        "timestamp": letter.made_at,
        "data": {
            "alert": standing.alert.name,
            "kind": figures.kind,
            "when": standing.alert.when.value,
            "count": figures.count,
            "number": None if standing.alert.when is When.EACH else standing.alert.number,
            "usual": figures.usual,
            "since": figures.since,
            "until": figures.until,
            "not_collected": figures.gaps,
            "says": told.sentences[0],
            "link": told.link,
            "examples": told.examples,
        },
    }
    return msgspec.json.encode(said)


def _first(figures: Figures, found: Sequence[Stored]) -> datetime:
    """From when on the view shows what is counted: what is late was published before it arrived."""
    published = (one.enriched.mention.created_at for one in found)
    return min([figures.since, *published])


def _example(stored: Stored, page: str, texts: Callable[[Stored], bool]) -> Example:
    mention = stored.enriched.mention
    return Example(
        link=f"{page}/mention?{_query(mention.id)}",
        source=mention.source,
        at=mention.created_at,
        excerpt=(excerpt(mention) or None) if texts(stored) else None,
    )


def excerpt(mention: Mention) -> str:
    """The beginning of its text on one line; "" where it has none."""
    text = " ".join(mention.text.split())
    return one_line(text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1]}…")


def one_line(text: str) -> str:
    """One line, whatever stood in it: a header is never broken by what somebody wrote."""
    return (
        " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        .encode("utf-8", "replace")
        .decode()
    )


def _query(identifier: str) -> str:
    return urlencode({"id": identifier})


TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
