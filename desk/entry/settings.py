"""How staff come in, as klankbord.yaml says it. Kept light: every part reads the configuration."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from core.settings import Settings, Span
from desk.entry.rights import Right

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderSettings(Settings):
    """A provider of OpenID Connect that staff sign on with.

    issuer         as it calls itself; /.well-known/openid-configuration below it says the rest; another machine by https alone
    client_id      what it knows klankbord by
    client_secret  write ${env} or ${file:...}
    name           what the button calls it
    scopes         what is asked for beside openid
    groups         the claim with the groups of a person: groups that klankbord knows follow it at each sign-in; "" is none
    external_id    the claim that equals a person's external id of SCIM; "" is none, and people are found by e-mail address
    trusts_email   the provider alone gives out e-mail addresses, so that one counts without `email_verified`
    creates        somebody whom nobody told of is taken up as staff, without any role
    ca             certificate of the authority that signed its, without one those that this machine trusts
    """

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    name: str = Field(default="", max_length=60)
    scopes: tuple[str, ...] = ("profile", "email")
    groups: str = ""
    external_id: str = ""
    trusts_email: bool = False
    creates: bool = False
    ca: Path | None = None

    @field_validator("issuer")
    @classmethod
    def _reached_safely(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
            raise ValueError("give its address, like https://login.example.org")
        if address.username or address.password:
            raise ValueError("leave user and password out; client_secret is the place for a secret")
        if address.scheme == "http" and address.hostname not in LOCAL:
            raise ValueError("a provider on another machine is spoken to by https alone")
        return value


class SignInSettings(Settings):
    """How staff come in, beside the one-time link and the password of whoever runs klankbord.

    idle           after so long without a look a session ends
    longest        after so long it ends whatever happens
    second_factor  roles whose holders need a code of their telephone beside their password
    rights         what roles of the organisation's own may, beside agent, lead, analyst, hr and operator
    oidc           a provider to sign on with
    """

    idle: Span = timedelta(hours=12)
    longest: Span = timedelta(days=7)
    second_factor: tuple[str, ...] = ()
    rights: dict[str, tuple[Right, ...]] = {}
    oidc: ProviderSettings | None = None
