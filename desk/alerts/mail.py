"""Sends e-mail through the organisation's own server: TLS verified, an address at a time, nothing of what it holds in an error."""

from email.message import EmailMessage
from email.policy import SMTP
from ssl import SSLContext, create_default_context

import aiosmtplib

from core.errors import Reject, Retry
from desk.alerts.mail_settings import MailSettings

TOO_LARGE = 552
"""RFC 1870, 6.1: an answer to MAIL that is about the message; every other one there is for a person to mend."""

REPEAT = "Klankbord-Repeat"
"""The header of a message that may have arrived before."""

_UNENCRYPTED = (aiosmtplib.SMTPException, aiosmtplib.SMTPResponseException)
"""What the library raises by themselves where STARTTLS is not offered, and where it is refused."""


class Unsure(Retry):
    """The connection broke off while the message was handed over: it may have been taken."""


class Mailer:
    """Sends through that server, with a connection a message."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._context = _context(settings)

    @property
    def sender(self) -> str:
        return self._settings.sender

    async def send(self, message: EmailMessage, to: str) -> None:
        """Returns once the server has taken it. Raises Reject where it never will, Retry where it may later: Unsure where it may
        have taken it already.
        """
        settings = self._settings
        place = f"the mail server {settings.host}:{settings.taken_port}"
        try:
            await aiosmtplib.send(
                message.as_bytes(policy=SMTP),
                sender=settings.sender,
                recipients=[to],
                hostname=settings.host,
                port=settings.taken_port,
                username=settings.user or None,
                password=settings.password or None,
                start_tls=settings.tls == "starttls",
                use_tls=settings.tls == "implicit",
                tls_context=self._context,
                timeout=settings.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(place, error.recipients[0].code, "the address") from None
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code == TOO_LARGE:
                raise _refused(place, error.code, "the message") from None
            raise Retry(f"{place} refuses the sender of `mail` (answer {error.code})") from None
        except aiosmtplib.SMTPDataError as error:
            raise _refused(place, error.code, "the message") from None
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Retry(f"{place} refuses the user or password of `mail` (answer {error.code})") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            if settings.tls == "starttls" and type(error) in _UNENCRYPTED:
                raise Retry(f"{place} does not encrypt: it offers no STARTTLS, or refuses it") from None
            known = isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPResponseException)
            raise (Retry if known else Unsure)(f"{place} cannot be used: {type(error).__name__}") from None


def _refused(place: str, code: int, what: str) -> Reject | Retry:
    """By RFC 5321, 4.2.1: what begins with 5 fails again if it is tried again, what begins with 4 may not."""
    if code >= 500:
        return Reject(f"{place} refuses {what} (answer {code})", reason="refused")
    return Retry(f"{place} does not take {what} for now (answer {code})")


def _context(settings: MailSettings) -> SSLContext | None:
    if settings.tls == "none":
        return None
    return create_default_context(cafile=str(settings.ca) if settings.ca else None)
