"""Documents and queries of every kind, for tests that compare an archive's answers with matching each document."""

from random import Random

from hypothesis import strategies as st

from core.query import And, Comparison, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.types import Engagement, Kind, Visibility
from tests.sinks.messages import at, enriched, judgement

WORDS = [
    "trein",
    "Trein",
    "TREIN",
    "treinen",
    "café",
    "cafe",
    "e-mail",
    "foto's",
    "straße",
    "STRASSE",
    "ijs",
    "10",
    "l'été",
]
ODD = [
    "@noorderlijn",
    "@noorderlijn@mastodon.example",
    "#storing",
    "#Storingen",
    "x_y",
    "😀",
    "東京",
    "東京" * 90,
    "ﬁets",
    "‖",
    "a.b",
    "\x00",
]
LONG = "東京" * 90
"""A token longer than an index may take."""

HANDLES = ["noorderlijn", "noorderlijn@mastodon.example", "Noorderlijn.example", "x_y"]
FOUND = {
    "intent": ["question", "Complaint"],
    "aspects": ["Trein:negative", "trein:positive", "app:uncertain", "app"],
    "spam": ["links", "Copied"],
    "toxicity": ["offensive", "none"],
}
LABELS = ["negative", "positive", "Prijs", "app"]


def corpus(random: Random):
    def some(values, most):
        return tuple(random.sample(values, random.randint(0, most)))

    for place in range(120):
        read = Engagement(read_at=at(0), likes=random.choice([None, 0, 3]), replies=random.choice([None, 2]))
        yield enriched(
            str(place),
            " ".join(random.choices(WORDS + ODD, k=random.randint(0, 7))),
            minute=place,
            author=random.choice(["anna", "Bert Visser", "x_y"]),
            sentiment=random.choice([None, "negative", "positive"]),
            topics=some(LABELS, 2),
            language=random.choice([None, "nl", "nl-BE", "und", "en"]),
            source=random.choice(["file", "rss"]),
            followers=random.choice([None, 0, 10, 1000]),
            monitors=some(["merk", "crisis"], 2),
            title=random.choice([None, "Trein", "café te koop"]),
            mentions=some(HANDLES, 2),
            tags=some(["storing", "Storingen", "café"], 2),
            site=random.choice([None, "nu.nl", "www.nu.nl", "anu.nl"]),
            country=random.choice([None, "NL"]),
            visibility=random.choice(list(Visibility)),
            kind=random.choice(list(Kind)),
            engagement=random.choice([None, read]),
            path=random.choice([(), ("legal", "to_legal"), ("legal", "dissatisfied", "restore")]),
            severity=random.choice([None, "serious"]),
            unit=random.choice([None, "webcare", "Trein team"]),
            found={name: some(labels, 2) for name, labels in FOUND.items() if random.random() < 0.6},
        )


def judgements(random: Random):
    for place in range(0, 120, 3):
        labels = random.choice([None, (random.choice(LABELS),)])
        source = random.choice(["file", "rss"])
        name = random.choice(["sentiment", "topics", "tags", "intent"])
        yield judgement(f"{source}:{place}", "outcome", random.choice([None, ("restore",), ("to_legal",)]), 500)
        yield judgement(f"{source}:{place}", name, labels, 500)


plain = st.sampled_from(
    ["trein", "treinen", "cafe", "e", "mail", "strasse", "ijs", "10", "fiets", "東京", LONG, "x_y", "lete"]
)
wild = st.sampled_from(
    ["tr*", "*ein", "t?ein", "c*e", "*", "?", "1*", "e?e", "*r*", "stor*", "東*", "*京", "東*京東*", "*東"]
)
exact = st.sampled_from(["Trein", "café", "TREIN", "Tr*", "straße", "été", "?AFE"])
words = st.builds(Word, pattern=plain | wild) | st.builds(Word, pattern=exact, exact=st.just(True))
phrases = st.builds(Phrase, words=st.lists(words, min_size=1, max_size=3).map(tuple))
sides = words | phrases | st.builds(Or, parts=st.lists(words | phrases, min_size=1, max_size=2).map(tuple))
VALUES = {
    FieldName.LANGUAGE: ["nl", "nl-be", "und", "en", "n"],
    FieldName.SOURCE: ["file", "rss", "geen"],
    FieldName.SITE: ["nu.nl", "www.nu.nl", "nl"],
    FieldName.AUTHOR: ["anna", "bert visser", "file:anna", "x_y"],
    FieldName.FOLLOWERS: ["0", "10", "500", "veel"],
    FieldName.ENGAGEMENT: ["0", "2", "3", "5"],
    FieldName.KIND: ["post", "reply"],
    FieldName.COUNTRY: ["nl", "be"],
    FieldName.VISIBILITY: ["public", "direct"],
    FieldName.SENTIMENT: ["negative", "positive", "none", "uncertain"],
    FieldName.EMOTION: ["joy"],
    FieldName.TOPIC: ["prijs", "app"],
    FieldName.PERSON_TAG: ["prijs", "negative"],
    FieldName.INTENT: ["question", "uncertain"],
    FieldName.ASPECT: ["trein", "trein:negative", "app"],
    FieldName.SPAM: ["links", "any"],
    FieldName.TOXICITY: ["offensive", "uncertain"],
    FieldName.OUTCOME: ["restore", "to_legal"],
    FieldName.SEVERITY: ["serious"],
    FieldName.UNIT: ["webcare", "Trein team".casefold()],
    FieldName.ANSWER: ["legal/to_legal", "legal/dissatisfied"],
    FieldName.CHECKED: ["agreed", "otherwise", "any"],
}
NUMBERS = (FieldName.FOLLOWERS, FieldName.ENGAGEMENT)


@st.composite
def fields(draw):
    name = draw(st.sampled_from(list(VALUES)))
    value = draw(st.sampled_from(VALUES[name]))
    if name not in NUMBERS:
        return Field(name=name, value=value)
    return Field(name=name, value=value if value.isdigit() else "7", comparison=draw(st.sampled_from(list(Comparison))))


leaves = (
    words
    | phrases
    | fields()
    | st.just(Everything())
    | st.builds(Near, left=sides, right=sides, distance=st.integers(1, 4))
    | st.builds(
        Handle, name=st.sampled_from(["noorderlijn", "noorderlijn@mastodon.example", "noorderlijn.example", "x_y"])
    )
    | st.builds(Tag, name=st.sampled_from(["storing", "storing*", "cafe", "stor"]))
)
queries = st.recursive(
    leaves,
    lambda parts: (
        st.builds(Not, part=parts)
        | st.builds(And, parts=st.lists(parts, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, parts=st.lists(parts, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


def _wrapped(depth):
    node = Word(pattern="trein")
    for level in range(depth):
        other = Field(name=FieldName.SOURCE, value="rss") if level % 3 else Word(pattern="ijs")
        node = And(parts=(node, other)) if level % 2 else Or(parts=(Not(part=node), other))
    return node


LARGE = [
    Or(parts=tuple(Word(pattern=f"trein{number}*") for number in range(2000))),
    And(parts=tuple(Not(part=Word(pattern=f"trein{number}")) for number in range(2000))),
    Or(parts=tuple(Field(name=FieldName.AUTHOR, value=f"a{number}") for number in range(1500))),
    And(parts=()),
    Or(parts=()),
    Not(part=Or(parts=())),
    _wrapped(10),
    _wrapped(150),
]
