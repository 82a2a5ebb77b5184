"""Where the desk database is. Kept light: the configuration is read by parts that never open it."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, field_validator

from core.settings import Settings as Base

POSTGRESQL = "postgresql+psycopg"
EXAMPLE = f"{POSTGRESQL}://USER@HOST:5432/NAME"


class Settings(Base):
    """Without a `url` it is the file desk.db of the data folder.

    url       postgresql+psycopg://USER@HOST:PORT/NAME
    password  of that user; write ${file:...}
    ca        certificate of the authority that signed the server's; without one, those that this machine trusts

    A server on another machine is spoken to by TLS alone, verified.
    """

    url: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)
    ca: Path | None = None

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        if value and not _is_usable(value):
            raise ValueError(f"should look like {EXAMPLE}; without it, the desk database is a file in the data folder")
        return value

    @property
    def place(self) -> str:
        """The address as it may be shown: without password."""
        parts = urlsplit(self.url)
        user = f"{parts.username}@" if parts.username else ""
        return f"postgresql://{user}{parts.hostname}:{parts.port or 5432}{parts.path}" if self.url else ""


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == POSTGRESQL and _names_a_database(parts)
    except ValueError:  # a port that is no number
        return False


def _names_a_database(parts: SplitResult) -> bool:
    named = parts.hostname and parts.username and len(parts.path) > 1
    return bool(named and parts.port != 0 and not parts.query and not parts.fragment)
