import re
from collections import Counter

from klankbord.demo.material import sections
from klankbord.demo.messages import Source
from klankbord.demo.wording import FILES, TOPICS, names_us

FILES_OF_TEXT = [*FILES.values(), "dutch_crisis", "english_crisis", "reviews", "contact", "news", "hackernews", "noise"]
# Firms, products and people a writer of such sentences might slip in.
REAL = (
    "prorail", "arriva", "keolis", "qbuzz", "ov-chipkaart", "9292", "twitter", "facebook", "instagram", "google", "apple",
    "microsoft", "whatsapp", "nederlandse spoorwegen", "deutsche bahn", "sncf", "eurostar", "thalys", "ryanair", "klm",
    "albert heijn", "jumbo", "ikea", "schiphol", "jaarbeurs", "rutte", "wilders", "trump", "musk", "sprinter", "uber",
)  # fmt: skip


def test_every_text_is_written_once(told):
    own = Counter(
        message.wording.text + (message.wording.title or "")
        for message in told.messages
        if message.copy_of is None and message.boost_of is None and message.wanted and message.wording.text
    )
    assert [text for text, count in own.items() if count > 1] == []


def test_few_messages_are_copies(told):
    copies = [message for message in told.messages if message.copy_of is not None or message.boost_of is not None]
    assert 0.01 < len(copies) / len(told.messages) < 0.05


def test_no_slot_stays_empty(told):
    assert [message.wording.text for message in told.messages if re.search(r"[{}]", message.wording.text)] == []


def test_no_real_firm_or_person_is_named():
    known = " ".join(line for name in FILES_OF_TEXT for lines in sections(name).values() for line in lines).casefold()
    assert [name for name in REAL if re.search(rf"\b{re.escape(name)}\b", known)] == []


def test_no_town_name_has_a_firm_in_it(told):
    assert not any("ns " in message.wording.text.casefold().split() for message in told.messages)


def test_posts_name_the_organisation_where_a_monitor_wants_them(told):
    social = (Source.BLUESKY, Source.MASTODON, Source.HACKERNEWS, Source.NEWS)
    missing = [
        message.wording
        for message in told.messages
        if message.source in social
        and message.wanted
        and not names_us(
            f"{message.final_text} {message.wording.text if message.edited_text else ''} {message.wording.title}"
        )
    ]
    assert missing == []


def test_noise_names_nobody(told):
    assert [
        message.wording.text for message in told.messages if not message.wanted and names_us(message.wording.text)
    ] == []


def test_texts_are_three_to_seventy_words_long(told):
    lengths = [len(message.wording.text.split()) for message in told.messages if message.wording.text]
    assert (min(lengths) >= 2, max(lengths) <= 75) == (True, True)


def test_every_topic_has_words_in_dutch_and_english():
    for language in ("nl", "en"):
        headings = sections(FILES[language])
        assert [topic for topic in TOPICS if f"{topic} negative" not in headings] == []


def test_sentences_stand_once_in_a_section():
    twice = [
        (name, heading)
        for name in FILES_OF_TEXT
        for heading, lines in sections(name).items()
        if len(set(lines)) != len(lines)
    ]
    assert twice == []
