"""Files: CSV and JSONL as organisations have them."""

import asyncio
import gzip
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import encode
from core.errors import Misconfigured, Stop
from core.settings import check
from core.types import Deletion, Enriched, Failure, Kind, Mark, Mention, Visibility
from ingest.file import Settings, build, parse
from tests.ingest.hearing import MORNING, deletion, hearing, mention, tools

NOW = MORNING

REVIEWS = """\
Nummer;Naam;Datum;Tijd;Bericht;Beoordeling;Taal\r
1;Jan;24-11-2025;13:45;"De trein; was
te laat";4,5;nl\r
2;Piet;24 nov. 2025;;Prima "service" hoor;5;nl\r
3;Kees;banaan;;Slecht;1;nl\r
4;Kees;31-02-2025;;Slecht;1;nl\r
5;"Open;24-11-2025;;Slecht;1;nl\r
6;Els;24-11-2025;;Café goed;2;nl\r
7;Els;24-11-2025\r
"""


def parsed(content, name="reviews.csv"):
    payload = content if isinstance(content, bytes) else content.encode()
    return list(parse(payload, name, NOW))


def mentions(content, name="reviews.csv"):
    found = parsed(content, name)
    assert all(isinstance(item, Mention) for item in found), found
    return found


ENCODED = {
    "UTF-8": REVIEWS.encode(),
    "UTF-8 with a mark": REVIEWS.encode("utf-8-sig"),
    "Windows-1252": REVIEWS.encode("cp1252"),
    "UTF-16": REVIEWS.encode("utf-16"),
    "UTF-16 big-endian without a mark": REVIEWS.encode("utf-16-be"),
    "UTF-32": REVIEWS.encode("utf-32"),
    "gzip": gzip.compress(REVIEWS.encode()),
    "with a spreadsheet's first line": b"sep=;\n" + REVIEWS.encode(),
    "tabs": REVIEWS.replace("trein;", "trein").replace(";", "\t").replace("trein", "trein;").encode(),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_dutch_spreadsheet_however_it_was_saved(encoding):
    first, second, third = (item for item in parsed(ENCODED[encoding]) if isinstance(item, Mention))
    assert (first.text, first.rating, first.kind) == ("De trein; was\nte laat", 4.5, Kind.REVIEW)
    assert first.created_at == datetime(2025, 11, 24, 12, 45, tzinfo=UTC)
    assert (first.author.name, first.language) == ("Jan", "nl")
    assert second.text == 'Prima "service" hoor'
    assert third.text == "Café goed"


def test_refused_rows_name_file_line_and_fault_and_the_rest_goes_on():
    assert [item.detail for item in parsed(REVIEWS) if isinstance(item, Failure)] == [
        'reviews.csv, line 5: created_at: "banaan" is no date klankbord can read',
        'reviews.csv, line 6: created_at: "31-02-2025" is no date klankbord can read',
        "reviews.csv, line 7: a quote is opened and never closed",
        "reviews.csv, line 9: has 3 cells, the header has 7",
    ]


def test_a_refused_row_carries_itself_so_that_it_can_be_read_once_it_is_mended():
    refused = next(item for item in parsed(REVIEWS) if isinstance(item, Failure))
    assert b"\n3;Kees;banaan;" in refused.payload
    mended = mentions(refused.payload.replace(b"banaan", b"24-11-2025"))[0]
    assert (mended.text, mended.author.name, mended.rating) == ("Slecht", "Kees", 1)


@pytest.mark.parametrize(
    ("header", "field"),
    [("tekst", "text"), ("Bericht", "text"), ("message", "text"), ("content", "text"), ("Review Text", "text")],
)
def test_the_text_is_found_by_its_name(header, field):
    assert getattr(mentions(f"id,{header}\n1,hallo daar\n")[0], field) == "hallo daar"


def test_many_columns_find_their_field():
    header = "url,titel,tekst,auteur,followers,likes,reacties,hashtags,land,soort,zichtbaarheid,message_id"
    row = "https://nu.nl/1,Kop,Romp,Jan,1.234,5,6,#ns #trein,NL,comment,unlisted,77"
    found = mentions(f"{header}\n{row}\n")[0]
    assert (found.title, found.text, found.author.followers, found.site) == ("Kop", "Romp", 1234, "nu.nl")
    assert (found.engagement.likes, found.engagement.replies, found.engagement.reposts) == (5, 6, None)
    assert (found.tags, found.country, found.kind) == (("ns", "trein"), "NL", Kind.COMMENT)
    assert (found.visibility, found.id) == (Visibility.UNLISTED, "file:reviews/77")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *(("4,5", 4.5), ("4/5", 4), ("8 van 10", 4), ("★★★☆☆", 3), ("5 sterren", 5)),
        *(("9,5/10", 4.75), ("4 van 5", 4), ("8 uit 10", 4), ("80%", 4), ("80 %", 4)),
    ],
)
def test_ratings_as_people_write_them(written, read):
    assert mentions(f"tekst;score\nhoi;{written}\n")[0].rating == read


