"""Writes the demo's texts: a first sentence, what follows from it, an opening, a close, tags and emoji.

Sentences are dealt like cards: a pile is used up before one comes again, and no two texts are the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from klankbord.demo import style
from klankbord.demo.material import parts, sections
from klankbord.demo.messages import Wording
from klankbord.demo.slots import NOON, fill

FILES = {"nl": "dutch", "en": "english", "de": "german", "fr": "french"}
TOPICS = {"delay": 20, "disruption": 12, "crowding": 11, "fares": 9, "app": 9, "staff": 10, "comfort": 9, "station": 6,
          "service": 7, "safety": 4, "plans": 6, "competitor": 3}  # fmt: skip
SENTIMENTS = {"negative": 47, "positive": 25, "neutral": 28}
_ADDRESSED = ("{} #noorderlijn", "@noorderlijn.example {}", "{} @noorderlijn.example", "Noorderlijn: {}", "{} #Noorderlijn",
              "{} (Noorderlijn)", "{} @noorderlijn.example ?")  # fmt: skip
_ADDRESSED_WEIGHTS = (36, 26, 20, 4, 8, 4, 2)
_NAMED = ("noorderlijn", "noordelijn", "zuidlijn", "#storingutrecht")


def names_us(text: str) -> bool:
    """Whether a text holds a word that the demo's monitors ask for."""
    return any(name in text.casefold() for name in _NAMED)


