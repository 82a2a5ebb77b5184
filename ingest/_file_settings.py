"""What a person may say about files of messages."""

import codecs
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from core.settings import Settings as Base
from core.settings import Span, nearest
from core.types import Kind
from ingest._columns import FIELDS
from ingest._dates import Zone

_ALIASES = {"author": "author_name", "date": "created_at", "name": "author_name", "handle": "author_handle"}


class Settings(Base):
    """Which files, and how to read them.

    paths      files or patterns (reviews/*.csv, looked up again while files are followed), from `folder` where they are relative
    format     by the file's name and first character unless it is said
    follow     go on with what is appended, through rotation and truncation; else the stream ends with the file
    every      how often a followed file is looked at
    encoding   a codec's name; by the first bytes unless it is said
    delimiter  of CSV; by the header unless it is said
    columns    field of a mention to column name or JSON path (data.user.name); what is not named is found by its name,
               and `rating: null` takes no column for the rating
    rating_scale  what a rating that does not say it is out of; without it, one above 5 is left unknown
    zone  of times that say none
    namespace  put before ids that are not global; the file's name without ending unless it is said
    kind, site, language  of messages that do not say it; all of a file that has a column of ratings are reviews
    """

    paths: tuple[str, ...] = Field(min_length=1)
    folder: Path = Path()
    format: Literal["auto", "jsonl", "json", "csv"] = "auto"
    follow: bool = False
    every: Span = timedelta(seconds=1)
    encoding: str = "auto"
    delimiter: str = Field(default="auto", min_length=1)
    columns: dict[str, str | None] = {}
    rating_scale: float = Field(default=5, gt=0)
    zone: Zone = "Europe/Amsterdam"
    namespace: str = ""
    kind: Kind = Kind.POST
    site: str | None = None
    language: str | None = None

    @field_validator("paths", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:  # Any: whatever stands in the YAML
        return (value,) if isinstance(value, str) else value

    @field_validator("columns", mode="after")
    @classmethod
    def _known_fields(cls, value: dict[str, str | None]) -> dict[str, str | None]:
        fields = {_ALIASES.get(field, field): column for field, column in value.items()}
        for field in fields:
            if field not in FIELDS:
                raise ValueError(f'a mention has no field "{field}"; {nearest(field, FIELDS)}')
        return fields

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            codecs.lookup("utf-8" if value == "auto" else value)
        except LookupError:
            raise ValueError(f'"{value}" is no encoding; give one such as utf-8, cp1252 or utf-16') from None
        return value
