"""`notices` of klankbord.yaml: the channels by which people are told of cases, and who is told what by which."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from core.settings import Settings, Span, nearest
from desk.notices.rules import EMAIL, Rule
from sinks._addresses import PrivateNetwork
from sinks._written import Secret, check_address


class ChannelSettings(Settings):
    """One place to which all that concerns it goes.

    use            slack (and whoever takes its incoming webhooks), teams (a Workflow of Microsoft Teams), or webhook
    url            a secret in itself: write ${file:...}
    secrets        each signs what a webhook is sent, as Standard Webhooks says; of `use: webhook` alone
    language       nl or en; without one the organisation's first
    ca             certificate of the authority that signed the other side's, where that is none this machine trusts
    allow_private  networks that are not public and meant all the same
    """

    name: str = Field(pattern="^[a-z0-9][a-z0-9_-]{0,40}$")
    use: Literal["slack", "teams", "webhook"]
    url: SecretStr
    secrets: tuple[Secret, ...] = Field(default=(), max_length=4)
    language: Literal["nl", "en"] | None = None
    ca: Path | None = None
    allow_private: tuple[PrivateNetwork, ...] = ()

    @field_validator("name")
    @classmethod
    def _of_its_own(cls, value: str) -> str:
        if value == EMAIL:
            raise ValueError(f'"{EMAIL}" is the channel to people\'s own addresses; take another name')
        return value

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: SecretStr) -> SecretStr:
        check_address(value.get_secret_value(), "https://example.org/notices")
        return value

    @model_validator(mode="after")
    def _signs(self) -> "ChannelSettings":
        if (self.use == "webhook") != bool(self.secrets):
            raise ValueError("secrets: a webhook needs one to sign with, and no other channel takes any")
        return self


class NoticeSettings(Settings):
    """Who is told of cases, and how.

    send    the rules; each one that is about a notice is followed. Without any, all goes to people's own addresses, where
            `mail` names a server
    window  for how long what comes up is gathered into one message
    """

    channels: tuple[ChannelSettings, ...] = ()
    send: tuple[Rule, ...] = ()
    window: Span = timedelta(seconds=20)

    @model_validator(mode="after")
    def _known(self) -> "NoticeSettings":
        names = [channel.name for channel in self.channels]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f'channels: the name "{name}" is used twice; give each channel a name of its own')
        for index, rule in enumerate(self.send):
            for name in rule.channels:
                if name not in (EMAIL, *names):
                    raise ValueError(f'send[{index}].channels: there is no "{name}"; {nearest(name, [EMAIL, *names])}')
        return self

    def rules(self, *, sends_mail: bool) -> Sequence[Rule]:
        """Those that hold: e-mail alone where none are written down and there is a mail server."""
        if self.send:
            return self.send
        return (Rule(channels=(EMAIL,)),) if sends_mail else ()
