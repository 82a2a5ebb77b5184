"""Frequently asked questions as files for whoever answers them: CSV, and Markdown to paste. Without names. Pure."""

from collections.abc import Iterator, Sequence

from desk.faq.faq import Faq, Frequent
from desk.web.formats import Formats
from desk.web.pages.export import csv_rows
from desk.web.words import Words

COLUMNS = (
    "place", "question", "language", "questions", "askers", "before", "languages", "answered", "answer", "practice",
)  # fmt: skip
_MARKS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|"})


def table(found: Faq) -> bytes:
    """UTF-8 with a mark at its beginning, as spreadsheets want it; no cell is taken for a formula. Empty is what is not known."""
    return "\ufeff".encode() + csv_rows([COLUMNS, *(_row(place, one) for place, one in enumerate(found.questions, 1))])


def markdown(found: Faq, *, words: Words, form: Formats, gaps: Sequence[str], page: str) -> str:
    """The same to read. `page` is the address that links to best practices begin with."""
    return "\n".join(_lines(found, words, form, gaps, page)) + "\n"


def _row(place: int, one: Frequent) -> Sequence[str]:
    return (
        str(place),
        one.wording.text if one.wording else "",
        one.wording.language if one.wording else "",
        str(one.questions),
        str(one.askers),
        "" if one.before is None else str(one.before),
        ";".join(f"{language} {count}" for language, count in one.languages),
        "" if one.answered is None else str(one.answered),
        one.answer.text if one.answer else "",
        one.practice.title if one.practice else "",
    )


def _lines(found: Faq, words: Words, form: Formats, gaps: Sequence[str], page: str) -> Iterator[str]:
    yield f"# {words('faq.title')}"
    yield ""
    for lack in lacking(found, words, gaps):
        yield f"- {_plain(lack)}"
    if not found.whole:
        yield ""
    yield f"{form.days(found.since, found.until)}. {'. '.join(counted(found, words, form))}."
    for place, one in enumerate(found.questions, 1):
        yield ""
        yield f"## {place}. {_plain(one.wording.text) if one.wording else words('faq.unworded')}"
        yield ""
        yield f"{asked(one, words, form)}. {moved(one, words, form)}. {answered(one, words, form)}."
        if one.answer:
            yield ""
            yield f"> {_plain(one.answer.text)}"
        yield ""
        if one.practice:
            yield f"{words('faq.practice')}: [{_plain(one.practice.title)}]({page}/practice?number={one.practice.number})"
        else:
            yield f"{words('faq.practice.none')}."


def lacking(found: Faq, words: Words, gaps: Sequence[str]) -> Sequence[str]:
    """What was not collected, a line each; that something was not where nobody knows what."""
    return gaps or ([] if found.whole else [str(words("faq.uncollected"))])


def counted(found: Faq, words: Words, form: Formats) -> Sequence[str]:
    """How many questions there were, never 0 where that is not known; that some were read alone; that no question is told."""
    known = found.total or found.whole
    told = [words("faq.total", n=found.total, count=form.number(found.total)) if known else words("faq.unknown")]
    if found.one_in > 1:
        told.append(words("faq.sampled", n=found.one_in, count=form.number(found.one_in)))
    if found.whole and not found.questions:
        told.append(words("faq.none"))
    return [str(one) for one in told]


def asked(one: Frequent, words: Words, form: Formats) -> str:
    """How often, and by how many."""
    return str(words("faq.asked", n=one.questions, count=form.number(one.questions), askers=form.number(one.askers)))


def moved(one: Frequent, words: Words, form: Formats) -> str:
    """Against the period before."""
    if one.change is None:
        return str(words("faq.before.unknown"))
    return str(words("faq.before", before=form.number(one.before or 0), change=form.signed(one.change)))


def answered(one: Frequent, words: Words, form: Formats) -> str:
    if one.answered is None:
        return str(words("faq.answered.unknown"))
    return str(words("faq.answered", n=one.answered, count=form.number(one.answered)))


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return " ".join(text.split()).translate(_MARKS)
