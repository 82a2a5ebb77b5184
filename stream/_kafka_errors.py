"""What Kafka and the way to it answer, turned into Retry and Stop with a sentence; and the clients' own words silenced."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import errors

from core.errors import KlankbordError, Retry, Stop
from stream._kafka_settings import Settings

APPLY = "klankbord log apply"

_TAKEN = (errors.UnknownMemberIdError, errors.IllegalGenerationError, errors.RebalanceInProgressError)
_FORBIDDEN = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
)
_CLOSED = (ConnectionResetError, BrokenPipeError, EOFError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_MECHANISM = (errors.UnsupportedSaslMechanismError, errors.IllegalSaslStateError)


def hush() -> None:
    """Keep the clients from writing a line for each failed attempt: what matters is raised and said once."""
    for name in ("aiokafka", "kafka"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def sentences(settings: Settings, *, where: str | None = None) -> Iterator[None]:
    """Turns what is raised inside into Retry (waiting helps) or Stop (a person has to act); `where` is a host and port."""
    try:
        yield
    except KlankbordError:
        raise
    except (errors.KafkaError, OSError, EOFError, TimeoutError, NotImplementedError) as error:
        raise said(error, settings, where=where) from error


def said(error: Exception, settings: Settings, *, where: str | None = None) -> Retry | Stop:
    """The error as what the program does next."""
    kafka = f"Kafka at {where or settings.servers}"
    user = settings.security.user
    match error:
        case ssl.SSLCertVerificationError():
            return Stop(
                f"the certificate of {kafka} is not trusted ({error.verify_message}); "
                "set security.ca to the certificate of the authority that signed it"
            )
        case _ if isinstance(error, _CLOSED) or isinstance(error.__cause__, _CLOSED):
            return Retry(f"{kafka} closed the connection; if it stays so: do security.tls and user fit that port?")
        case ssl.SSLError():
            return Stop(f"{kafka} does not speak TLS there ({error.reason}); see security.tls and the port")
        case errors.AuthenticationFailedError() | errors.SaslAuthenticationFailed():
            return Stop(f'{kafka} refuses the user "{user}": wrong name or password; see security.user and password')
        case _ if isinstance(error, _MECHANISM):
            return Stop(f"{kafka} takes no {settings.security.mechanism} there; see security.mechanism and the port")
        case _ if isinstance(error, _FORBIDDEN):
            return Stop(f'{kafka} forbids the user "{user}" to use {error}; give it that right with an ACL')
        case errors.UnknownTopicOrPartitionError():
            return Retry(f"a log topic is not there in {kafka}; if it stays away: {APPLY}")
        case NotImplementedError() | errors.IncompatibleBrokerVersion():
            return Stop(f"{kafka} is of a version that klankbord does not speak with ({error}); 3.0 to 4.x are known")
        case _ if isinstance(error, _TAKEN):
            return Retry(f"{kafka}: another program reads in this group: {type(error).__name__}")
        case errors.KafkaError() if not (
            error.retriable or isinstance(error, errors.UnknownError | errors.KafkaConnectionError)
        ):
            return Stop(f"{kafka} refuses: {type(error).__name__} {error}")
        case TimeoutError():
            return Retry(f"{kafka} does not answer")
        case _:
            return Retry(f"{kafka} does not answer: {_short(error)}")


def _short(error: Exception) -> str:
    strerror = error.strerror if isinstance(error, OSError) else ""
    return strerror or str(error) or type(error).__name__
