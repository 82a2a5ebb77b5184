"""What an item says of its topic: figures in our own words, the words that tell it, and messages where they may leave. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import urlencode

from core.backlog import MARK, Item, Quote
from core.document import Group, Stored
from desk.alerts.message import excerpt, one_line
from desk.backlog.settings import BacklogSettings
from desk.ports import Leaving
from desk.reports.words_only import without_handles
from desk.rising_words import nameless
from desk.store.backlog import Kept
from desk.web.formats import Formats
from desk.web.words import Words
from picture.emerged import Emerging
from picture.mention import labels_of

QUOTED = 5
LONGEST_TITLE = 120
HALF_DAY = 12
"""Hours that are compared with as many before."""


@dataclass(frozen=True)
class Composer:
    """Who writes: in which language, with which links, and what may leave.

    page   what links begin with
    staff  names of colleagues: words that are part of one are not told
    ours   words that tell of nobody, however they are written (desk.rising_words)
    """

    words: Words
    form: Formats
    page: str
    leaving: Leaving
    settings: BacklogSettings
    staff: Sequence[str]
    ours: AbstractSet[str]

    def item(self, kept: Kept, topic: Emerging | None) -> Item:
        """The item of that topic; `topic` is None where too little of it still stands to be told."""
        plain = nameless(topic, self.staff, self.ours) if topic else None
        name = one_line(plain.name) if plain else ""
        title = self.words("backlog.title", name=name) if name else self.words("backlog.untitled")
        return Item(
            title=str(title)[:LONGEST_TITLE],
            told=tuple(str(one) for one in self._told(kept, topic)),
            words=self._words(plain) if plain else (),
            quotes=tuple(self._quote(one) for one in self.quoted(topic)),
            link=(str(self.words("backlog.link")), f"{self.page}/emerging?{urlencode({'id': kept.topic})}"),
            marker=f"{MARK}{kept.topic}",
        )

    def rose_again(self, kept: Kept) -> tuple[str, str]:
        """The comment that says so, and its marker."""
        told = self.words("backlog.again", at=self._moment(kept), n=kept.voices, count=self.form.number(kept.voices))
        return str(told), f"{MARK}{kept.topic}#{kept.rises}"

    def quoted(self, topic: Emerging | None) -> Sequence[Stored]:
        """The messages that its item shows, the latest first."""
        if topic is None or not self.settings.excerpts:
            return ()
        return [one for one in topic.mentions if self._leaves(one)][:QUOTED]

    def concerns(self, topic: Emerging) -> bool:
        """Whether it is to be an item at all."""
        monitors, topics = set(self.settings.monitors), set(self.settings.topics)
        if not monitors and not topics:
            return True
        about = [
            not monitors.isdisjoint(one.enriched.routing.monitors) or not topics.isdisjoint(labels_of(one, Group.TOPIC))
            for one in topic.mentions
        ]
        return 2 * sum(about) >= len(about)

    def _told(self, kept: Kept, topic: Emerging | None) -> list[object]:
        usual = "emerging.usual" if kept.usual >= 1 else "emerging.usual.few"
        told: list[object] = [
            self.words(
                "emerging.rose",
                n=kept.voices,
                count=self.form.number(kept.voices),
                hours=kept.hours,
                usual=self.words(usual, usual=self.form.number(round(kept.usual))),
            ),
            self.words("backlog.when", first=self.form.moment_with_day(kept.first_at), last=self._moment(kept)),
        ]
        if topic and len(topic.trend) >= 2 * HALF_DAY:
            latest, before = sum(topic.trend[-HALF_DAY:]), sum(topic.trend[-2 * HALF_DAY : -HALF_DAY])
            told.append(self.words("backlog.trend", now=self.form.number(latest), before=self.form.number(before)))
        if kept.rises > 1:
            told.append(self.words("backlog.rises", count=kept.rises))
        return told

    def _moment(self, kept: Kept) -> str:
        """When it last rose, to the hour: what changes each minute would be written anew each time. Not before it first did."""
        hour = kept.last_at.replace(minute=0, second=0, microsecond=0)
        return self.form.moment_with_day(max(hour, kept.first_at))

    def _words(self, topic: Emerging) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one_line(word) for those in topic.words.values() for word in those))

    def _leaves(self, stored: Stored) -> bool:
        return self.leaving.texts(stored) and bool(excerpt(stored.enriched.mention))

    def _quote(self, stored: Stored) -> Quote:
        """Its id may hold its author's: it is told only where the author may be."""
        mention = stored.enriched.mention
        link = f"{self.page}/mention?{urlencode({'id': mention.id})}" if self.leaving.authors(stored) else ""
        return Quote(text=without_handles(excerpt(mention)), link=link)