@pytest.mark.parametrize("written", ["9,5", "elf", "6/5", "120%"])
def test_a_rating_that_cannot_be_known_is_unknown_and_its_text_is_kept(written):
    (found,) = mentions(f"tekst;score\nhoi;{written}\n")
    assert (found.text, found.rating) == ("hoi", None)


def test_side_fields_that_cannot_be_read_are_unknown():
    row = {"text": "a", "followers": "12K", "likes": -1, "language": ["nl"], "tags": [3], "kind": "klacht", "url": {}}
    (found,) = mentions(msgspec.json.encode(row), "x.jsonl")
    assert (found.author.followers, found.engagement, found.language, found.tags) == (None, None, None, ())
    assert (found.kind, found.url) == (Kind.POST, None)


def test_all_of_a_file_with_ratings_are_reviews():
    found = mentions("tekst;score\na;4\nb;\nc;elf\n")
    assert [(message.kind, message.rating) for message in found] == [
        (Kind.REVIEW, rating) for rating in (4, None, None)
    ]


def test_an_unknown_count_is_unknown():
    assert mentions("tekst,likes\nhoi,\n")[0].engagement is None


def test_ids_of_two_files_are_two_and_the_same_row_is_one():
    one, other = mentions("id,text\n1,a\n", "x.csv")[0], mentions("id,text\n1,a\n", "y.csv")[0]
    assert one.id != other.id
    assert mentions("text\na\n", "x.csv")[0].id == mentions("text\na\n", "x.csv.gz")[0].id


def test_strangers_without_a_name_are_not_one_author():
    one, other = mentions("text\na\nb\n")
    assert one.author.id != other.author.id


def test_json_lines_with_nested_authors():
    line = b'{"id": "9", "content": "hoi", "user": {"screen_name": "@jan", "name": "Jan"}, "created": 1764000000}'
    found = mentions(line, "x.jsonl")[0]
    assert (found.text, found.author.handle, found.author.name) == ("hoi", "jan", "Jan")
    assert parsed(b"[" + line + b"," + line + b"]", "x.json")[1].text == "hoi"


POISON = {
    b"{": "not JSON",
    b'{"text": "\xff"}': "not UTF-8",
    b'{"text": "\\ud800"}': "lone surrogate",
    b'{"text": "a\\u0000b"}': "NUL character",
    b"[" * 100_000: "too deep",
    b'{"text": 3}': "wrong type",
    b'"text"': "wrong type",
    b'{"text": "a", "created_at": []}': "wrong type",
    b'{"text": "a", "created_at": "0000-01-01"}': "unreadable date",
    b'{"text": "a", "created_at": "9999-01-01"}': "time out of range",
    b'{"author": "jan"}': "no text",
    b'{"text": "a", "visibility": "publik"}': "unknown value",
    b'{"type": "mention", "id": 3, "source": "x", "author": {}, "text": "", "created_at": "", "seen_at": ""}': "wrong type",
    b'{"text": "a", "id": "' + b"x" * 100_000 + b'"}': "id too long",
    b'{"text": "' + b"x" * 10_000_000 + b'"}': "text too long",
}


@pytest.mark.parametrize("line", POISON, ids=POISON.values())
def test_poison_is_refused_with_its_reason_and_the_rest_goes_on(line):
    failure, after = parsed(b"\n".join([line, b'{"text": "na de pest"}']), "x.jsonl")
    assert (failure.reason, failure.payload, failure.key) == (POISON[line], line, "x.jsonl:1")
    assert after.text == "na de pest"


def test_what_klankbord_wrote_is_read_back_as_it_was():
    full = mention(1, title="Kop", tags=("a",), rating=4.5, stream="bluesky/all", edited_at=NOW, marks=(Mark.DRILL,))
    written = b"\n".join([encode(full), encode(deletion("test:1"))])
    assert parsed(written, "export.jsonl") == [full, deletion("test:1")]


