"""A digest in one reader's language: sections of lines, each with what it rests on and a link. Pure."""

from collections.abc import Iterator

import msgspec

from desk.digest.gathering import Digest
from desk.faq import table
from desk.happenings.beside import noted
from desk.web import ahead, sentence
from desk.web.formats import Formats
from desk.web.words import Words
from picture.forecast.history import DAY


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence; `link` leads to where the page shows it, `quote` is what somebody said, in whatever language."""

    says: str
    link: str | None = None
    quote: str | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    lines: tuple[Line, ...]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A whole digest. `gaps` are what was not collected of the week."""

    subject: str
    title: str
    days: str
    gaps: tuple[str, ...]
    sections: tuple[Section, ...]
    why: str
    account: str
    language: str


class Teller:
    """Tells in these words. `page` is the address that links begin with, `unit` what people call the unit."""

    def __init__(self, words: Words, form: Formats, *, organisation: str, unit: str, page: str) -> None:
        self._words, self._form, self._page = words, form, page
        self._organisation, self._unit = organisation, unit

    def tell(self, digest: Digest) -> Told:
        number = str(digest.week.number)
        gaps = sentence.gap_lines(digest.faq.gaps, self._form, self._words)
        if not gaps and not digest.faq.whole:
            gaps = (str(self._words("digest.unknown")),)
        sections = (
            ("digest.heard", self._heard(digest)),
            ("digest.moved", self._moved(digest)),
            ("digest.answered", self._answered(digest)),
            ("digest.thanks", self._thanks(digest)),
            ("digest.asked", self._asked(digest)),
            ("digest.coming", self._coming(digest)),
        )
        return Told(
            subject=str(self._words("digest.subject", unit=self._unit, number=number, name=self._organisation)),
            title=str(self._words("digest.title", unit=self._unit, number=number)),
            days=self._form.days(digest.asked.since, digest.asked.until),
            gaps=gaps,
            sections=tuple(Section(title=str(self._words(title)), lines=tuple(lines)) for title, lines in sections),
            why=str(self._words("digest.why", unit=self._unit)),
            account=f"{self._page}/account",
            language=self._words.language,
        )

    def _heard(self, digest: Digest) -> Iterator[Line]:
        if not digest.picture.total and not digest.faq.whole:
            yield Line(says=str(self._words("digest.heard.unknown")), link=self._link(digest, "/"))
            return
        told = sentence.tell(digest.picture, digest.asked, words=self._words, form=self._form, name=self._unit)
        yield Line(says=" ".join(told.sentence.striptags().split()), link=self._link(digest, "/"))
        before = digest.picture.before
        if before is None:
            yield Line(says=str(self._words("digest.before.unknown")))
        else:
            change = self._form.signed(digest.picture.total - before.total)
            yield Line(says=str(self._words("digest.before", before=self._form.number(before.total), change=change)))

    def _moved(self, digest: Digest) -> Iterator[Line]:
        for shift in digest.shifts:
            one = shift.moved
            says = self._words(
                "digest.moved.topic",
                topic=one.topic,
                now=self._form.number(one.now),
                before=self._form.number(one.before or 0),
                change=self._form.signed(one.change or 0),
            )
            yield Line(says=str(says), link=self._link(digest, "/search", topic=one.topic), quote=shift.said)
        if not digest.shifts:
            why = "digest.before.unknown" if digest.picture.before is None else "digest.moved.none"
            yield Line(says=str(self._words(why)))
        for note in noted(digest.happened, self._words):
            when = self._form.moment_with_day(note.since)
            yield Line(
                says=str(self._words("digest.happened", what=note.text, when=when)), link=f"{self._page}/happenings"
            )

    def _answered(self, digest: Digest) -> Iterator[Line]:
        found, words, form = digest.handled, self._words, self._form
        opened, answered = form.number(found.opened), form.number(found.answered)
        yield Line(
            says=str(words("digest.cases", n=found.opened, count=opened, answered=answered)), link=f"{self._page}/cases"
        )
        if found.median is not None:
            yield Line(says=str(words("digest.median", span=form.duration(found.median))))
        if found.promised:
            kept, promised = form.number(found.kept), form.number(found.promised)
            yield Line(says=str(words("digest.promised", n=found.promised, count=promised, kept=kept)))
        yield Line(says=str(words("digest.waiting", n=found.waiting, count=form.number(found.waiting))))

    def _thanks(self, digest: Digest) -> Iterator[Line]:
        if digest.praise is None:
            yield Line(says=str(self._words("digest.praise.unknown")))
            return
        says = self._words("digest.praise", n=digest.praise, count=self._form.number(digest.praise))
        yield Line(says=str(says), link=self._link(digest, "/search", intent="praise"))
        for quote in digest.thanks:
            yield Line(says="", quote=quote)

    def _asked(self, digest: Digest) -> Iterator[Line]:
        link = self._link(digest, "/faq")
        for one in digest.faq.questions:
            how = [table.asked(one, self._words, self._form)]
            how += [table.answered(one, self._words, self._form)] if one.answered is not None else []
            how += [f"{self._words('faq.practice')}: {one.practice.title}"] if one.practice else []
            question = one.wording.text if one.wording else str(self._words("faq.unworded"))
            yield Line(says=str(self._words("digest.question", question=question, how="; ".join(how))), link=link)
        if not digest.faq.questions:
            known = digest.faq.whole or digest.faq.total
            yield Line(says=str(self._words("faq.none" if known else "faq.unknown")), link=link)

    def _coming(self, digest: Digest) -> Iterator[Line]:
        if digest.outlook is not None and digest.outlook.total(0, DAY) is not None:
            for one in ahead.told(digest.outlook, self._words, self._form):
                yield Line(says=one, link=self._link(digest, "/", since=None, until=None))
        else:
            yield Line(says=str(self._words("digest.coming.none")))
        for plan in digest.planned:
            says = self._words("digest.planned", what=plan.says, when=self._form.days(plan.since, plan.until))
            yield Line(says=str(says), link=f"{self._page}/planning")

    def _link(self, digest: Digest, path: str, **changes: object) -> str:
        return self._page + digest.asked.view.link(path, **changes)
