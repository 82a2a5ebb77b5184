"""In words: what is missing for somebody to answer and how it comes, why a second pair of eyes is needed, and why somebody is asked."""

from collections.abc import Iterator

import msgspec

from desk.answering.knowing import Offer
from desk.answering.naming import Names
from desk.answering.permitted import Link, Missing, Refused
from desk.answering.trust import Lifted, Needed, Why
from desk.web.formats import Formats
from desk.web.words import Words


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One missing link: what it is, how it is got and from whom."""

    link: Link
    what: str
    how: str

    @property
    def sentence(self) -> str:
        return f"{self.what} {self.how}"


def explained(refused: Refused, names: Names, words: Words, form: Formats) -> tuple[Told, ...]:
    """Each missing link, in the order of the chain."""
    return tuple(
        Told(link=one.link, what=_what(one, names, words, form), how=_how(one, names, words, form))
        for one in refused.missing
    )


def account_called(names: Names, words: Words) -> str:
    """As in "noorderlijn (Mastodon)"."""
    return f"{names.account.handle} ({words.or_plain('source', names.account.source)})"


def approval_told(found: Needed | Lifted, words: Words, form: Formats) -> str:
    """Whether somebody else has to approve, and why."""
    match found:
        case Lifted():
            return str(words("trust.lifted", when=form.day(found.since)) if found.since else words("trust.unasked"))
        case Needed(why=Why.ROW, error=error):
            said = str(words("trust.row", n=found.of, length=form.number(found.length), of=form.number(found.of)))
            if error is None:
                return said
            return (
                f"{said} {words('trust.anew', when=form.day(error.at), kind=words(f'trust.kind.{error.kind.value}'))}"
            )
        case Needed(why=why):
            return str(words(f"trust.{why.value}"))


def offer_told(offer: Offer, topic: str, words: Words, form: Formats) -> str:
    """Why that person is asked, in a sentence."""
    return str(words("offer.sentence", name=offer.name, why=_listed(list(_reasons(offer, topic, words, form)), words)))


def _what(one: Missing, names: Names, words: Words, form: Formats) -> str:
    when = form.day(one.since) if one.since else ""
    match one.link:
        case Link.POLICY:
            return str(words("may.lack.policy", version=one.what, when=when))
        case Link.TRAINING:
            training = names.trainings.get(one.what)
            called = training.called(words.language) if training else one.what
            return str(words("may.lack.training.over" if when else "may.lack.training", training=called, when=when))
        case Link.ACCOUNT if not names.account.id:
            return str(words("may.lack.unlisted"))
        case Link.ACCOUNT:
            called = account_called(names, words)
            return str(words("may.lack.account.over" if when else "may.lack.account", account=called, when=when))
        case _:
            return str(words(f"may.lack.{one.link.value}"))


def _how(one: Missing, names: Names, words: Words, form: Formats) -> str:
    if one.link is Link.ACCOUNT and not names.account.id:
        return str(words("may.how.unlisted"))
    gives = names.givers if one.link is Link.ACCOUNT else names.staff
    return str(words(f"may.how.{one.link.value}", who=form.either(gives) if gives else words("may.keepers")))


def _reasons(offer: Offer, topic: str, words: Words, form: Formats) -> Iterator[str]:
    if offer.skilled:
        yield str(words("offer.skilled", topic=topic))
    if offer.well:
        yield str(words("offer.well", n=offer.well, count=form.number(offer.well)))
    yield str(words("offer.duty" if offer.on_duty else "offer.willing"))


def _listed(parts: list[str], words: Words) -> str:
    return f" {words('word.and')} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