def test_an_export_of_klankbord_is_read_back_with_its_own_ids():
    export = "id,source,created_at,author_id,author,author_name,text\nx:at://1,x,2026-01-01T00:00:00Z,x:did:7,'@jan,Jan,hoi\n"
    found = mentions(export)[0]
    assert (found.id, found.source, found.author.id) == ("x:at://1", "x", "x:did:7")
    assert (found.author.handle, found.author.name) == ("jan", "Jan")
    enriched = msgspec.to_builtins(Enriched(mention=mention(1, created_at=NOW), vector=b"abc")) | {"judgements": []}
    assert mentions(msgspec.json.encode(enriched), "x.jsonl") == [mention(1, created_at=NOW)]


def test_damaged_gzip_is_read_as_far_as_it_goes():
    rows = "id,text\n" + "".join(f"{number},bericht {number * 7919 % 10007}\n" for number in range(5000))
    found = parsed(gzip.compress(rows.encode())[:-3000], "x.csv.gz")
    assert found[-1].reason == "damaged gzip"
    assert len(found) > 100
    assert all(isinstance(item, Mention) for item in found[:-1])


def test_a_row_without_date_in_a_file_with_dates_is_refused():
    old, failure = parsed("tekst;datum\nTe laat;2025-01-02\nOok te laat; \n")
    assert (old.created_at.year, failure.reason) == (2025, "no date")
    assert mentions("tekst\nTe laat\n")[0].created_at == NOW


BLOCK = (
    "Report:,Bulk Mentions\nBrand:,Noorderlijn\nFrom:,1 jan 2025\n\nDate,Title,Snippet,Url\n2025-01-02,Kop,Te laat,\n"
)


@pytest.mark.parametrize(
    "block", [BLOCK, BLOCK.replace("Snippet", "Body text"), "Klachten november\n\ntext\nTe laat\n"]
)
async def test_title_lines_above_the_header_are_passed_over_and_told(tmp_path, block):
    (tmp_path / "x.csv").write_text(block)
    said, columns = [], {} if "Snippet" in block else {"text": "Body text"} if "Body" in block else {"text": "text"}
    settings = Settings(folder=tmp_path, paths="x.csv", columns=columns)
    async with build(settings, tools(tmp_path, said.append)) as connector:
        batches = [batch async for batch in connector.batches("x.csv", None)]
    assert [message.text for batch in batches for message in batch.mentions] == ["Te laat"]
    assert said[0].startswith("x.csv: the header is line ")
    assert said[0].endswith(" are passed over")


def test_a_cell_that_reads_like_a_column_is_no_header():
    assert "no column looks like the text" in parsed("Soort,Wat zegt u\ntweet,te laat\n")[0].detail


def test_a_header_with_a_title_alone_is_the_first_line():
    assert [found.title for found in mentions("titel,x\nKop,1\nNog een,2\n")] == ["Kop", "Nog een"]


def test_a_refused_row_read_on_its_own_names_no_line_of_another_file():
    refused = next(item for item in parsed(REVIEWS) if isinstance(item, Failure))
    assert refused.detail.startswith("reviews.csv, line 5: ")
    assert parsed(refused.payload)[0].detail == 'reviews.csv: created_at: "banaan" is no date klankbord can read'


def test_a_bad_item_of_an_array_is_named_by_its_number():
    _, bare, odd, old = parsed(b'[{"text": "a"}, {"id": 1}, 7, {"text": "a", "date": "1950-01-01"}]', "x.json")
    assert bare.detail == "x.json, item 2 of the array: there is no text in it"
    assert odd.detail == "x.json, item 3 of the array: it is not an object with fields"
    assert old.detail.startswith("x.json, item 4 of the array: created_at 1949-12-31")


def test_a_file_without_a_text_column_says_so():
    assert "no column looks like the text" in parsed("a,b\n1,2\n")[0].detail


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.jsonl", "x.json", "x.gz"]))
def test_any_bytes_give_messages_or_failures(payload, name):
    assert all(isinstance(item, (Mention, Deletion, Failure)) for item in parse(payload, name, NOW))


# --- the connector ---------------------------------------------------------------------------------------------------


async def heard_of(heard, folder, **settings):
    async with build(Settings(folder=folder, **settings), tools(folder, heard.said.append)) as connector:
        await heard.run(connector)


@pytest.fixture
async def heard(tmp_path):
    async with hearing(tmp_path / "data") as heard:
        yield heard


async def texts(heard):
    return [message.text for message in await heard.mentions()]


async def until(ask, answer):
    async with asyncio.timeout(60):
        while await ask() != answer:  # noqa: ASYNC110 - the log wakes nobody here
            await asyncio.sleep(0.005)


