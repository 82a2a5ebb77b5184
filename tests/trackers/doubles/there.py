"""What every double of a tracker has: items by number, comments, and a clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count


@dataclass
class There:
    """`items` by number, each with `title`, `text`, `closed`, `labels`, `comments`, `at` and `changed`; `gone` those deleted."""

    token: str = "s3cret-token"
    unseen: bool = False
    """Whether the token lost its access: then all of the project is missing."""
    items: dict[int, dict] = field(default_factory=dict)
    moment: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)
    numbers: count = field(default_factory=lambda: count(7))
    comment_numbers: count = field(default_factory=lambda: count(900))

    def add(self, **fields: object) -> int:
        number = next(self.numbers)
        new = {"title": "", "text": "", "closed": False, "labels": [], "comments": []}
        self.items[number] = new | {"at": self.moment, "changed": self.moment} | fields
        return number

    def change(self, number: int, **fields: object) -> None:
        self.items[number] |= {**fields, "changed": self.moment}

    def say(self, number: int, text: object) -> dict:
        comment = {"id": next(self.comment_numbers), "body": text}
        self.items[number]["comments"].append(comment)
        self.items[number]["changed"] = self.moment
        return comment


def spelled(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
