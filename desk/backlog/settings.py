"""`backlog` of klankbord.yaml: in which tracker a rising topic becomes an item, and which topics do."""

from datetime import timedelta
from typing import Any

from pydantic import field_validator

from core.settings import Settings, Span


class BacklogSettings(Settings):
    """Without `use` there is no backlog.

    use       github, gitlab or jira; `settings` are its own
    monitors  only topics of which half the messages were matched by one of these; with `topics`, that or those
    topics    only topics of which half the messages were given one of these; without both, every topic that rises
    excerpts  show up to five messages, of sources whose policy lets texts leave; what was written there once stands in the
              tracker's own history, which klankbord cannot empty
    reopens   open an item again that people closed, once its topic rises again; without it a comment says so
    every     how often an item is brought up to date at most
    """

    use: str = ""
    monitors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    excerpts: bool = False
    reopens: bool = False
    every: Span = timedelta(minutes=15)
    settings: dict[str, Any] = {}

    @property
    def system(self) -> str:
        """What the tracker is called here, with its project; "" where there is none."""
        return f"{self.use} {self.settings.get('project', '')}".strip() if self.use else ""

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, value: timedelta) -> timedelta:
        if value < timedelta(minutes=1):
            raise ValueError("give 1m or more: each change counts against what the other side allows")
        return value
