"""A stage a tracker: its double, a proxy before it that fails as it is told, and the tracker opened by its module."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from core.backlog import Item, Quote
from core.ports import Tools
from klankbord import registry
from klankbord.configuration import Part, settings_of
from tests.sinks.doubles.between import Between
from tests.trackers.doubles.github import GitHubDouble
from tests.trackers.doubles.gitlab import GitLabDouble
from tests.trackers.doubles.jira import JiraDouble
from tests.trackers.doubles.there import There

DOUBLES = {"github": GitHubDouble, "gitlab": GitLabDouble, "jira": JiraDouble}
OWN = {
    "github": {"project": "klank/webcare"},
    "gitlab": {"project": "klank/webcare"},
    "jira": {"project": "WEB", "email": "bot@klank.example"},
}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def item(*quotes: Quote, told: str = "12 voices", marker: str = "klankbord:ab12") -> Item:
    return Item(
        title="Rising: poortjes station",
        told=(told, "First noticed Mon 23 Nov 09:00."),
        words=("poortjes", "station"),
        quotes=quotes,
        link=("See this topic", "https://klank.example/emerging?id=ab12"),
        marker=marker,
    )


@dataclass
class Stage:
    name: str
    double: There
    between: Between = field(default_factory=Between)
    url: str = ""
    more: dict = field(default_factory=dict)

    @property
    def secret(self) -> str:
        return self.double.token

    def settings(self) -> dict:
        return {"url": self.url, "token": "s3cret-token", **OWN[self.name], **self.more}

    @asynccontextmanager
    async def open(self):
        module = registry.load(registry.TRACKERS, self.name)
        settings = settings_of(registry.TRACKERS, Part(use=self.name, settings=self.settings()))
        tools = Tools(clock=lambda: self.double.moment, random=Random(1), cache=Path(), report=lambda _: None)
        async with module.build(settings, tools) as tracker:
            yield tracker

    def later(self, span: timedelta) -> None:
        self.double.moment += span

    def hide(self) -> None:
        """Let what is there be there for us no more, as after a token lost its access."""
        self.double.unseen = True

    def text(self, native: str) -> str:
        return str(self.double.items[int(native)]["text"])

    def comments(self, native: str) -> list[str]:
        return [str(one["body"]) for one in self.double.items[int(native)]["comments"]]


@asynccontextmanager
async def staged(name: str):
    stage = Stage(name, DOUBLES[name]())
    async with stage.double.serve() as upstream, stage.between.before(upstream) as url:
        stage.url = url
        yield stage
