"""Which column or JSON path holds which field of a mention: as configured, else by the names people give them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from core.errors import Misconfigured
from core.settings import nearest

_NAMES = {
    "source": "source",
    "id": ("id mention_id message_id bericht_id berichtnummer review_id post_id comment_id tweet_id guid uuid uri"),
    "text": (
        "text tekst bericht message content inhoud body full_text review review_text comment reactie "
        "opmerking opmerkingen toelichting commentaar caption tweet post feedback description omschrijving "
        "snippet fragment"
    ),
    "title": "title titel onderwerp subject kop headline review_title",
    "author_name": (
        "author_name author auteur name naam schrijver afzender reviewer from display_name user_name user "
        "gebruiker klantnaam author.display_name author.name user.name"
    ),
    "author_handle": (
        "author_handle handle username gebruikersnaam screen_name account nickname author.handle "
        "author.username user.screen_name user.username account.acct author"
    ),
    "author_id": "author_id auteur_id user_id account_id author.id user.id account.id",
    "author_url": "author_url profile_url author.url user.url",
    "followers": (
        "followers volgers aantal_volgers followers_count author.followers user.followers_count author_followers"
    ),
    "created_at": (
        "created_at date datum created published_at published publicatiedatum datetime timestamp tijdstip "
        "geplaatst_op geplaatst aangemaakt aangemaakt_op posted_at posted pubdate publish_date date_time "
        "datum_tijd datumtijd review_date verzonden verzonden_op created_utc date_posted time"
    ),
    "time_of_day": "time tijd hour uur",
    "edited_at": "edited_at edited bewerkt bewerkt_op gewijzigd gewijzigd_op",
    "url": "url link permalink href web_url bron_url mention_url",
    "site": "site website platform domain domein",
    "language": "language taal lang taalcode",
    "country": "country land landcode country_code",
    "kind": "kind soort post_type content_type mention_type",
    "rating": "rating score stars sterren beoordeling waardering star_rating",
    "reply_to": "reply_to in_reply_to in_reply_to_id antwoord_op parent_id parent",
    "thread": "thread thread_id conversation_id gesprek gesprek_id",
    "tags": "tags hashtags trefwoorden",
    "mentions": "mentions vermeldingen mentioned",
    "content_warning": "content_warning spoiler_text",
    "visibility": "visibility zichtbaarheid",
    "own_account": "own_account eigen_account brand_account",
    "likes": "likes like_count likes_count favourites_count vind_ik_leuks",
    "reposts": "reposts shares retweets reblogs_count retweet_count gedeeld",
    "replies": "replies reply_count replies_count comments_count reacties aantal_reacties",
    "views": "views view_count weergaven impressions",
}
NAMES: Mapping[str, tuple[str, ...]] = {field: tuple(names.split()) for field, names in _NAMES.items()}

FIELDS = tuple(NAMES)
_PARTS = re.compile(r"[^.\[\]]+")


def folded(name: str) -> str:
    """A column's name for comparison: case, diacritics and the way words are joined do not count."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return re.sub(r"[\s_/-]+", "_", letters).strip("_: ?*")


@lru_cache(maxsize=1024)
def recognised(columns: tuple[str, ...]) -> Mapping[str, str]:
    """Field to column, for the columns whose name says what they hold. No column is given to two fields."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(folded(column), column)
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        taken = set(found.values())
        free = (by_name[name] for name in names if name in by_name and by_name[name] not in taken)
        if column := next(free, ""):
            found[field] = column
    return found


def configured(columns: Mapping[str, str | None], there: Sequence[str], *, where: str) -> dict[str, str]:
    """Field to column, as configured first and by name for the rest; a field whose column is None is left out.

    Raises Misconfigured naming the nearest valid name for a configured column that is not there.
    """
    exact = {folded(name): name for name in there}
    mistakes: list[str] = []
    given: dict[str, str] = {}
    for field, column in columns.items():
        if column is None:
            continue
        if column in there or folded(column) in exact:
            given[field] = column if column in there else exact[folded(column)]
        else:
            mistakes.append(f'{where}: columns.{field}: there is no column "{column}"; {nearest(column, list(there))}')
    if mistakes:
        raise Misconfigured(mistakes)
    rest = recognised(tuple(column for column in there if column not in given.values()))
    return {field: column for field, column in rest.items() if field not in columns} | given


def flat(record: Mapping[str, Any], *, depth: int = 2) -> dict[str, Any]:
    """The record's values by dotted path, objects opened to `depth` levels. Any: whatever JSON holds."""
    return dict(_flat(record, "", depth))


def _flat(record: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict) and depth > 0:
            yield from _flat(value, f"{before}{key}.", depth - 1)
        else:
            yield f"{before}{key}", value


def at_path(record: Any, path: str) -> Any:
    """The value at a path such as `data.items[0].text`; None where there is none. Any: whatever JSON holds."""
    if isinstance(record, dict) and path in record:
        return record[path]
    here = record
    for part in _PARTS.findall(path):
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here
