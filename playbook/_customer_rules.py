"""How each condition of a customer is decided, and how it says what it found."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from playbook._values import SEVERITY_WORDS
from playbook.customer_facts import Known

Says = Callable[[Any, Any], str]
"""What was found in words, from what was asked and what is known. Any: each condition has a value of its own."""


class Condition(NamedTuple):
    """How one is decided: the fact, whether what is asked holds of it where it is known, and both in words by language."""

    fact: str
    holds: Callable[[Any, Any], bool]
    says: Mapping[str, Says]


def holds(name: str, asked: Any, known: Known) -> bool:  # Any: each condition has a value of its own
    """Whether that condition holds; never of what is not known."""
    condition = CONDITIONS[name]
    fact = getattr(known, condition.fact)
    return fact is not None and condition.holds(asked, fact)


def reason(name: str, asked: Any, known: Known, language: str) -> str:  # Any: as above
    """What is known, in words: the reason why a condition that holds does."""
    condition = CONDITIONS[name]
    return condition.says[language](asked, getattr(known, condition.fact))


def span(time: timedelta, language: str) -> str:
    """A stretch of time in its largest whole unit: "3 hours", "1 dag"."""
    seconds = int(abs(time).total_seconds())
    for size, words in _UNITS:
        if seconds >= size or size == 60:
            number = seconds // size
            one, more = words[language]
            return f"{number} {one if number == 1 else more}"
    raise AssertionError("a minute is the smallest unit")


_UNITS = (
    (86_400, {"nl": ("dag", "dagen"), "en": ("day", "days")}),
    (3_600, {"nl": ("uur", "uur"), "en": ("hour", "hours")}),
    (60, {"nl": ("minuut", "minuten"), "en": ("minute", "minutes")}),
)
_LABELS: Mapping[str, str] = {
    "positive": "positief", "neutral": "neutraal", "negative": "negatief", "uncertain": "onzeker", "complaint": "klacht",
    "question": "vraag", "praise": "lof", "suggestion": "suggestie", "purchase": "koop", "incident": "incident",
    "other": "anders", "falling": "daalt", "rising": "stijgt", "steady": "blijft gelijk",
}  # fmt: skip
_TRENDS = {"falling": "falls", "rising": "rises", "steady": "stays as it is"}


def _dutch(labels: tuple[str, ...]) -> str:
    return ", ".join(_LABELS.get(one, one) for one in labels)


def _shared(asked: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not set(asked).isdisjoint(found)


def _yes_no(fact: str, nl: tuple[str, str], en: tuple[str, str]) -> Condition:
    def says(words: tuple[str, str]) -> Says:
        return lambda _, known: words[0] if known else words[1]

    return Condition(fact, lambda asked, known: asked is known, {"nl": says(nl), "en": says(en)})


def _long_ago(fact: str, nl: str, en: str, *, at_least: bool) -> Condition:
    def says(text: str, language: str) -> Says:
        return lambda _, known: text.format(span(known, language))

    def long_ago(asked: timedelta, known: timedelta) -> bool:
        return known >= asked if at_least else known <= asked

    return Condition(fact, long_ago, {"nl": says(nl, "nl"), "en": says(en, "en")})


_ANSWERED = ("ons laatste antwoord is {} geleden", "our latest answer was {} ago")
_SILENT = ("het laatste bericht is {} geleden", "the latest message was {} ago")
_NET = {
    "nl": lambda _, known: f"het netto sentiment is {known:+.2f}".replace(".", ","),
    "en": lambda _, known: f"net sentiment is {known:+.2f}",
}

CONDITIONS: Mapping[str, Condition] = {
    "case": _yes_no("case", ("er is een case open", "er is geen case open"), ("a case is open", "no case is open")),
    "severity": Condition(
        "severity",
        lambda asked, known: known in asked,
        {
            "nl": lambda _, known: f"de ernstigste open case is {SEVERITY_WORDS['nl'][known]}",
            "en": lambda _, known: f"the worst open case is {known}",
        },
    ),
    "overdue": Condition(
        "due",
        lambda asked, known: asked is (known <= timedelta(0)),
        {
            "nl": lambda asked, known: (
                f"wat is toegezegd is {span(known, 'nl')} " + ("te laat" if asked else "niet te laat")
            ),
            "en": lambda asked, known: f"what is promised is {span(known, 'en')} " + ("late" if asked else "away"),
        },
    ),
    "due_within": Condition(
        "due",
        lambda asked, known: timedelta(0) < known <= asked,
        {
            "nl": lambda _, known: f"wat is toegezegd moet binnen {span(known, 'nl')} gebeuren",
            "en": lambda _, known: f"what is promised is due in {span(known, 'en')}",
        },
    ),
    "crisis": _yes_no(
        "crisis",
        ("een case hoort bij een crisis die loopt", "geen case hoort bij een crisis"),
        ("a case belongs to a crisis that runs", "no case belongs to a crisis"),
    ),
    "waits_at_least": _long_ago(
        "waits",
        "het laatste bericht wacht {} op antwoord",
        "the latest message has waited {} for an answer",
        at_least=True,
    ),
    "answered_at_least": _long_ago("answered", *_ANSWERED, at_least=True),
    "answered_at_most": _long_ago("answered", *_ANSWERED, at_least=False),
    "silent_at_least": _long_ago("silent", *_SILENT, at_least=True),
    "silent_at_most": _long_ago("silent", *_SILENT, at_least=False),
    "sentiment": Condition(
        "sentiment",
        _shared,
        {
            "nl": lambda _, known: f"het laatste bericht is {_dutch(known)}",
            "en": lambda _, known: f"the latest message is {', '.join(known)}",
        },
    ),
    "intent": Condition(
        "intent",
        _shared,
        {
            "nl": lambda _, known: f"het laatste bericht is bedoeld als: {_dutch(known)}",
            "en": lambda _, known: f"the latest message is meant as: {', '.join(known)}",
        },
    ),
    "trend": Condition(
        "trend",
        lambda asked, known: known in asked,
        {
            "nl": lambda _, known: f"het sentiment {_LABELS[known]}",
            "en": lambda _, known: f"sentiment {_TRENDS[known]}",
        },
    ),
    "net_at_least": Condition("net", lambda asked, known: known >= asked, _NET),
    "net_at_most": Condition("net", lambda asked, known: known <= asked, _NET),
    "mentions_at_least": Condition(
        "mentions",
        lambda asked, known: known >= asked,
        {
            "nl": lambda _, known: f"er zijn {known} berichten bewaard",
            "en": lambda _, known: f"{known} messages are archived",
        },
    ),
    "segment": Condition(
        "segment",
        _shared,
        {
            "nl": lambda _, known: f"een ander systeem noemt als segment {', '.join(known)}",
            "en": lambda _, known: f"another system names the segment {', '.join(known)}",
        },
    ),
}
"""Each condition of playbook.customer_conditions.CustomerWhen by its name."""
