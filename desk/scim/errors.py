"""Mistakes in SCIM's own form (RFC 7644, 3.12)."""

from http import HTTPStatus

from core.errors import KlankbordError


class ScimError(KlankbordError):
    """What is answered instead. `kind` is a `scimType` of table 9 there, None where none fits."""

    def __init__(self, status: HTTPStatus, message: str, *, kind: str | None = None) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


def invalid(message: str, kind: str = "invalidValue") -> ScimError:
    """400 of that kind."""
    return ScimError(HTTPStatus.BAD_REQUEST, message, kind=kind)


def missing(what: str) -> ScimError:
    return ScimError(HTTPStatus.NOT_FOUND, f"there is no such {what}")


def meanwhile() -> ScimError:
    return ScimError(HTTPStatus.PRECONDITION_FAILED, "it was changed meanwhile: read it again")
