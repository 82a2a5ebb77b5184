"""klankbord.yaml: one file that says what is heard, how it is understood and where it goes.

Values may hold ${NAME} for an environment variable and ${file:PATH} for a file's content: the place for secrets.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, Field, field_validator, model_validator

from core.errors import Misconfigured
from core.redaction import Kind
from core.settings import Settings, Span, check, named_twice, nearest, read_yaml
from core.types import Visibility
from desk.alerts.mail_settings import MailSettings
from desk.backlog.settings import BacklogSettings
from desk.digest.settings import DigestSettings
from desk.entry.settings import SignInSettings
from desk.notices.rules import EMAIL
from desk.store.settings import Settings as DeskSettings
from desk.summaries.settings import LanguageModelSettings
from desk.web.local import local_url
from klankbord import registry
from klankbord.notice_settings import NoticeSettings
from sinks._addresses import PrivateNetwork

AnySettings = TypeVar("AnySettings", bound=BaseModel)

ARCHIVE = "archive"
"""What the first sink is called."""

DESK = "desk"
"""The reader of `judgements` that keeps them in the desk database: a sink that needs no configuration."""

CUSTOMERS = "customers"
"""The reader that marks whose documents have to be counted anew: another such sink."""

EMERGING = "emerging"
"""The reader that finds what is new: another one."""

CASES = "cases"
"""The reader that opens cases of what has to be answered: another one."""

RESERVED = ("ingest", "stream", "publish", "forgetting", ARCHIVE, DESK, CUSTOMERS, EMERGING, CASES)
"""Stages and consumer groups that are no sinks that send."""

HOUR = timedelta(hours=1)

REDDIT = "reddit"
_AT_REDDIT = re.compile(r"(?<![\w-])(?:reddit\.com|redd\.it)(?![\w-])", re.IGNORECASE)
"""In a setting that is an address there."""

_REFERENCE = re.compile(r"\$\{(file:)?([^}]+)\}")


class Organisation(Settings):
    """Who listens. `languages` restricts detection; `time_zone` and `week_starts` shape every chart and deadline."""

    name: str = Field(min_length=1)
    time_zone: str = "Europe/Amsterdam"
    week_starts: Literal["monday", "sunday", "saturday"] = "monday"
    languages: tuple[str, ...] = Field(default=("nl", "en"), min_length=1)

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for language in value:
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)?", language):
                raise ValueError(f'"{language}" is no language; write its two letters, like nl or en')
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f'"{value}" is no time zone; {nearest(value, sorted(available_timezones()))[:80]}')
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Part(Settings):
    """One enricher, sink or publisher: `use` names the component, `settings` are its own.

    token_ends  the day on which its token ends at the other side, where known
    """

    use: str
    token_ends: date | None = None
    settings: dict[str, Any] = {}


class NamedPart(Part):
    """One part that others tell from its like.

    name  unique, the component's name by default
    """

    name: str = Field(default="", pattern="^[a-z0-9][a-z0-9_-]{0,40}$")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:  # Any: whatever stands in the YAML
        return {"name": data.get("use", ""), **data} if isinstance(data, dict) else data


class SinkPart(NamedPart):
    """One sink. The first is the archive, and called so; the others send what is archived to other systems.

    Its name is its consumer group, the stage of its dead letters, what it remembers.
    """


class PublisherPart(NamedPart):
    """One own account that answers at its source."""


_KEEP = timedelta(days=400)


class Source(Settings):
    """One source and its policy.

    name        unique; stored with every mention of it as the first part of its stream
    keep        how long its mentions stay in the archive; finite by default
    visibility  which visibilities are kept; anything else is dropped when it is heard
    cost        what 1,000 messages that it gives cost, kept or not, in whatever currency
    token_ends  the day on which its token ends at the other side, where known
    excerpts    whether pieces of its public texts may leave over the API and to assistants
    authors     whether names, reach and addresses of its authors may
    join        whether its accounts may become part of a customer, by evidence; Reddit's never
    redact      which personal data is taken out of its free text before anything of it is kept; true is every kind
    """

    use: str
    name: str = ""
    keep: Span = _KEEP
    visibility: tuple[Visibility, ...] = (Visibility.PUBLIC, Visibility.UNLISTED)
    cost: float | None = Field(default=None, ge=0)
    token_ends: date | None = None
    excerpts: bool = False
    authors: bool = False
    join: bool = False
    redact: tuple[Kind, ...] = ()
    settings: dict[str, Any] = {}

    @field_validator("redact", mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:  # Any: whatever stands in the YAML
        if isinstance(value, bool):
            return tuple(Kind) if value else ()
        kinds = [str(kind) for kind in Kind]
        for written in value if isinstance(value, list) else []:
            if written not in kinds:
                raise ValueError(f'"{written}" is no personal data that can be found; {nearest(str(written), kinds)}')
        return value

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:  # Any: whatever stands in the YAML
        return {"name": data.get("use", ""), **data} if isinstance(data, dict) else data


class LogSettings(Settings):
    """The log between the parts: files in the data folder, or Apache Kafka with `settings` of its own.

    keep  how long records stay after every reader is done with them
    """

    use: Literal["sqlite", "kafka"] = "sqlite"
    keep: Span = timedelta(days=7)
    settings: dict[str, Any] = {}


class StreamSettings(Settings):
    """How many workers understand at once; more than one take turns at the partitions of Kafka."""

    workers: int = Field(default=1, ge=1, le=64)


class Landmark(Settings):
    """Something to see in a demonstration: what it is, by language, and the view it opens, as its address after the host."""

    says: Annotated[dict[str, str], Field(min_length=1)]
    opens: str = Field(pattern="^/")


class PageSettings(Settings):
    """Where the page listens; a busy port picks another.

    url       where people reach it, for the links in what other systems are sent; without one, host and port
    host      this machine alone; 0.0.0.0 is for a container that publishes the port on 127.0.0.1
    password  opens the page beside one-time links; "" allows links alone
    opens     the view a link leads to, as its address after the host
    ribbon    a sentence on every page, by language
    stand_ins in a demonstration, role to e-mail address: whoever runs klankbord may look as these by a click
    tour      in a demonstration, what the overview tells first
    for_staff staff sign in under `url` too, behind a reverse proxy that speaks TLS; without it only what opens elsewhere does
    """

    host: Literal["127.0.0.1", "localhost", "::1", "0.0.0.0"] = "127.0.0.1"  # noqa: S104 - see above
    port: int = Field(default=8420, ge=0, le=65535)
    url: str = Field(default="", pattern=r"^$|^https?://[^/]+(/.*)?$")
    password: str = Field(default="", pattern=r"^$|^.{12,}$")
    opens: str = Field(default="/", pattern="^/")
    ribbon: dict[str, str] = {}
    for_staff: bool = False
    stand_ins: dict[str, str] = {}
    tour: tuple[Landmark, ...] = ()

    @model_validator(mode="after")
    def _staff_come_by_tls(self) -> "PageSettings":
        address = urlsplit(self.url)
        local = address.hostname in {"127.0.0.1", "localhost", "::1"}
        if self.for_staff and not (self.url and (address.scheme == "https" or local)):
            raise ValueError("for_staff: give url an https address, where a reverse proxy serves the page")
        if self.for_staff and self.stand_ins:
            raise ValueError("stand_ins: belongs to a demonstration; where staff come in nobody stands in for them")
        if self.for_staff and address.path.strip("/"):
            raise ValueError("for_staff: the page is served from the top of url: leave out what stands after the host")
        return self

    @property
    def address(self) -> str:
        """Where a link leads, without the last slash."""
        return self.url.rstrip("/") or local_url(self.host, self.port)


class MetricsSettings(Settings):
    """Where every process shows what it measures: /metrics, /livez, /readyz.

    host  this machine alone; 0.0.0.0 is for a container in a network of its own
    port  0 takes a free one; so do the children of `klankbord run`, and whoever finds it taken: see data/metrics/
    """

    host: Literal["127.0.0.1", "0.0.0.0"] = "127.0.0.1"  # noqa: S104 - see above
    port: int = Field(default=0, ge=0, le=65535)


class AlertSettings(Settings):
    """Where webhooks of alerts may be beside public addresses: networks like 10.1.0.0/16, or one address."""

    allow_private: tuple[PrivateNetwork, ...] = ()


class PeopleSettings(Settings):
    """Staff. `keep` is how long somebody who left is kept; then all of it is erased."""

    keep: Span = timedelta(days=365)


class Configuration(Settings):
    """The whole file. Paths are relative to it; `folder` is where it stands, filled in when it is read.

    log_format  how the parts speak: plain for a person, json for whoever collects logs; KLANKBORD_LOG outranks it
    """

    organisation: Organisation
    folder: Path = Path()
    playbook: Path = Path("playbook.yaml")
    data: Path = Path("data")
    log_format: Literal["plain", "json"] = "plain"
    log: LogSettings = LogSettings()
    stream: StreamSettings = StreamSettings()
    sources: tuple[Source, ...] = ()
    enrich: tuple[Part, ...] = tuple(
        Part(use=one) for one in ("language", "sentiment", "emotion", "intent", "topics", "aspects", "spam")
    )
    sinks: tuple[SinkPart, ...] = Field(default=(SinkPart(use="sqlite", name=ARCHIVE),), min_length=1)
    publishers: tuple[PublisherPart, ...] = ()
    page: PageSettings = PageSettings()
    mail: MailSettings = MailSettings()
    alerts: AlertSettings = AlertSettings()
    notices: NoticeSettings = NoticeSettings()
    backlog: BacklogSettings = BacklogSettings()
    digest: DigestSettings = DigestSettings()
    desk: DeskSettings = DeskSettings()
    people: PeopleSettings = PeopleSettings()
    sign_in: SignInSettings = SignInSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    metrics: MetricsSettings = MetricsSettings()

    @field_validator("sinks", mode="before")
    @classmethod
    def _first_is_the_archive(cls, value: Any) -> Any:  # Any: whatever stands in the YAML
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            return value
        if value[0].get("name", ARCHIVE) != ARCHIVE:
            raise ValueError(f'the first sink is the archive, and its name is "{ARCHIVE}": leave the name out')
        return [{**value[0], "name": ARCHIVE}, *value[1:]]

    @property
    def sending(self) -> tuple[SinkPart, ...]:
        """The sinks after the archive."""
        return self.sinks[1:]

    @property
    def systems(self) -> frozenset[str]:
        """Names of other systems that are sent something: the sinks after the archive, and the tracker."""
        return frozenset(name for name in (*(part.name for part in self.sending), self.backlog.system) if name)

    @property
    def shortest_keep(self) -> timedelta:
        """How long mentions of every source stay in the archive."""
        return min((source.keep for source in self.sources), default=_KEEP)

    @property
    def sink_names(self) -> tuple[str, ...]:
        """Of all sinks, the archive first; the desk, the customers, what is new and the cases are some too."""
        return (*(part.name for part in self.sinks), DESK, CUSTOMERS, EMERGING, CASES)


def read(path: Path) -> Configuration:
    """The configuration in a file, its paths made absolute. Raises Misconfigured with every mistake found."""
    content, missing = _resolved(read_yaml(path), path)
    mistakes = [*missing, *named_twice(path)]
    configuration = None
    try:
        configuration = check(Configuration, content, where=str(path))
    except Misconfigured as error:
        mistakes += error.mistakes
    mistakes += [*_component_mistakes(content, str(path)), *_log_mistakes(configuration, str(path))]
    mistakes += [*_sending_mistakes(configuration, str(path)), *_joining_mistakes(configuration, str(path))]
    mistakes += [*_backlog_mistakes(content, str(path))]
    mistakes += [*_notice_mistakes(configuration, str(path)), *_sign_in_mistakes(configuration, str(path))]
    if mistakes or configuration is None:
        raise Misconfigured(mistakes)
    folder = path.resolve().parent
    found = {"folder": folder, "playbook": folder / configuration.playbook, "data": folder / configuration.data}
    return configuration.model_copy(update=found)


def settings_of(room: str, part: Part | Source | BacklogSettings, **given: Any) -> BaseModel:
    """The component's own settings object; `given` adds what the program knows (languages, topics, aspects) where it has a field.

    Raises Misconfigured where they are wrong.
    """
    model: type[BaseModel] = registry.load(room, part.use).Settings
    known = {key: value for key, value in given.items() if key in model.model_fields}
    return check(model, known | part.settings, where=part.use)


def log_settings(configuration: Configuration) -> Any:  # Any: stream.kafka.Settings, of an extra that need not be there
    """The settings of the Kafka log. Raises Misconfigured where they are wrong."""
    model = import_module("stream.kafka").Settings
    return beside(check(model, configuration.log.settings, where="log.settings"), configuration.folder)


def beside(settings: AnySettings, folder: Path) -> AnySettings:
    """The same settings with their files found from that folder, where the configuration stands."""
    found: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Path):
            found[name] = folder / value
        elif isinstance(value, BaseModel):
            found[name] = beside(value, folder)
    return settings.model_copy(update=found)


def _log_mistakes(configuration: "Configuration | None", where: str) -> Iterator[str]:
    """What is wrong with the log and the number of workers, where the rest of the file could be read."""
    if configuration is None:
        return
    log, workers = configuration.log, configuration.stream.workers
    if log.use == "sqlite" and log.settings:
        yield f"{where}: log.settings: the log in files has none; they belong to `use: kafka`"
    if log.use == "sqlite" and workers > 1:
        yield f"{where}: stream.workers: the log in files has one reader; {workers} workers need `log: {{use: kafka}}`"
    if log.use == "kafka":
        try:
            log_settings(configuration)
        except Misconfigured as error:
            yield from (f"{where}: {text.replace(': ', '.', 1)}" for text in error.mistakes)
        except ModuleNotFoundError as error:
            yield f"{where}: log.use: kafka needs {error.name}: pip install klankbord[distributed]"


def _sending_mistakes(configuration: "Configuration | None", where: str) -> Iterator[str]:
    """What is wrong with the sinks together, where the rest of the file could be read."""
    if configuration is None:
        return
    keep = configuration.log.keep
    for index, part in enumerate(configuration.sinks):
        at = f"{where}: sinks[{index}]"
        if part.use not in registry.components("sinks"):
            continue  # was said of the component
        if registry.sends(part.use) is (index == 0):
            yield f"{at}.use: {part.use} {'sends' if index == 0 else 'is an archive'}; the first sink, and no other, is the archive"
            continue
        if index and part.name in RESERVED:
            yield f'{at}.name: "{part.name}" is the name of another part of klankbord; take another one'
        with suppress(Misconfigured):  # was said of the component
            longest = getattr(settings_of("sinks", part), "gives_up_after", None)
            if longest is not None and longest > keep:
                yield (
                    f"{at}: {part.name} tries again for {longest / HOUR:.0f} hours, and log.keep lets the log forget what is "
                    f"older than {keep / HOUR:.0f} hours: make log.keep longer or settings.gives_up_after shorter"
                )


def _joining_mistakes(configuration: "Configuration | None", where: str) -> Iterator[str]:
    """Sources whose accounts are never joined, by what their places allow: see klankbord/privacy/joining.py."""
    for index, source in enumerate(configuration.sources if configuration else ()):
        if source.join and (source.use == REDDIT or _AT_REDDIT.search(str(source.settings))):
            yield (
                f"{where}: sources[{index}].join: accounts of Reddit never become part of a customer: it lets "
                "nobody identify its users by what they write; take `join` away"
            )


def _notice_mistakes(configuration: "Configuration | None", where: str) -> Iterator[str]:
    """Rules that send by e-mail where no mail server is named."""
    for index, rule in enumerate(configuration.notices.send if configuration and not configuration.mail.host else ()):
        if EMAIL in rule.channels:
            yield f"{where}: notices.send[{index}].channels: {EMAIL} needs a mail server: give the file a `mail:`"


def _backlog_mistakes(content: Mapping[str, Any], where: str) -> Iterator[str]:
    """What is wrong with the tracker and its own settings, whatever else may be wrong in the file."""
    written = content.get("backlog")
    if not isinstance(written, dict):
        return
    use, settings, names = written.get("use", ""), written.get("settings") or {}, registry.components(registry.TRACKERS)
    if not use and settings:
        yield f"{where}: backlog.use: is missing; valid are {', '.join(sorted(names))}"
    elif use and isinstance(use, str) and use not in names:
        yield f'{where}: backlog.use: there is no "{use}"; {nearest(use, sorted(names))}'
    elif use and isinstance(use, str) and isinstance(settings, dict):
        yield from _setting_mistakes(registry.TRACKERS, Part(use=use, settings=settings), f"{where}: backlog")


def _sign_in_mistakes(configuration: "Configuration | None", where: str) -> Iterator[str]:
    """A provider sends people back to an address that it was told of: there staff have to come in."""
    if configuration is not None and configuration.sign_in.oidc is not None and not configuration.page.for_staff:
        yield f"{where}: sign_in.oidc: needs page.url, to which the provider sends people back, and page.for_staff: true"


def _component_mistakes(content: Mapping[str, Any], where: str) -> Iterator[str]:
    """What is wrong with names and settings of components, whatever else may be wrong in the file."""
    for key, room in (("sources", "ingest"), ("enrich", "enrich"), ("sinks", "sinks"), ("publishers", "publish")):
        written = content.get(key)
        names = registry.components(room)
        for index, entry in enumerate(written if isinstance(written, list) else []):
            use = entry.get("use") if isinstance(entry, dict) else None
            if not isinstance(use, str):
                continue  # the check of the whole file has said so
            at = f"{where}: {key}[{index}]"
            if use not in names:
                yield f'{at}.use: there is no "{use}"; {nearest(use, sorted(names))}'
                continue
            settings = entry.get("settings") or {}
            if isinstance(settings, dict):
                yield from _setting_mistakes(room, Part(use=use, settings=settings), at)
    yield from _shared_names(content, where)
    yield from _shared_accounts(content, where)


def _setting_mistakes(room: str, part: Part, at: str) -> Iterator[str]:
    try:
        settings_of(room, part)
    except Misconfigured as error:
        yield from (f"{at}.settings{text.removeprefix(part.use)}" for text in error.mistakes)


def _shared_names(content: Mapping[str, Any], where: str) -> Iterator[str]:
    for key in ("sources", "sinks", "publishers"):
        written = content.get(key)
        entries = [entry for entry in written if isinstance(entry, dict)] if isinstance(written, list) else []
        taken = [str(entry.get("name") or entry.get("use")) for entry in entries]
        for name in sorted({name for name in taken if taken.count(name) > 1}):
            yield f'{where}: {key}: the name "{name}" is used twice; give each {key[:-1]} a name of its own'
    parts = content.get("enrich")
    found = [_finding(entry) for entry in parts if isinstance(entry, dict)] if isinstance(parts, list) else []
    for name in sorted({name for name in found if found.count(name) > 1}):
        yield f'{where}: enrich: two parts give the finding "{name}"; take one away, or give it another name'


def _shared_accounts(content: Mapping[str, Any], where: str) -> Iterator[str]:
    """Publishers that answer as one account: each has a turn of its own, so that their calls would overlap."""
    written = content.get("publishers")
    named = dict[tuple[str, ...], str]()
    for entry in written if isinstance(written, list) else []:
        settings = entry.get("settings") if isinstance(entry, dict) else None
        if not isinstance(settings, dict) or "account" not in settings:
            continue
        place = (str(settings.get(key, "")).casefold().rstrip("/") for key in ("place", "instance"))
        account = str(settings["account"]).casefold().removeprefix("@")
        name = str(entry.get("name") or entry.get("use"))
        first = named.setdefault((str(entry.get("use")), *place, account), name)
        if first != name:
            yield f'{where}: publishers: "{first}" and "{name}" answer as one account; take one away'


def _finding(entry: Mapping[str, Any]) -> str:
    """What the finding of an enricher is called: as its settings say, where they do, else as the enricher is."""
    settings = entry.get("settings")
    return str((settings.get("finding") if isinstance(settings, dict) else None) or entry.get("use"))


def _resolved(content: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[str]]:
    """The content with references replaced, and a sentence for each that could not be."""
    missing: list[str] = []

    def replace(found: re.Match[str], at: str) -> str:
        is_file, name = found[1], found[2]
        if not is_file and name in os.environ:
            return os.environ[name]
        if is_file and (path.parent / name).is_file():
            return (path.parent / name).read_text(encoding="utf-8").strip()
        missing.append(f"{path}: {at}: {'the file' if is_file else 'the environment variable'} {name} is not there")
        return ""

    def walk(value: Any, at: str) -> Any:
        match value:
            case str():
                return _REFERENCE.sub(lambda found: replace(found, at), value)
            case list():
                return [walk(item, f"{at}[{index}]") for index, item in enumerate(value)]
            case dict():
                return {key: walk(item, f"{at}.{key}".lstrip(".")) for key, item in value.items()}
            case _:
                return value

    return {key: walk(value, str(key)) for key, value in content.items()}, missing