class Writer:
    """Writes one text after another; `random` decides everything, so the same seed writes the same texts.

    when  the moment that is written about: trains and durations are told from there
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.when = NOON
        self._piles: dict[tuple[str, str], list[str]] = {}
        self._written: set[str] = set()

    def post(self, language: str) -> Wording:
        """Something said on a network about the organisation, by topic and sentiment as they fall."""
        chance = self.random.random()
        if chance < 0.045 and language in ("nl", "en"):
            return self._finished("sarcasm", language, "delay", "negative", sarcasm=True)
        if chance < 0.065 and language in ("nl", "en"):
            sentiment = self.random.choice(
                ("neutral", "positive", "neutral", "negative" if language == "nl" else "neutral")
            )
            return self._finished(f"joke {sentiment}", language, "other", sentiment)
        topic, sentiment = self._subject(language)
        if chance > 0.975 and language in ("nl", "en"):
            return self._finished(f"story {sentiment}", language, "other", sentiment, plain=True)
        return self._finished(f"{topic} {sentiment}", language, topic, sentiment)

    def about(self, language: str, topic: str, sentiment: str, *, utrecht: bool = False) -> Wording:
        return self._finished(f"{topic} {sentiment}", language, topic, sentiment, utrecht=utrecht)

    def reply(self, language: str) -> Wording:
        sentiment = self.random.choices(("negative", "positive", "neutral"), (50, 20, 30))[0]
        return self._finished(f"reply {sentiment}", language, "other", sentiment, plain=True)

    def webcare(self, language: str, *, crisis: bool) -> Wording:
        """An answer by the organisation's own team, which signs with its name."""
        wording = self._plain(
            FILES[language] + ("_crisis" if crisis else ""), "webcare", language, "service", "neutral"
        )
        signed = wording.text if names_us(wording.text) else wording.text.replace(" ^", " Noorderlijn ^")
        return replace(wording, text=signed)

    def crisis(self, language: str, phase: str) -> Wording:
        """Something about the day around Utrecht: `phase` is start, middle, late, positive, neutral or aftermath."""
        sentiment = phase if phase in ("positive", "neutral") else "negative"
        if language in ("de", "fr"):
            return self._finished("crisis", language, "disruption", "negative", utrecht=True)
        if phase == "middle" and self.random.random() < 0.4:
            topic = self.random.choice(("disruption", "disruption", "service", "crowding", "app", "disruption"))
            return self._finished(f"{topic} negative", language, topic, "negative", utrecht=True)
        return self._finished(phase, language, "disruption", sentiment, file=f"{FILES[language]}_crisis", utrecht=True)

    def edited(self, wording: Wording) -> str:
        """The text as its writer left it after a second look."""
        added = self.random.choice(parts("slots")["edits"][wording.language])
        return f"{wording.text} {fill(self.random, added, wording.language, social=False, when=self.when)}"

    def noise(self) -> Wording:
        language = self.random.choices(("nl", "en", "de", "fr"), (58, 34, 5, 3))[0]
        return self._plain("noise", language, language, "other", "neutral")

    def article(self, language: str, sentiment: str) -> Wording:
        """A news article: a title, a first line, mostly a second."""
        heading = f"{language} {sentiment}"
        line = self._deal("news", heading)
        lead = self._deal("news", f"lead {language}") if self.random.random() < 0.8 else ""
        title, _, text = fill(self.random, f"{line} {lead}".strip(), language, social=False, when=self.when).partition(
            " | "
        )
        stance = "negative" if sentiment == "crisis" else sentiment
        topic = "disruption" if sentiment == "crisis" else "other"
        wording = Wording(text=text, title=title, language=language, topic=topic, sentiment=stance)
        return wording if self._is_new(title + text) else self.article(language, sentiment)

    def comment(self, *, noise: bool = False) -> Wording:
        """A comment among engineers, in English."""
        if noise:
            return self._plain("hackernews", "other", "en", "other", "neutral")
        sentiment = self.random.choices(("negative", "positive", "neutral"), (36, 28, 36))[0]
        pieces = [self._deal("hackernews", sentiment)]
        pieces += [
            self._deal("hackernews", "more") for _ in range(self.random.choices((0, 1, 2, 3), (25, 40, 25, 10))[0])
        ]
        text = fill(self.random, " ".join(pieces), "en", social=False, when=self.when)
        wording = Wording(text=text, language="en", topic="app", sentiment=sentiment)
        return wording if self._is_new(text) else self.comment()

    def story(self) -> Wording:
        title = self._deal("hackernews", "title")
        return Wording(text="", title=title, language="en", topic="app", sentiment="neutral")

    def review(self, language: str, stars: int) -> Wording:
        """A review with stars: one or two sentences and, often, which trip it was."""
        heading = f"{language} {stars}"
        pieces = [self._deal("reviews", heading)]
        if self.random.random() < 0.45 and language in ("nl", "en"):
            pieces.append(self._deal("reviews", heading))
        if self.random.random() < 0.7 or language in ("de", "fr"):
            pieces.insert(self.random.choice((0, len(pieces))), self._deal("reviews", f"detail {language}"))
        sentiment = "negative" if stars < 3 else "positive" if stars > 3 else "neutral"
        text = fill(self.random, " ".join(dict.fromkeys(pieces)), language, social=False, when=self.when)
        text = style.typed(self.random, text, language, sentiment=sentiment)
        if self.random.random() < 0.12:
            text = style.with_emoji(self.random, text, sentiment)
        wording = Wording(text=text, language=language, topic="other", sentiment=sentiment, rating=stars)
        return wording if self._is_new(text) else self.review(language, stars)

    def note(self, *, crisis: bool) -> Wording:
        """A call centre's note about a conversation."""
        heading = "crisis" if crisis else self._deal_heading()
        language = "en" if heading == "english" else "nl"
        topic, _, sentiment = heading.partition(" ")
        pieces = [self._deal("contact", heading)]
        tails = self.random.choices((0, 1, 2), (30, 50, 20))[0] if language == "nl" else 0
        pieces += [self._deal("contact", "tail") for _ in range(tails)]
        text = fill(self.random, " ".join(dict.fromkeys(pieces)), language, social=False, when=self.when)
        known = topic if topic in TOPICS else "disruption"
        wording = Wording(text=text, language=language, topic=known, sentiment=sentiment or "negative")
        return wording if self._is_new(text) else self.note(crisis=crisis)

    def _subject(self, language: str) -> tuple[str, str]:
        known = sections(FILES[language])
        while True:
            topic = self.random.choices(list(TOPICS), list(TOPICS.values()))[0]
            sentiment = self.random.choices(list(SENTIMENTS), list(SENTIMENTS.values()))[0]
            if f"{topic} {sentiment}" in known:
                return topic, sentiment

    def _deal_heading(self) -> str:
        headings = [name for name in sections("contact") if name not in ("tail", "crisis")]
        return self.random.choices(headings, [len(sections("contact")[name]) for name in headings])[0]

    def _finished(
        self, heading: str, language: str, topic: str, sentiment: str, *, file: str = "", sarcasm: bool = False,
        utrecht: bool = False, plain: bool = False,
    ) -> Wording:  # fmt: skip
        """A text from the first sentence on, tried again until nobody wrote it before."""
        while True:
            first = self._deal(file or FILES[language], heading)
            plain = plain or sarcasm or bool(file)
            text = self._around(first, language, topic, sentiment, plain=plain)
            text = style.capital(fill(self.random, text, language, social=True, utrecht=utrecht, when=self.when))
            text = style.typed(self.random, text, language, sentiment=sentiment)
            text = self._signed(text, topic, sentiment, language=language, crisis=utrecht)
            if self._is_new(text):
                return Wording(text=text, language=language, topic=topic, sentiment=sentiment, sarcasm=sarcasm)

    def _plain(self, file: str, heading: str, language: str, topic: str, sentiment: str) -> Wording:
        for _ in range(40):
            text = fill(self.random, self._deal(file, heading), language, social=False, when=self.when)
            if self._is_new(text):
                break
        return Wording(text=text, language=language, topic=topic, sentiment=sentiment)

    def _around(self, first: str, language: str, topic: str, sentiment: str, *, plain: bool) -> str:
        known, random = sections(FILES[language]), self.random
        pieces = [first]
        more = f"more {topic} {sentiment}" if f"more {topic} {sentiment}" in known else f"more delay {sentiment}"
        if more in known and not plain:
            count = random.choices((0, 1, 2, 3), (42, 36, 16, 6))[0]
            pieces += [self._deal(FILES[language], more) for _ in range(count)]
        if random.random() < (0.1 if plain else 0.22):
            opener = self._deal(FILES[language], f"opener {sentiment}")
            pieces[0] = pieces[0] if opener[-1] not in ",r" else _joined(pieces[0])
            pieces.insert(0, opener)
        if random.random() < 0.2:
            pieces.append(self._deal(FILES[language], f"closer {sentiment}"))
        return " ".join(
            _ended(piece, last=index == len(pieces) - 1) for index, piece in enumerate(dict.fromkeys(pieces))
        )

    def _signed(self, text: str, topic: str, sentiment: str, *, language: str, crisis: bool) -> str:
        random = self.random
        if not names_us(text):
            text = random.choices(_ADDRESSED, _ADDRESSED_WEIGHTS)[0].format(text)
        if random.random() < 0.2 and language in ("nl", "en"):
            tags: Sequence[str] = parts("slots")["tags"].get("crisis" if crisis else topic, ["spoor"])
            chosen = random.sample(tags, min(len(tags), random.choice((1, 1, 2))))
            text = " ".join([text, *(f"#{tag}" for tag in chosen if f"#{tag}" not in text.casefold())])
        return style.with_emoji(random, text, sentiment) if random.random() < 0.26 else text

    def _deal(self, file: str, heading: str) -> str:
        pile = self._piles.setdefault((file, heading), [])
        if not pile:
            pile += sections(file)[heading]
            self.random.shuffle(pile)
        return pile.pop()

    def _is_new(self, text: str) -> bool:
        if text.casefold() in self._written:
            return False
        self._written.add(text.casefold())
        return True


def _joined(sentence: str) -> str:
    """The sentence as it goes on after a comma: a small letter, unless it starts with a name or a slot."""
    head = sentence.split(" ", 1)[0]
    return (
        sentence
        if head[:1] in "{@#" or (head.isupper() and len(head) > 1) or head in _NAMES
        else sentence[:1].lower() + sentence[1:]
    )


def _ended(piece: str, *, last: bool) -> str:
    tagged = piece.rsplit(" ", maxsplit=1)[-1][:1] in ("#", "@")
    return piece if last or tagged or piece[-1] in ".!?,:'\"" or piece.endswith("maar") else f"{piece}."


_NAMES = frozenset(("Zuidlijn", "I", "Noorderlijn", "Utrecht", "Den", "Dutch", "QR-code", "P+R"))