async def test_rows_reach_the_log_as_history_and_refused_ones_the_dead_letters(heard, tmp_path):
    (tmp_path / "reviews.csv").write_bytes(REVIEWS.encode("cp1252"))
    await heard_of(heard, tmp_path, paths="reviews.csv")
    assert {message.marks for message in await heard.mentions()} == {(Mark.HISTORY,)}
    assert [letter.key for letter in await heard.dead()] == [f"reviews.csv:{line}" for line in (5, 6, 7, 9)]
    assert "reviews.csv is not UTF-8; it is read as Windows-1252" in heard.said


async def test_a_file_that_grew_is_read_on_from_where_it_was(heard, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("id,text\n1,een\n")
    await heard_of(heard, tmp_path, paths="x.csv")
    file.write_text("id,text\n1,een\n2,twee\n")
    await heard_of(heard, tmp_path, paths="x.csv")
    assert await texts(heard) == ["een", "twee"]
    assert [coverage.seen for coverage in await heard.coverage()] == [1, 1]


async def test_another_file_of_that_name_is_read_from_its_start(heard, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("id,text\n1,een\n")
    await heard_of(heard, tmp_path, paths="x.csv")
    file.write_text("id,text\n9,negen\n10,tien\n")
    await heard_of(heard, tmp_path, paths="x.csv")
    assert await texts(heard) == ["een", "negen", "tien"]
    assert "x.csv is not the file it was; it is read from its start" in heard.said


async def test_patterns_make_a_stream_a_file(heard, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"id,text\n1,{name}\n")
    await heard_of(heard, tmp_path, paths="*.csv")
    assert {message.stream for message in await heard.mentions()} == {"test/a.csv", "test/b.csv"}


async def test_many_rows_come_in_bounded_batches(tmp_path):
    (tmp_path / "x.csv").write_text("id,text\n" + "".join(f"{number},t{number}\n" for number in range(1200)))
    async with build(Settings(folder=tmp_path, paths="x.csv"), tools(tmp_path)) as connector:
        sizes = [len(batch.mentions) async for batch in connector.batches("x.csv", None) if batch.mentions]
    assert sizes == [500, 500, 200]


async def test_a_file_covers_the_time_its_rows_span(tmp_path):
    rows = "id,text,date\n1,a,2026-03-03T10:00:00Z\n2,b,2026-03-01T10:00:00Z\n3,c,9998-01-01T10:00:00Z\n"
    (tmp_path / "x.csv").write_text(rows)
    async with build(Settings(folder=tmp_path, paths="x.csv"), tools(tmp_path)) as connector:
        (batch,) = [batch async for batch in connector.batches("x.csv", None) if batch.mentions]
    assert (batch.since, batch.until) == (datetime(2026, 3, 1, 10, tzinfo=UTC), datetime(2026, 3, 3, 10, tzinfo=UTC))


async def test_a_missing_file_stops_with_a_sentence(heard, tmp_path):
    with pytest.raises(Stop, match=r"gone\.csv: there is no such file"):
        await heard_of(heard, tmp_path, paths="gone.csv")


async def test_a_configured_column_that_is_not_there_names_the_nearest(heard, tmp_path):
    (tmp_path / "x.csv").write_text("Bericht,Naam\nhoi,Jan\n")
    with pytest.raises(Misconfigured, match=r'columns\.text: there is no column "Berigt"; did you mean "Bericht"'):
        await heard_of(heard, tmp_path, paths="x.csv", columns={"text": "Berigt"})


async def test_configured_columns_and_json_paths_win_over_names(heard, tmp_path):
    (tmp_path / "x.csv").write_text("text,toelichting\nnee,ja\n")
    (tmp_path / "x.jsonl").write_text('{"text": "nee", "data": {"items": [{"body": "jazeker"}]}}\n')
    await heard_of(heard, tmp_path, paths="x.csv", columns={"text": "toelichting"})
    await heard_of(heard, tmp_path, paths="x.jsonl", columns={"text": "data.items[0].body"})
    assert await texts(heard) == ["ja", "jazeker"]


async def test_what_of_a_side_field_cannot_be_read_is_said_once_a_file(heard, tmp_path):
    (tmp_path / "x.csv").write_text('text,score,likes\na,"9,5",7\nb,8,12K\nc,4,3\n')
    await heard_of(heard, tmp_path, paths="x.csv")
    assert await texts(heard) == ["a", "b", "c"]
    assert heard.said == [
        f"x.csv: {sentence} is left unknown there, and in any other row like it"
        for sentence in (
            'rating "9,5" is more than 5; set rating_scale to what it is out of; rating',
            'likes "12K" is no whole number; likes',
        )
    ]


async def test_a_rating_scale_that_is_set_is_scaled_to_five(heard, tmp_path):
    (tmp_path / "x.csv").write_text("text;score\na;9,5\nb;4\nc;4/5\n")
    await heard_of(heard, tmp_path, paths="x.csv", rating_scale=10)
    assert [message.rating for message in await heard.mentions()] == [4.75, 2, 4]


async def test_a_recognised_column_can_be_switched_off(heard, tmp_path):
    (tmp_path / "x.csv").write_text("text,score\na,4\n")
    (tmp_path / "x.jsonl").write_text('{"text": "b", "score": 4}\n')
    await heard_of(heard, tmp_path, paths=("x.csv", "x.jsonl"), columns={"rating": None})
    assert {message.rating for message in await heard.mentions()} == {None}


def test_a_field_that_no_mention_has_names_the_nearest():
    with pytest.raises(Misconfigured, match='a mention has no field "tekst"; did you mean "text"'):
        check(Settings, {"paths": "x.csv", "columns": {"tekst": "Bericht"}}, where="file")


class Followed:
    """A followed file, whose batches are awaited one that brings something at a time."""

    def __init__(self, folder, cursor=None):
        self.path = folder / "live.csv"
        self.settings = Settings(folder=folder, paths="live.csv", follow=True, every="0.005s")
        self.folder, self.cursor, self.said = folder, cursor, []

    async def __aenter__(self):
        self._built = build(self.settings, tools(self.folder, self.said.append))
        self._batches = (await self._built.__aenter__()).batches("live.csv", self.cursor)
        return self

    async def __aexit__(self, *_):
        await self._batches.aclose()
        await self._built.__aexit__(None, None, None)

    async def next(self):
        async for batch in self._batches:
            self.cursor = batch.cursor or self.cursor
            if batch.mentions or batch.failed:
                return [(m.text, m.marks) for m in batch.mentions]
        raise AssertionError("the stream ended")

    def append(self, text):
        with self.path.open("a") as file:
            file.write(text)


async def test_following_marks_what_was_there_history_and_what_comes_live(tmp_path):
    async with Followed(tmp_path) as live:
        live.append("id,text\n1,oud\n")
        assert await live.next() == [("oud", (Mark.HISTORY,))]
        live.append("2,ni")
        live.append("euw\n")
        assert await live.next() == [("nieuw", ())]


@asynccontextmanager
async def following(heard, folder, paths):
    async with build(Settings(folder=folder, paths=paths, follow=True, every="0.005s"), tools(folder)) as connector:
        running = asyncio.create_task(heard.run(connector))
        yield
        heard.stop.set()
        await running


async def test_files_that_appear_under_a_pattern_are_read_without_a_restart(heard, tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,een\n")
    async with following(heard, tmp_path, "*.csv"):
        await until(lambda: texts(heard), ["een"])
        (tmp_path / "b.csv").write_text("id,text\n1,twee\n")
        await until(lambda: texts(heard), ["een", "twee"])


async def test_files_that_appear_after_a_pattern_that_matched_none_are_read(heard, tmp_path):
    async with following(heard, tmp_path, "*.csv"):
        await until(heard.coverage, [])
        (tmp_path / "b.csv").write_text("id,text\n1,twee\n")
        await until(lambda: texts(heard), ["twee"])


async def test_following_goes_through_rotation(tmp_path):
    async with Followed(tmp_path) as live:
        live.append("id,text\n1,een\n")
        await live.next()
        live.append("2,twee")
        live.path.rename(tmp_path / "live.csv.1")
        live.append("id,text\n3,drie\n")
        assert await live.next() == [("twee", ())]
        assert await live.next() == [("drie", ())]


async def test_following_goes_through_truncation(tmp_path):
    async with Followed(tmp_path) as live:
        live.append("id,text\n1,een\n2,twee\n")
        await live.next()
        live.path.write_text("id,text\n9,negen\n")
        assert await live.next() == [("negen", ())]


async def test_what_was_written_while_nobody_followed_is_live_after_a_restart(tmp_path):
    async with Followed(tmp_path) as live:
        live.append("id,text\n1,een\n")
        await live.next()
    live.append('2,"twee\nregels"\n')
    async with Followed(tmp_path, live.cursor) as again:
        assert await again.next() == [("twee\nregels", ())]
